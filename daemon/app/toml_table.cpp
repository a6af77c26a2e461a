#include "app/toml_table.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <sstream>

#include "base/log.hpp"
#include "base/time.hpp"

namespace roomtone::app {

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1] ? 1 : 0);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

std::string written(const toml::node& node) {
  std::ostringstream out;
  node.visit([&out](const auto& value) { out << value; });
  return printable(out.str(), 80);
}

}  // namespace

void Problems::add(const toml::source_region& where, const std::string& key, const std::string& what) {
  lines_.push_back(file_ + ":" + std::to_string(where.begin.line) + ": " + key + ": " + what);
}

void Problems::add(std::size_t line, std::size_t column, const std::string& key, const std::string& what) {
  lines_.push_back(file_ + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + key + ": " + what);
}

std::string Problems::text() const {
  std::string all;
  for (const std::string& line : lines_) all += (all.empty() ? "" : "\n") + line;
  return all;
}

TomlTable::~TomlTable() {
  for (const auto& [given, node] : table_) {
    const std::string_view key = given.str();
    if (asked_.contains(key)) continue;
    std::string what = "unknown key";
    const auto nearest =
        std::ranges::min_element(asked_, {}, [&](const std::string& known) { return edit_distance(known, key); });
    if (nearest != asked_.end() && edit_distance(*nearest, key) <= 3) {
      what += ", did you mean " + *nearest + "?";
    } else {
      what += ", expected one of";
      for (const std::string& known : asked_) what += " " + known;
    }
    problems_.add(node.source(), path_of(key), what);
  }
}

std::string TomlTable::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

const toml::node* TomlTable::take(std::string_view key) {
  asked_.emplace(key);
  return table_.get(key);
}

void TomlTable::problem(std::string_view key, const std::string& what) {
  const toml::node* node = table_.get(key);
  problems_.add(node != nullptr ? node->source() : table_.source(), path_of(key), what);
}

void TomlTable::wrong_type(std::string_view key, const toml::node& node, std::string_view expected) {
  problem(key, "got " + written(node) + ", expected " + std::string(expected));
}

void TomlTable::read(std::string_view key, std::string& into) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (const auto value = node->value_exact<std::string>()) {
    into = *value;
  } else {
    wrong_type(key, *node, "a string in quotes");
  }
}

void TomlTable::read(std::string_view key, bool& into) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (const auto value = node->value_exact<bool>()) {
    into = *value;
  } else {
    wrong_type(key, *node, "true or false");
  }
}

void TomlTable::read_integer(std::string_view key, std::size_t& into, std::size_t min, std::size_t max) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const auto value = node->value_exact<int64_t>();
  if (!value || *value < 0 || static_cast<uint64_t>(*value) < min || static_cast<uint64_t>(*value) > max) {
    wrong_type(key, *node, "a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return;
  }
  into = static_cast<std::size_t>(*value);
}

void TomlTable::read_duration(std::string_view key, std::chrono::milliseconds& into, std::chrono::milliseconds min,
                              std::chrono::milliseconds max) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const auto text = node->value_exact<std::string>();
  const auto value = text ? parse_duration(*text) : std::nullopt;
  if (!value || *value < min || *value > max) {
    wrong_type(key, *node,
               "a duration such as \"250ms\", \"30s\", \"5m\", \"6h\" or \"2d\", from " + std::to_string(min.count()) +
                   "ms to " + std::to_string(max.count()) + "ms");
    return;
  }
  into = *value;
}

void TomlTable::read_instant(std::string_view key, Instant& into) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  std::optional<Instant> value;
  if (const auto text = node->value_exact<std::string>()) value = parse_rfc3339(*text);
  if (const auto time = node->value_exact<toml::date_time>(); time && time->offset) {
    std::ostringstream text;
    text << *time;
    value = parse_rfc3339(text.str());
  }
  if (!value) {
    wrong_type(key, *node, "a time with its offset from UTC, such as 2026-05-02T22:30:00Z");
    return;
  }
  into = *value;
}

void TomlTable::read_size(std::string_view key, std::size_t& into, std::size_t min, std::size_t max) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  std::optional<std::size_t> bytes;
  if (const auto number = node->value_exact<int64_t>(); number && *number >= 0)
    bytes = static_cast<std::size_t>(*number);
  if (const auto text = node->value_exact<std::string>()) {
    std::size_t count = 0;
    const auto [rest, error] = std::from_chars(text->data(), text->data() + text->size(), count);
    const std::string_view unit(rest, static_cast<std::size_t>(text->data() + text->size() - rest));
    const unsigned shift = unit == "KiB" ? 10 : unit == "MiB" ? 20 : unit == "GiB" ? 30 : unit == "B" ? 0 : 64;
    if (error == std::errc{} && shift < 64 && count <= (SIZE_MAX >> shift)) bytes = count << shift;
  }
  if (!bytes || *bytes < min || *bytes > max) {
    wrong_type(key, *node,
               "a size such as \"64MiB\", from " + std::to_string(min) + " to " + std::to_string(max) + " bytes");
    return;
  }
  into = *bytes;
}

void TomlTable::read_strings(std::string_view key, std::vector<std::string>& into, bool may_be_empty) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const toml::array* array = node->as_array();
  std::vector<std::string> values;
  if (array != nullptr) {
    for (const toml::node& item : *array)
      if (const auto value = item.value_exact<std::string>()) values.push_back(*value);
  } else if (const auto single = node->value_exact<std::string>()) {
    values.push_back(*single);
  }
  const bool nothing = values.empty() && !(may_be_empty && array != nullptr);
  if (nothing || (array != nullptr && values.size() != array->size())) {
    wrong_type(key, *node, "a string or a list of strings");
    return;
  }
  into = std::move(values);
}

}  // namespace roomtone::app
