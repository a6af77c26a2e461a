#include "model/alert_json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include "base/json_text.hpp"

namespace roomtone {
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
    // What rounds to zero is zero, without a sign.
    fmt::format_to(std::back_inserter(out), "{:.6f}", std::abs(*value) < 0.0000005 ? 0.0 : *value);
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

}  // namespace

void append_alert_members(std::string& out, const Alert& alert) {
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
  text(out, "delivery", kAlertTellingNames[static_cast<std::size_t>(alert.telling)]);
  if (alert.silenced_by.empty()) {
    member(out, "silenced_by");
    out.append("null");
  } else {
    text(out, "silenced_by", alert.silenced_by);
  }
}

}  // namespace roomtone
