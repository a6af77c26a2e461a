#pragma once

#include <toml++/toml.h>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace roomtone::app {

/// Every problem of one configuration file.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  void add(const toml::source_region& where, const std::string& key, const std::string& what);
  void add(std::size_t line, std::size_t column, const std::string& key, const std::string& what);
  /// Those of another file, as its text() has them.
  void take(const std::string& text) { lines_.push_back(text); }
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] bool any() const { return !lines_.empty(); }
  [[nodiscard]] std::string text() const;

 private:
  std::string file_;
  std::vector<std::string> lines_;
};

/// Reads one table key by key: a wrong type or a value out of range is a problem and leaves the default; what nobody
/// asked for is a problem too, with the nearest known key named.
class TomlTable {
 public:
  TomlTable(const toml::table& table, std::string path, Problems& problems)
      : table_(table), path_(std::move(path)), problems_(problems) {}
  TomlTable(const TomlTable&) = delete;
  TomlTable& operator=(const TomlTable&) = delete;
  /// Reports what was not asked for.
  ~TomlTable();

  void read(std::string_view key, std::string& into);
  void read(std::string_view key, bool& into);
  void read_integer(std::string_view key, std::size_t& into, std::size_t min, std::size_t max);
  void read_duration(std::string_view key, std::chrono::milliseconds& into, std::chrono::milliseconds min,
                     std::chrono::milliseconds max);
  /// A date-time of TOML, or an RFC 3339 time in quotes; either with its offset from UTC.
  void read_instant(std::string_view key, Instant& into);
  /// "256MiB", "1GiB", "64KiB", or a whole number of bytes.
  void read_size(std::string_view key, std::size_t& into, std::size_t min, std::size_t max);
  /// A string, or a list of them; an empty list only where that means something.
  void read_strings(std::string_view key, std::vector<std::string>& into, bool may_be_empty = false);
  template <typename T>
  void read_choice(std::string_view key, T& into, std::initializer_list<std::pair<std::string_view, T>> choices) {
    std::string given;
    if (!has(key)) return;
    read(key, given);
    std::string expected;
    for (const auto& [name, value] : choices) {
      if (name == given) {
        into = value;
        return;
      }
      expected += (expected.empty() ? "" : ", ") + std::string(name);
    }
    problem(key, "got \"" + given + "\", expected one of " + expected);
  }

  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
  void problem(std::string_view key, const std::string& what);
  [[nodiscard]] const toml::node* take(std::string_view key);
  [[nodiscard]] std::string path_of(std::string_view key) const;
  [[nodiscard]] Problems& problems() { return problems_; }

 private:
  void wrong_type(std::string_view key, const toml::node& node, std::string_view expected);

  const toml::table& table_;
  const std::string path_;
  Problems& problems_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace roomtone::app
