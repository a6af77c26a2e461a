#include "text/html_entities.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "text/unicode.hpp"

namespace roomtone::text {

namespace {

struct Entity {
  std::string_view name;  // behind the '&', with its ';'
  char32_t value;
};
constexpr std::array<Entity, 5> kEntities = {
    {{"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}, {"nbsp;", ' '}}};
constexpr std::string_view kAmpersand = "amp;";
constexpr std::size_t kNumberMax = 10;  // of the bytes of "#x10FFFF;"

/// What stands at the start of a text.
struct Match {
  std::size_t size = 0;  // 0: no entity
  char32_t value = 0;
};

/// "#8217;" or "#x2019;".
Match match_number(std::string_view text) {
  const std::size_t end = text.substr(0, kNumberMax).find(';');
  if (end == std::string_view::npos) return {};
  std::string_view digits = text.substr(1, end - 1);
  const bool hex = digits.starts_with('x') || digits.starts_with('X');
  if (hex) digits.remove_prefix(1);
  uint32_t value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
  const bool whole = error == std::errc() && stop == digits.data() + digits.size();
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  if (!whole || value == 0 || value > 0x10FFFF || surrogate) return {};
  return {end + 1, value};
}

/// An entity whose '&' is the first byte of `text`.
Match match_entity(std::string_view text) {
  std::size_t at = 1;
  while (text.substr(at).starts_with(kAmpersand)) at += kAmpersand.size();
  const std::string_view rest = text.substr(at);
  if (rest.starts_with('#')) {
    if (const Match number = match_number(rest); number.size != 0) return {at + number.size, number.value};
  }
  for (const Entity& entity : kEntities) {
    if (rest.starts_with(entity.name)) return {at + entity.name.size(), entity.value};
  }
  return at > 1 ? Match{at, '&'} : Match{};
}

}  // namespace

bool begins_html_entity(std::string_view text) { return match_entity(text).size != 0; }

void undo_html_entities(std::string_view text, std::string& out) {
  out.clear();
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find('&'), text.size());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Match match = match_entity(text);
    if (match.size == 0) {
      out += '&';
      text.remove_prefix(1);
      continue;
    }
    std::array<char, kUtf8Bytes> bytes;
    out.append(bytes.data(), encode(match.value, bytes.data()));
    text.remove_prefix(match.size);
  }
}

}  // namespace roomtone::text
