#pragma once

#include <string>
#include <string_view>

#include "model/decoded.hpp"
#include "model/message.hpp"

namespace roomtone::decode {

/// Whether there is nothing to read: only white space, controls, and the invisible marks of U+2000..U+206F, U+3000,
/// U+00A0 and U+FEFF. Bytes that are not UTF-8 count as something.
[[nodiscard]] bool is_blank(std::string_view text);

/// At most `bytes_max` bytes of valid UTF-8 `text`, cut before a code point and never inside one.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t bytes_max);

/// The last step of every post: keeps up to limits::kTextBytes of `text`. no_text when there is nothing to read.
[[nodiscard]] Decoded finish_with_text(Message& message, std::string_view text);

}  // namespace roomtone::decode
