#pragma once

#include <string_view>

#include "base/time.hpp"

namespace roomtone::decode {

/// parse_rfc3339 with a short cut for the one shape nearly every post has, `2026-07-04T14:38:08.999Z`: the same answer
/// for every text, kNoInstant instead of nothing. Worth it because each post of a firehose carries one.
[[nodiscard]] Instant quick_rfc3339(std::string_view text);

}  // namespace roomtone::decode
