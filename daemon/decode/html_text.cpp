#include "decode/html_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/limits.hpp"

namespace roomtone::decode {

namespace {

constexpr std::size_t kReferenceBytes = 10;  // the longest reference looked for, between '&' and ';'

struct NamedReference {
  std::string_view name;
  std::string_view text;
};

// What Mastodon and its kin write, and what people paste. Servers send nearly all else as UTF-8.
constexpr std::array kReferences = {
    NamedReference{"amp", "&"},      NamedReference{"lt", "<"},       NamedReference{"gt", ">"},
    NamedReference{"quot", "\""},    NamedReference{"apos", "'"},     NamedReference{"nbsp", "\u00A0"},
    NamedReference{"hellip", "…"},   NamedReference{"mdash", "—"},    NamedReference{"ndash", "–"},
    NamedReference{"lsquo", "‘"},    NamedReference{"rsquo", "’"},    NamedReference{"ldquo", "“"},
    NamedReference{"rdquo", "”"},    NamedReference{"laquo", "«"},    NamedReference{"raquo", "»"},
    NamedReference{"bull", "•"},     NamedReference{"middot", "·"},   NamedReference{"deg", "°"},
    NamedReference{"euro", "€"},     NamedReference{"pound", "£"},    NamedReference{"copy", "©"},
    NamedReference{"reg", "®"},      NamedReference{"trade", "™"},    NamedReference{"times", "×"},
    NamedReference{"hearts", "♥"},   NamedReference{"shy", "\u00AD"}, NamedReference{"zwj", "\u200D"},
    NamedReference{"zwnj", "\u200C"}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool equals_lower(std::string_view text, std::string_view lower_case) {
  return std::ranges::equal(text, lower_case, [](char a, char b) { return lower(a) == b; });
}

void append_code_point(uint32_t code, std::string& out) {
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
  const auto push = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    push(code);
  } else if (code < 0x800) {
    push(0xC0 | code >> 6);
    push(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    push(0xE0 | code >> 12);
    push(0x80 | (code >> 6 & 0x3F));
    push(0x80 | (code & 0x3F));
  } else {
    push(0xF0 | code >> 18);
    push(0x80 | (code >> 12 & 0x3F));
    push(0x80 | (code >> 6 & 0x3F));
    push(0x80 | (code & 0x3F));
  }
}

/// `digits` follows "&#": decimal, or hexadecimal after an 'x'. False when it is neither.
bool append_numeric(std::string_view digits, std::string& out) {
  uint32_t base = 10;
  if (!digits.empty() && lower(digits.front()) == 'x') {
    base = 16;
    digits.remove_prefix(1);
  }
  if (digits.empty()) return false;
  uint32_t code = 0;
  for (const char c : digits) {
    uint32_t digit = 16;
    if (is_digit(c)) digit = static_cast<uint32_t>(c - '0');
    if (lower(c) >= 'a' && lower(c) <= 'f') digit = static_cast<uint32_t>(lower(c) - 'a') + 10;
    if (digit >= base) return false;
    code = std::min<uint32_t>(code * base + digit, 0x110000);  // beyond Unicode stays beyond it
  }
  append_code_point(code, out);
  return true;
}

/// Appends what the reference at `text[at]` ('&') stands for and returns the place after it; where there is none, the
/// '&'.
std::size_t append_reference(std::string_view text, std::size_t at, std::string& out) {
  const std::string_view rest = text.substr(at + 1, kReferenceBytes + 1);
  if (const std::size_t end = rest.find(';'); end != std::string_view::npos) {
    const std::string_view name = rest.substr(0, end);
    const std::size_t after = at + 1 + end + 1;
    if (name.starts_with('#')) {
      if (append_numeric(name.substr(1), out)) return after;
    } else if (const auto found = std::ranges::find(kReferences, name, &NamedReference::name);
               found != kReferences.end()) {
      out.append(found->text);
      return after;
    }
  }
  out.push_back('&');
  return at + 1;
}

struct Tag {
  std::string_view name;  // as written
  std::string_view attributes;
  bool closes = false;
  std::size_t after = 0;  // the place behind its '>'
};

/// The tag at `html[at]` ('<'); after == 0 when none starts there. A '>' inside a quoted attribute does not end it.
Tag tag_at(std::string_view html, std::size_t at) {
  Tag tag;
  std::size_t i = at + 1;
  if (i < html.size() && html[i] == '/') {
    tag.closes = true;
    ++i;
  }
  const std::size_t name_begin = i;
  while (i < html.size() && (is_letter(html[i]) || is_digit(html[i]))) ++i;
  if (i == name_begin || !is_letter(html[name_begin])) return tag;
  tag.name = html.substr(name_begin, i - name_begin);
  const std::size_t attributes_begin = i;
  char quote = '\0';
  for (; i < html.size(); ++i) {
    const char c = html[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      tag.attributes = html.substr(attributes_begin, i - attributes_begin);
      tag.after = i + 1;
      return tag;
    }
  }
  // Cut off in the middle of a tag: the rest is markup, not text.
  tag.attributes = html.substr(attributes_begin);
  tag.after = html.size();
  return tag;
}

bool has_word(std::string_view words, std::string_view wanted) {
  while (!words.empty()) {
    const auto end = static_cast<std::size_t>(std::ranges::find_if(words, is_space) - words.begin());
    if (words.substr(0, end) == wanted) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

/// The value of an attribute, quotes removed; empty when the tag does not have it.
std::string_view attribute(std::string_view attributes, std::string_view wanted) {
  std::size_t i = 0;
  const std::size_t size = attributes.size();
  while (i < size) {
    while (i < size && (is_space(attributes[i]) || attributes[i] == '/')) ++i;
    const std::size_t name_begin = i;
    while (i < size && !is_space(attributes[i]) && attributes[i] != '=' && attributes[i] != '/') ++i;
    const std::string_view name = attributes.substr(name_begin, i - name_begin);
    while (i < size && is_space(attributes[i])) ++i;
    std::string_view value;
    if (i < size && attributes[i] == '=') {
      ++i;
      while (i < size && is_space(attributes[i])) ++i;
      if (i < size && (attributes[i] == '"' || attributes[i] == '\'')) {
        const std::size_t close = std::min(attributes.find(attributes[i], i + 1), size);
        value = attributes.substr(i + 1, close - i - 1);
        i = std::min(close + 1, size);
      } else {
        const std::size_t begin = i;
        while (i < size && !is_space(attributes[i])) ++i;
        value = attributes.substr(begin, i - begin);
      }
    }
    if (equals_lower(name, wanted)) return value;
  }
  return {};
}

bool ends_block(std::string_view name) {
  constexpr std::array<std::string_view, 12> kBlocks = {"p",  "div", "li", "blockquote", "pre", "h1",
                                                        "h2", "h3",  "h4", "h5",         "h6",  "tr"};
  return std::ranges::any_of(kBlocks, [name](std::string_view block) { return equals_lower(name, block); });
}

/// The place where the text after `</name>` goes on, or the end.
std::size_t after_raw_element(std::string_view html, std::size_t at, std::string_view name) {
  while ((at = html.find("</", at)) != std::string_view::npos) {
    if (equals_lower(html.substr(at + 2, name.size()), name)) return tag_at(html, at).after;
    at += 2;
  }
  return html.size();
}

}  // namespace

void append_html_text(std::string_view html, std::size_t bytes_max, std::string& out) {
  const std::size_t begin = out.size();
  std::size_t hidden_spans = 0;  // open spans from an invisible one on; what they hold is not appended
  std::size_t at = 0;
  while (at < html.size() && out.size() - begin <= bytes_max) {
    const char c = html[at];
    if (c == '<') {
      if (html.substr(at).starts_with("<!--")) {
        const std::size_t close = html.find("-->", at + 4);
        at = close == std::string_view::npos ? html.size() : close + 3;
        continue;
      }
      const Tag tag = tag_at(html, at);
      if (tag.after != 0) {
        at = tag.after;
        if (!tag.closes && (equals_lower(tag.name, "script") || equals_lower(tag.name, "style"))) {
          at = after_raw_element(html, at, tag.name.size() == 6 ? "script" : "style");
        } else if (equals_lower(tag.name, "span")) {
          if (tag.closes) {
            hidden_spans -= hidden_spans > 0 ? 1 : 0;
          } else if (hidden_spans > 0 || has_word(attribute(tag.attributes, "class"), "invisible")) {
            ++hidden_spans;
          }
        } else if (equals_lower(tag.name, "br") || (tag.closes && ends_block(tag.name))) {
          // A span ends with its block at the latest, so a forgotten `</span>` cannot swallow the rest.
          if (tag.closes) hidden_spans = 0;
          if (hidden_spans == 0) out.push_back('\n');
        }
        continue;
      }
    }
    if (hidden_spans > 0) {
      ++at;
    } else if (c == '&') {
      at = append_reference(html, at, out);
    } else {
      const std::size_t end = std::min(html.find_first_of("<&", at + 1), html.size());
      out.append(html, at, end - at);
      at = end;
    }
  }

  if (out.size() - begin > bytes_max) {
    std::size_t end = begin + bytes_max;
    while (end > begin && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
    out.resize(end);
  }
  while (out.size() > begin && is_space(out.back())) out.pop_back();
}

void collect_html_links(std::string_view html, std::string& out, std::vector<std::string_view>& links) {
  // A reference is never shorter than what it stands for, so that `out` does not move while views point into it.
  out.clear();
  out.reserve(html.size());
  std::size_t at = 0;
  while (links.size() < limits::kListItems && (at = html.find('<', at)) != std::string_view::npos) {
    const Tag tag = tag_at(html, at);
    at = tag.after != 0 ? tag.after : at + 1;
    if (tag.after == 0 || tag.closes || !equals_lower(tag.name, "a")) continue;
    const std::string_view href = attribute(tag.attributes, "href");
    const std::string_view classes = attribute(tag.attributes, "class");
    if (!href.starts_with("http://") && !href.starts_with("https://")) continue;
    if (has_word(classes, "mention") || has_word(classes, "hashtag")) continue;
    const std::size_t begin = out.size();
    for (std::size_t i = 0; i < href.size();) {
      if (href[i] == '&') {
        i = append_reference(href, i, out);
      } else {
        out.push_back(href[i++]);
      }
    }
    links.push_back(std::string_view(out).substr(begin));
  }
}

std::string_view undo_x_escapes(std::string_view text, std::string& out) {
  std::size_t at = text.find('&');
  if (at == std::string_view::npos) return text;
  out.assign(text, 0, at);
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("&amp;")) {
      out.push_back('&');
      at += 5;
    } else if (rest.starts_with("&lt;")) {
      out.push_back('<');
      at += 4;
    } else if (rest.starts_with("&gt;")) {
      out.push_back('>');
      at += 4;
    } else {
      const std::size_t end = std::min(text.find('&', at + 1), text.size());
      out.append(text, at, end - at);
      at = end;
    }
  }
  return out;
}

std::string_view client_of_source(std::string_view source, std::string& out) {
  if (source.find_first_of("<&") == std::string_view::npos) return source;
  out.clear();
  append_html_text(source, limits::kTextBytes, out);
  return out;
}

}  // namespace roomtone::decode
