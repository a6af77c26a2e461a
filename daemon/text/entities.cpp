#include "text/entities.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "text/classify.hpp"
#include "text/unicode.hpp"

namespace roomtone::text {

namespace {

std::size_t between(const char* p, const char* q) { return static_cast<std::size_t>(q - p); }
char at(const char* p, const char* end) { return p < end ? *p : '\0'; }

// Sorted. Enough for bare domains in posts; everything else is written with its scheme.
constexpr std::array<std::string_view, 52> kTopLevels = {
    "ai",     "app", "au",  "be",  "biz", "blog", "br",   "ca",  "cc",     "ch",   "club", "cn", "co",
    "com",    "de",  "dev", "edu", "es",  "eu",   "fm",   "fr",  "gg",     "gov",  "ie",   "in", "info",
    "int",    "io",  "is",  "it",  "jp",  "ly",   "me",   "mil", "net",    "news", "nl",   "no", "nz",
    "online", "org", "pl",  "ru",  "se",  "shop", "site", "so",  "social", "to",   "tv",   "uk", "us"};
static_assert(std::ranges::is_sorted(kTopLevels));
constexpr std::array<std::string_view, 9> kEnglishWords = {"be", "es", "in", "is", "it", "me", "no", "so", "to"};
constexpr std::size_t kTopLevelBytes = 6;

/// ASCII that a URL may hold.
constexpr std::array<bool, 128> kInUrl = [] {
  std::array<bool, 128> table{};
  for (unsigned c = ' ' + 1; c < 0x7F; ++c) table[c] = true;
  for (const unsigned char c : {'<', '>', '"', '`', '{', '}', '|', '\\', '^'}) table[c] = false;
  return table;
}();

/// Whether a URL may go on with the byte at `p`. Letters of two bytes belong to it (Latin, Greek, Cyrillic: people
/// paste decoded paths), longer ones end it: there it is the text after the link that goes on without a space.
std::size_t url_step(const char* p, const char* end) {
  if (is_high(*p)) {
    const CodePoint c = decode(p, end);
    return c.size == 2 && kind_of(c.value) == CodeKind::letter ? 2 : 0;
  }
  return kInUrl[static_cast<unsigned char>(*p)] ? 1 : 0;
}

/// Where the URL that began at `p` and is read up to `from` ends.
const char* url_end(const char* p, const char* from, const char* end) {
  const char* q = from;
  int open = 0;
  while (q < end) {
    const std::size_t step = url_step(q, end);
    if (step == 0) break;
    open += *q == '(' ? 1 : *q == ')' ? -1 : 0;
    q += step;
  }
  while (q > p) {
    const char last = q[-1];
    if (last == ')' && open < 0) {
      ++open;
    } else if (std::string_view(".,!?;:'*]").find(last) == std::string_view::npos) {
      break;
    }
    --q;
  }
  return q;
}

bool is_label(char c) { return is_alnum(c) || c == '-'; }

/// Where the labels from `p` end: letters, digits and hyphens parted by single dots. `dot` is the last dot.
const char* labels_end(const char* p, const char* end, const char*& dot) {
  dot = nullptr;
  while (p < end) {
    if (is_label(*p)) {
      ++p;
    } else if (*p == '.' && p + 1 < end && is_alnum(p[1])) {
      dot = p++;
    } else {
      break;
    }
  }
  return p;
}

}  // namespace

std::size_t url_length(const char* p, const char* end) {
  const char* q = p;
  for (const char c : std::string_view("http")) {
    if (to_lower(at(q, end)) != c) return 0;
    ++q;
  }
  if (to_lower(at(q, end)) == 's') ++q;
  for (const char c : std::string_view("://")) {
    if (at(q, end) != c) return 0;
    ++q;
  }
  const char* last = url_end(q, q, end);
  return last > q ? between(p, last) : 0;
}

std::size_t domain_length(const char* p, const char* end) {
  const char* dot = nullptr;
  const char* q = labels_end(p, end, dot);
  if (dot == nullptr) return 0;
  const bool www =
      between(p, q) > 4 && to_lower(p[0]) == 'w' && to_lower(p[1]) == 'w' && to_lower(p[2]) == 'w' && p[3] == '.';
  const bool path = at(q, end) == '/' && q + 1 < end;
  if (!www) {
    std::array<char, kTopLevelBytes> top{};
    const std::size_t size = between(dot + 1, q);
    if (size > top.size()) return 0;
    for (std::size_t i = 0; i < std::min(size, top.size()); ++i) top[i] = to_lower(dot[1 + i]);
    const std::string_view name(top.data(), size);
    if (!std::ranges::binary_search(kTopLevels, name)) return 0;
    if (!path && std::ranges::find(kEnglishWords, name) != kEnglishWords.end()) return 0;
  }
  const char next = at(q, end);
  const bool port = next == ':' && q + 1 < end && is_digit(q[1]);
  if (next == '/' || next == '?' || port) return between(p, url_end(p, q, end));
  return is_high(next) && kind_of(decode(q, end).value) == CodeKind::letter ? 0 : between(p, q);
}

std::size_t mention_length(const char* p, const char* end) {
  const auto name_char = [](char c) { return is_alnum(c) || c == '_'; };
  const char* q = p;
  while (q < end && name_char(*q)) {
    ++q;
    // A dot or hyphen goes on with a small letter or a digit: "@me.bsky.social", but "@you.Thanks".
    if (q + 1 < end && (*q == '.' || *q == '-') && (is_lower(q[1]) || is_digit(q[1]))) ++q;
  }
  if (q == p) return 0;
  return between(p, q) + address_host_length(q, end);
}

std::size_t address_host_length(const char* p, const char* end) {
  if (at(p, end) != '@' || p + 1 >= end || !is_alnum(p[1])) return 0;
  const char* dot = nullptr;
  const char* q = labels_end(p + 1, end, dot);
  return dot != nullptr && is_letter(dot[1]) ? between(p, q) : 0;
}

std::size_t cashtag_length(const char* p, const char* end) {
  constexpr std::size_t kLetters = 8;
  const char* q = p;
  while (q < end && is_letter(*q)) ++q;
  if (q == p || between(p, q) > kLetters || (q < end && (is_digit(*q) || *q == '_' || is_high(*q)))) return 0;
  const bool share_class = q + 1 < end && *q == '.' && is_letter(q[1]) && (q + 2 == end || !is_alnum(q[2]));
  return between(p, q) + (share_class ? 2 : 0);
}

}  // namespace roomtone::text
