#pragma once

#include <cstddef>
#include <string_view>

namespace roomtone::app {

/// A place in a text file, from 1; columns count characters.
struct TextPlace {
  std::size_t line = 1;
  std::size_t column = 1;
  friend bool operator==(const TextPlace&, const TextPlace&) = default;
};

/// Where in a TOML file the character number `number` (from 0) of a string stands whose value begins, with its quotes,
/// at `begin`: behind escapes, and in strings of several lines. The end of the string for a number beyond it.
[[nodiscard]] TextPlace place_in_string(std::string_view file, TextPlace begin, std::size_t number);

}  // namespace roomtone::app
