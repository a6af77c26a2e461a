#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace roomtone::ingest {

/// The first line of a TCP connection of a client that has a token or wants its lines acknowledged:
///
///     ROOMTONE/1 token=rt_... producer=collector-7 epoch=3
///
/// Fields in any order, each at most once, parted by single spaces. Without `producer` nothing is acknowledged. No
/// JSON line begins like that, and clients that send no such line are served as ever.
struct Hello {
  std::string_view token;
  std::string_view producer;  // empty: none
  uint64_t epoch = 0;
};

[[nodiscard]] bool is_hello(std::string_view line);

/// Reads a line for which is_hello holds; the views point into it. `invalid_argument` says what is wrong with it,
/// without showing what could be a token.
[[nodiscard]] Result<Hello> read_hello(std::string_view line);

/// A whole number below 2^63 in decimal digits and nothing else.
[[nodiscard]] bool read_whole_number(std::string_view digits, uint64_t& out);

}  // namespace roomtone::ingest
