#include "delivery/alert_json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/json_text.hpp"

namespace roomtone::delivery {
namespace {

void member(std::string& out, std::string_view name) {
  if (out.back() != '{') out.push_back(',');
  out.append("\"").append(name).append("\":");
}

void text(std::string& out, std::string_view name, std::string_view value) {
  member(out, name);
  append_utf8_string(out, value);
}

void time(std::string& out, std::string_view name, Instant at) {
  member(out, name);
  if (at == kNoInstant) {
    out.append("null");
  } else {
    append_json_string(out, format_rfc3339(at));
  }
}

void real(std::string& out, std::string_view name, const std::optional<double>& value) {
  member(out, name);
  if (value && std::isfinite(*value)) {
    fmt::format_to(std::back_inserter(out), "{:.6f}", *value);
  } else {
    out.append("null");
  }
}

void count(std::string& out, std::string_view name, int64_t value) {
  member(out, name);
  fmt::format_to(std::back_inserter(out), "{}", value);
}

void texts(std::string& out, std::string_view name, const std::vector<std::string>& values) {
  member(out, name);
  out.push_back('[');
  for (const std::string& value : values) {
    if (out.back() != '[') out.push_back(',');
    append_utf8_string(out, value);
  }
  out.push_back(']');
}

/// Bytes of the UTF-8 sequence that `at` begins with; 0 when it is none.
std::size_t sequence_bytes(std::string_view at) {
  const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xc2 && lead < 0xe0   ? 2
                           : lead >= 0xe0 && lead < 0xf0 ? 3
                           : lead >= 0xf0 && lead < 0xf5 ? 4
                                                         : 0;
  if (size == 0 || at.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  // Too long a form, a surrogate, beyond the last code point.
  if ((lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) >= 0xa0) || (lead == 0xf0 && byte(1) < 0x90) ||
      (lead == 0xf4 && byte(1) >= 0x90))
    return 0;
  return size;
}

}  // namespace

void append_utf8_string(std::string& out, std::string_view value) {
  std::string clean;
  clean.reserve(value.size());
  while (!value.empty()) {
    const std::size_t size = sequence_bytes(value);
    if (size == 0) {
      clean.append("\xef\xbf\xbd");
    } else {
      clean.append(value.substr(0, size));
    }
    value.remove_prefix(size == 0 ? 1 : size);
  }
  append_json_string(out, clean);
}

void append_alert(std::string& out, const Alert& alert) {
  out.push_back('{');
  text(out, "id", alert.id);
  text(out, "kind", kAlertKindNames[static_cast<std::size_t>(alert.kind)]);
  text(out, "state", kAlertStateNames[static_cast<std::size_t>(alert.state)]);
  member(out, "up");
  out.append(alert.up ? "true" : "false");
  text(out, "key", alert.key);
  text(out, "rule", alert.rule);
  text(out, "severity", alert.severity);
  time(out, "starts", alert.starts);
  time(out, "ends", alert.ends);
  time(out, "changed", alert.changed);
  real(out, "tone_before", alert.tone_before);
  real(out, "tone_now", alert.tone_now);
  real(out, "ci_low", alert.ci_low);
  real(out, "ci_high", alert.ci_high);
  count(out, "n", alert.n);
  count(out, "voices", alert.voices);
  real(out, "rate_before", alert.rate_before);
  real(out, "rate_now", alert.rate_now);
  texts(out, "words_up", alert.words_up);
  texts(out, "words_down", alert.words_down);
  texts(out, "communities", alert.communities);
  text(out, "sentence", alert.sentence);
  out.push_back('}');
}

std::string link_of(std::string_view pattern, const Alert& alert) {
  std::string link;
  while (!pattern.empty()) {
    constexpr std::string_view kKey = "{key}";
    constexpr std::string_view kStarts = "{starts_ms}";
    if (pattern.starts_with(kKey)) {
      for (const char c : alert.key) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        plain ? link.push_back(c)
              : void(fmt::format_to(std::back_inserter(link), "%{:02X}", static_cast<unsigned char>(c)));
      }
      pattern.remove_prefix(kKey.size());
    } else if (pattern.starts_with(kStarts)) {
      link += std::to_string(micros(alert.starts) / 1000);
      pattern.remove_prefix(kStarts.size());
    } else {
      link.push_back(pattern.front());
      pattern.remove_prefix(1);
    }
  }
  return link;
}

}  // namespace roomtone::delivery
