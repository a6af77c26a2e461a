#pragma once

#include <string>
#include <string_view>

namespace roomtone {

/// A quoted JSON string. Control characters are escaped; bytes above 0x7F pass as they are.
void append_json_string(std::string& out, std::string_view text);

/// The same of text that need not be UTF-8, as JSON has to be: what is not becomes U+FFFD.
void append_utf8_string(std::string& out, std::string_view text);

}  // namespace roomtone
