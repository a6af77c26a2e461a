#pragma once

#include <string>

#include "base/result.hpp"
#include "publish/reader.hpp"

namespace roomtone::cli {

/// What a reader needs for a server that speaks CURVE, from the server's .pub file and its own .key file.
[[nodiscard]] Result<publish::ReaderKeys> read_reader_keys(const std::string& server_key, const std::string& key);

}  // namespace roomtone::cli
