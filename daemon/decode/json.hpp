#pragma once

#include <simdjson.h>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "base/time.hpp"
#include "decode/quick_time.hpp"

// What the formats read parsed JSON with. Private to this folder: its users are decode/*.cpp, and no header that
// others include leads here.

namespace roomtone::decode {

using JsonElement = simdjson::dom::element;
using JsonObject = simdjson::dom::object;
using JsonArray = simdjson::dom::array;

/// A parser with its document: what it reads lives until its next call. Refuses what is not exactly one object, bad
/// UTF-8, lone surrogates, numbers out of range and nesting from limits::kJsonDepth on.
class JsonParser {
 public:
  /// Memory for the largest usual frame up front, because growing would allocate in mid-stream; pages nobody touches
  /// cost nothing. Larger frames, which Jetstream may send, make simdjson grow by itself. Without the
  /// memory there is no depth limit either, so the process must not go on.
  JsonParser() {
    constexpr std::size_t kCapacity = limits::kFileFrameBytes + limits::kFramePaddingBytes;
    ROOMTONE_ASSERT(parser_.allocate(kCapacity, limits::kJsonDepth) == simdjson::SUCCESS);
    ROOMTONE_ASSERT(document_.allocate(kCapacity) == simdjson::SUCCESS);
  }

  /// `json` must have limits::kFramePaddingBytes readable bytes after it.
  [[nodiscard]] bool parse_padded(std::string_view json, JsonObject& out) {
    static_assert(limits::kFramePaddingBytes >= simdjson::SIMDJSON_PADDING, "JSON is parsed where it lies");
    return parser_.parse_into_document(document_, json.data(), json.size(), false).get(out) == simdjson::SUCCESS;
  }

  /// The same for JSON that stands inside something else.
  [[nodiscard]] bool parse(std::string_view json, JsonObject& out) {
    padded_.assign(json);
    padded_.append(limits::kFramePaddingBytes, '\0');
    return parse_padded({padded_.data(), json.size()}, out);
  }

 private:
  simdjson::dom::parser parser_;
  simdjson::dom::document document_;
  std::string padded_;
};

/// Whether the word at `at` is the same in both.
template <typename Word>
[[nodiscard]] inline bool same_word(const char* a, const char* b, std::size_t at) {
  Word left, right;
  std::memcpy(&left, a + at, sizeof(Word));
  std::memcpy(&right, b + at, sizeof(Word));
  return left == right;
}

/// Whether `text` is this literal. The literal's length is known to the compiler, so that this is one or two
/// overlapping word comparisons where `==` calls memcmp: names of members are compared some thirty times a frame.
template <std::size_t N>
[[nodiscard]] inline bool is(std::string_view text, const char (&literal)[N]) {
  constexpr std::size_t kSize = N - 1;
  static_assert(kSize > 0);
  if (text.size() != kSize) return false;
  const char* data = text.data();
  if constexpr (kSize > 16) {
    return std::memcmp(data, literal, kSize) == 0;
  } else if constexpr (kSize >= 8) {
    return same_word<uint64_t>(data, literal, 0) && same_word<uint64_t>(data, literal, kSize - 8);
  } else if constexpr (kSize >= 4) {
    return same_word<uint32_t>(data, literal, 0) && same_word<uint32_t>(data, literal, kSize - 4);
  } else if constexpr (kSize >= 2) {
    return same_word<uint16_t>(data, literal, 0) && same_word<uint16_t>(data, literal, kSize - 2);
  } else {
    return *data == *literal;
  }
}

/// The characters of a string, else empty.
[[nodiscard]] inline std::string_view text_of(JsonElement element) {
  std::string_view value;
  return element.get(value) == simdjson::SUCCESS ? value : std::string_view{};
}

/// A member that may not be there. Objects are read in one pass over their members, so a member is first
/// remembered and judged when all of them have been seen; of members with one name the last one holds.
class Member {
 public:
  Member() = default;
  Member& operator=(JsonElement element) {
    element_ = element;
    present_ = true;
    return *this;
  }

  /// Whether it is there at all, with whatever value. `null` counts as absent.
  [[nodiscard]] bool given() const { return present_ && !element_.is_null(); }

  /// Its characters when it is a string, else empty.
  [[nodiscard]] std::string_view text() const { return present_ ? text_of(element_) : std::string_view{}; }

  [[nodiscard]] bool read(std::string_view& out) const { return present_ && element_.get(out) == simdjson::SUCCESS; }
  [[nodiscard]] bool read(JsonObject& out) const { return present_ && element_.get(out) == simdjson::SUCCESS; }
  [[nodiscard]] bool read(JsonArray& out) const { return present_ && element_.get(out) == simdjson::SUCCESS; }
  [[nodiscard]] bool read(int64_t& out) const { return present_ && element_.get(out) == simdjson::SUCCESS; }
  [[nodiscard]] bool read(uint64_t& out) const { return present_ && element_.get(out) == simdjson::SUCCESS; }

  /// True only for the literal `true`.
  [[nodiscard]] bool yes() const {
    bool value = false;
    return present_ && element_.get(value) == simdjson::SUCCESS && value;
  }

 private:
  JsonElement element_;
  bool present_ = false;
};

/// The member of that name. For small objects of which one or two members matter; others are read in one pass.
template <std::size_t N>
[[nodiscard]] inline Member find(const JsonObject& object, const char (&name)[N]) {
  Member found;
  for (const auto field : object)
    if (is(field.key, name)) found = field.value;
  return found;
}

/// Whether it is an array with something in it.
[[nodiscard]] inline bool is_filled_array(const Member& member) {
  JsonArray items;
  return member.read(items) && items.begin() != items.end();
}

[[nodiscard]] inline bool is_object(const Member& member) {
  JsonObject ignored;
  return member.read(ignored);
}

[[nodiscard]] inline bool is_string(const Member& member) {
  std::string_view ignored;
  return member.read(ignored);
}

/// Adds to a message's list while there is room; what is over limits::kListItems is not kept.
inline void keep(std::vector<std::string_view>& list, std::string_view item) {
  if (!item.empty() && list.size() < limits::kListItems) list.push_back(item);
}

/// An id as text: a string as it is, a whole number in decimal, written to `digits`. False for anything else.
[[nodiscard]] inline bool read_id(const Member& member, std::string& digits, std::string_view& out) {
  if (member.read(out)) return true;
  uint64_t number = 0;
  if (!member.read(number)) return false;
  char buffer[20];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number);
  (void)error;  // 20 digits hold every uint64
  digits.assign(buffer, end);
  out = digits;
  return true;
}

/// Adds member `name` of each object in `array` to a message's list.
template <std::size_t N>
inline void keep_each(const Member& array, const char (&name)[N], std::vector<std::string_view>& list) {
  JsonArray items;
  if (!array.read(items)) return;
  for (const JsonElement item : items) {
    JsonObject object;
    if (item.get(object) == simdjson::SUCCESS) keep(list, find(object, name).text());
  }
}

/// The decimal number that is the whole of `digits`; 0 when it is none or does not fit.
[[nodiscard]] inline uint64_t number_of(std::string_view digits) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} && end == digits.data() + digits.size() ? value : 0;
}

/// A time as RFC 3339; kNoInstant when it is absent or not one.
[[nodiscard]] inline Instant rfc3339_of(const Member& member) { return quick_rfc3339(member.text()); }

}  // namespace roomtone::decode
