#include "text/emoticons.hpp"

#include <algorithm>
#include <array>

#include "text/classify.hpp"

namespace roomtone::text {

namespace {

/// The text from one point on; past its end there are NULs.
struct Ahead {
  const char* p;
  const char* end;
  char operator[](std::size_t i) const { return i < static_cast<std::size_t>(end - p) ? p[i] : '\0'; }
};

/// How often the character at `i` is repeated from there on.
std::size_t repeats(Ahead at, std::size_t i) {
  std::size_t n = 1;
  while (at[i + n] == at[i]) ++n;
  return n;
}

EmoticonMatch found(std::string_view canonical, std::size_t consumed, std::size_t run = 1) {
  return {canonical, consumed, static_cast<uint8_t>(std::min<std::size_t>(run, 255))};
}

struct Fixed {
  std::string_view written;
  std::string_view canonical;
};

/// Faces without mouth and eyes in a row. Longer ones first.
constexpr std::array<Fixed, 21> kFixed = {{
    {"^_^", "^_^"}, {"^-^", "^_^"}, {"^.^", "^_^"},   {"^^", "^_^"},  {"-_-", "-_-"}, {"-.-", "-_-"}, {">_<", ">_<"},
    {">.<", ">_<"}, {"T_T", "T_T"}, {"T.T", "T_T"},   {"o_O", "o_O"}, {"O_o", "o_O"}, {"o_o", "o_O"}, {"O_O", "o_O"},
    {"o.O", "o_O"}, {"O.o", "o_O"}, {"\\o/", "\\o/"}, {"D:", "D:"},   {"B-)", "B)"},  {"(:", ":)"},   {"(-:", ":)"},
}};

EmoticonMatch match_fixed(Ahead at) {
  const std::string_view text(at.p, static_cast<std::size_t>(at.end - at.p));
  for (const Fixed& face : kFixed) {
    if (!text.starts_with(face.written)) continue;
    const char next = at[face.written.size()];
    if (!is_alnum(next) && next != '_') return found(face.canonical, face.written.size());
  }
  return {};
}

EmoticonMatch match_heart(Ahead at) {
  const std::size_t three = at[1] == '/' ? 2 : 1;
  if (at[three] != '3') return {};
  const std::size_t n = repeats(at, three);
  if (is_alnum(at[three + n])) return {};
  return found(three == 2 ? "</3" : "<3", three + n, n);
}

struct Mouth {
  char written;
  bool letter;  // would be a word if something followed it
  std::string_view after_colon;
  std::string_view after_semicolon;
};
constexpr std::array<Mouth, 18> kMouths = {{
    {')', false, ":)", ";)"},
    {']', false, ":)", ";)"},
    {'}', false, ":)", ";)"},
    {'(', false, ":(", ";("},
    {'[', false, ":(", ";("},
    {'{', false, ":(", ";("},
    {'D', true, ":D", ";D"},
    {'P', true, ":P", ";P"},
    {'p', true, ":P", ";P"},
    {'b', true, ":P", ";P"},
    {'O', true, ":O", ""},
    {'o', true, ":O", ""},
    {'S', true, ":S", ""},
    {'s', true, ":S", ""},
    {'/', true, ":/", ""},
    {'\\', true, ":/", ""},
    {'|', false, ":|", ""},
    {'*', false, ":*", ""},
}};

EmoticonMatch match_face(Ahead at, std::size_t eyes, bool after_word) {
  const bool wink = at[eyes] == ';';
  std::size_t i = eyes + 1;
  const bool tear = at[i] == '\'' && !wink;
  if (tear) ++i;
  const bool nose = (at[i] == '-' || at[i] == 'o' || at[i] == '^') && (at[i + 1] == ')' || at[i + 1] == '(');
  if (nose || at[i] == '-') ++i;
  if (at[i] == '3' && !wink && !after_word && !is_alnum(at[i + 1])) return found(":3", i + 1);
  for (const Mouth& mouth : kMouths) {
    if (at[i] != mouth.written) continue;
    const std::size_t n = repeats(at, i);
    const char next = at[i + n];
    const bool bracket = mouth.written == ')' || mouth.written == '(';
    if (after_word && !bracket) return {};
    if (mouth.letter && (is_alnum(next) || next == '/')) return {};
    std::string_view canonical = wink ? mouth.after_semicolon : mouth.after_colon;
    if (tear) canonical = canonical == ":)" ? ":')" : canonical == ":(" ? ":'(" : "";
    if (canonical.empty()) return {};
    return found(canonical, i + n, n);
  }
  return {};
}

}  // namespace

EmoticonMatch match_emoticon(const char* p, const char* end, bool after_word) {
  const Ahead at{p, end};
  switch (at[0]) {
    case '<': return match_heart(at);
    case '>': {
      if (at[1] != ':') return match_fixed(at);
      const EmoticonMatch face = match_face(at, 1, after_word);
      if (face.canonical == ":(" || face.canonical == ":/" || face.canonical == ":|") {
        return found(">:(", face.consumed, face.run);
      }
      if (face.canonical == ":)" || face.canonical == ":D") return found(">:)", face.consumed, face.run);
      return {};
    }
    case 'O': {
      if (at[1] != ':') return match_fixed(at);
      const EmoticonMatch face = match_face(at, 1, false);
      return face.canonical == ":)" ? found("O:)", face.consumed, face.run) : EmoticonMatch{};
    }
    case ':':
    case ';':
    case '=': return match_face(at, 0, after_word);
    case '(': {
      const EmoticonMatch mirrored = match_fixed(at);
      const char next = at[mirrored.consumed];
      return next == '\0' || is_space(next) ? mirrored : EmoticonMatch{};
    }
    default: return after_word ? EmoticonMatch{} : match_fixed(at);
  }
}

}  // namespace roomtone::text
