#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roomtone::client {

/// A value of JSON. Numbers are kept as they were written, since whole ones may have 64 bits.
struct Json {
  struct Member;
  enum class Type { null, boolean, number, text, list, object };

  Type type = Type::null;
  bool boolean = false;
  std::string text;  // of numbers and texts
  std::vector<Json> items;
  std::vector<Member> members;

  /// The member of an object, the last one where it stands twice; null where there is none.
  [[nodiscard]] const Json* find(std::string_view name) const;

  /// Nothing where the text is no JSON, or is nested more than 64 deep.
  [[nodiscard]] static std::optional<Json> parse(std::string_view text);
};

struct Json::Member {
  std::string name;
  Json value;
};

/// As a JSON string, with its quotes.
[[nodiscard]] std::string json_text(std::string_view text);

}  // namespace roomtone::client
