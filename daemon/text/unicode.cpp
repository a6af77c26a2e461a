#include "text/unicode.hpp"

#include <utf8proc.h>

#include <array>

namespace roomtone::text {

namespace {

constexpr bool in(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

/// Full-width forms and the mathematical alphabets: letters that people use as a typeface.
constexpr bool is_styled(char32_t c) { return in(c, 0xFF10, 0xFF5A) || in(c, 0x1D400, 0x1D7FF); }

constexpr bool is_latin1_letter(char32_t c) { return in(c, 0xC0, 0xFF) && c != 0xD7 && c != 0xF7; }

/// Kana, Han, Hangul and what is between them.
constexpr bool is_caseless(char32_t c) { return in(c, 0x3041, 0x9FFF) || in(c, 0xAC00, 0xD7A3); }

char32_t unstyled(char32_t c) {
  if (!is_styled(c)) return c;
  std::array<utf8proc_int32_t, 4> out{};
  int last_class = 0;
  const auto n =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), out.data(), static_cast<int>(out.size()),
                              static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT), &last_class);
  return n == 1 ? static_cast<char32_t>(out[0]) : c;
}

bool is_pictograph(char32_t c, const utf8proc_property_t& property) {
  if (c == 0xA9 || c == 0xAE || c == 0x2122) return false;  // (c), (r) and tm are text
  if (in(c, 0x1F1E6, 0x1F1FF)) return true;                 // halves of flags
  return property.boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

CodeKind kind_of_category(utf8proc_propval_t category) {
  switch (category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: return CodeKind::letter;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return CodeKind::mark;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return CodeKind::digit;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP: return CodeKind::space;
    case UTF8PROC_CATEGORY_CF: return CodeKind::ignorable;
    default: return CodeKind::other;
  }
}

const utf8proc_property_t& property_of(char32_t c) { return *utf8proc_get_property(static_cast<utf8proc_int32_t>(c)); }

}  // namespace

CodePoint decode(const char* p, const char* end) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(p[i]); };
  const auto left = static_cast<std::size_t>(end - p);
  const auto follows = [&](std::size_t i) { return i < left && (byte(i) & 0xC0) == 0x80; };
  const auto tail = [&](std::size_t i) { return static_cast<char32_t>(byte(i) & 0x3F); };
  const char32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (in(lead, 0xC2, 0xDF)) {
    if (follows(1)) return {((lead & 0x1F) << 6) | tail(1), 2};
  } else if (in(lead, 0xE0, 0xEF)) {
    if (follows(1) && follows(2)) {
      const char32_t value = ((lead & 0x0F) << 12) | (tail(1) << 6) | tail(2);
      if (value >= 0x800 && !in(value, 0xD800, 0xDFFF)) return {value, 3};
    }
  } else if (in(lead, 0xF0, 0xF4)) {
    if (follows(1) && follows(2) && follows(3)) {
      const char32_t value = ((lead & 0x07) << 18) | (tail(1) << 12) | (tail(2) << 6) | tail(3);
      if (in(value, 0x10000, 0x10FFFF)) return {value, 4};
    }
  }
  return {kReplacement, 1};
}

std::size_t encode(char32_t value, char* out) {
  if (value < 0x80) {
    out[0] = static_cast<char>(value);
    return 1;
  }
  if (value < 0x800) {
    out[0] = static_cast<char>(0xC0 | (value >> 6));
    out[1] = static_cast<char>(0x80 | (value & 0x3F));
    return 2;
  }
  if (value < 0x10000) {
    out[0] = static_cast<char>(0xE0 | (value >> 12));
    out[1] = static_cast<char>(0x80 | ((value >> 6) & 0x3F));
    out[2] = static_cast<char>(0x80 | (value & 0x3F));
    return 3;
  }
  out[0] = static_cast<char>(0xF0 | (value >> 18));
  out[1] = static_cast<char>(0x80 | ((value >> 12) & 0x3F));
  out[2] = static_cast<char>(0x80 | ((value >> 6) & 0x3F));
  out[3] = static_cast<char>(0x80 | (value & 0x3F));
  return 4;
}

CodeKind kind_of(char32_t c) {
  // The blocks that whole texts are written in come first: they need no look-up.
  if (in(c, 0x4E00, 0x9FFF) || in(c, 0x3041, 0x3096) || in(c, 0x30A1, 0x30FA) || in(c, 0xAC00, 0xD7A3) ||
      in(c, 0x0410, 0x044F) || is_latin1_letter(c)) {
    return CodeKind::letter;
  }
  if (in(c, 0x1F600, 0x1F64F)) return CodeKind::emoji;  // the faces
  switch (c) {
    case 0x2018:  // these two are quotes as well; a word takes them first
    case 0x2019:
    case 0x02BC:
    case 0xFF07: return CodeKind::apostrophe;
    case 0x2010:
    case 0x2011: return CodeKind::hyphen;
    case 0xFF03: return CodeKind::hash;
    case 0x85:
    case 0x200B: return CodeKind::space;  // next line; zero-width space, which parts words in Thai
    case kReplacement: return CodeKind::other;
    default: break;
  }
  if (in(c, 0xFE00, 0xFE0F) || in(c, 0xE0000, 0xE01EF)) return CodeKind::ignorable;
  if (ascii_punctuation(c).count != 0) return CodeKind::punctuation;
  const utf8proc_property_t& property = property_of(c);
  const CodeKind kind = kind_of_category(property.category);
  if (kind == CodeKind::letter || kind == CodeKind::mark) return kind;
  return is_pictograph(c, property) ? CodeKind::emoji : kind;
}

Script script_of(char32_t c) {
  if (c < 0x0250 || in(c, 0x1E00, 0x1EFF) || in(c, 0x2C60, 0x2C7F) || in(c, 0xA720, 0xA7FF) || in(c, 0xFB00, 0xFB06)) {
    return Script::latin;
  }
  if (in(c, 0x4E00, 0x9FFF) || in(c, 0x3400, 0x4DBF) || in(c, 0x2E80, 0x2FDF) || c == 0x3005 || c == 0x3007 ||
      in(c, 0xF900, 0xFAFF) || in(c, 0x20000, 0x3FFFF)) {
    return Script::han;
  }
  if (in(c, 0x3040, 0x30FF) || in(c, 0x31F0, 0x31FF) || in(c, 0xFF66, 0xFF9F)) return Script::kana;
  if (in(c, 0x0E00, 0x0EFF) || in(c, 0x1000, 0x109F) || in(c, 0x1780, 0x17FF)) return Script::spaceless;
  return Script::other;
}

char32_t lower_of(char32_t c) {
  if (is_caseless(c)) return c;
  if (is_latin1_letter(c)) return c < 0xDF ? c + 0x20 : c;
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(unstyled(c))));
}

bool is_capital(char32_t c) {
  if (is_caseless(c)) return false;
  if (is_latin1_letter(c)) return c < 0xDF;
  const char32_t plain = unstyled(c);
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(plain))) != plain;
}

char32_t composed(char32_t first, char32_t mark) {
  std::array<utf8proc_int32_t, 2> pair{static_cast<utf8proc_int32_t>(first), static_cast<utf8proc_int32_t>(mark)};
  const auto n =
      utf8proc_normalize_utf32(pair.data(), 2, static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
  return n == 1 ? static_cast<char32_t>(pair[0]) : 0;
}

AsciiPunctuation ascii_punctuation(char32_t c) {
  switch (c) {
    case 0x00AB:
    case 0x00BB:
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0x2033:
    case 0x300C:
    case 0x300D:
    case 0x300E:
    case 0x300F:
    case 0xFF02: return {'"', 1};
    case 0x02BC:
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x2032:
    case 0x2039:
    case 0x203A:
    case 0xFF07: return {'\'', 1};
    case 0x2026: return {'.', 3};
    case 0x3002:
    case 0xFF0E:
    case 0xFF61:
    case 0x0964: return {'.', 1};
    case 0x3001:
    case 0xFF0C:
    case 0xFF64:
    case 0x060C: return {',', 1};
    case 0xFF1B:
    case 0x061B: return {';', 1};
    case 0xFF1A: return {':', 1};
    case 0xFF01: return {'!', 1};
    case 0x203C: return {'!', 2};
    case 0xFF1F:
    case 0x061F: return {'?', 1};
    case 0x2047: return {'?', 2};
    case 0xFF08: return {'(', 1};
    case 0xFF09: return {')', 1};
    case 0x3010:
    case 0xFF3B: return {'[', 1};
    case 0x3011:
    case 0xFF3D: return {']', 1};
    default: return {};
  }
}

}  // namespace roomtone::text
