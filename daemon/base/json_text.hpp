#pragma once

#include <string>
#include <string_view>

namespace roomtone {

/// A quoted JSON string. Control characters are escaped; bytes above 0x7F pass as they are.
void append_json_string(std::string& out, std::string_view text);

}  // namespace roomtone
