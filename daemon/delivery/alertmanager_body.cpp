#include "delivery/alertmanager_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/json_text.hpp"
#include "delivery/alert_link.hpp"

namespace roomtone::delivery {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// "t/derby/c/experts/r/jockey" -> topic, community and role. What a later release may add at the end is in `room`.
void add_levels(std::string_view key, Pairs& labels) {
  constexpr std::pair<std::string_view, const char*> kLevels[] = {
      {"t", "topic"}, {"c", "community"}, {"r", "role"}, {"s", "source"}};
  while (!key.empty()) {
    const std::size_t slash = key.find('/');
    if (slash == key.npos) return;
    const std::string_view level = key.substr(0, slash);
    key.remove_prefix(slash + 1);
    const std::string_view value = key.substr(0, key.find('/'));
    key.remove_prefix(std::min(key.size(), value.size() + 1));
    for (const auto& [letter, name] : kLevels)
      if (level == letter) labels.emplace_back(name, value);
  }
}

void add_real(Pairs& pairs, const char* name, const std::optional<double>& value) {
  if (value && std::isfinite(*value)) pairs.emplace_back(name, fmt::format("{:+.2f}", *value));
}

void add_rate(Pairs& pairs, const char* name, const std::optional<double>& value) {
  if (value && std::isfinite(*value)) pairs.emplace_back(name, fmt::format("{:.1f}", *value));
}

void add_list(Pairs& pairs, const char* name, const std::vector<std::string>& values) {
  if (!values.empty()) pairs.emplace_back(name, fmt::format("{}", fmt::join(values, ", ")));
}

std::string value_of(const Pairs& pairs, std::string_view name) {
  const auto found = std::ranges::find(pairs, name, &Pairs::value_type::first);
  return found == pairs.end() ? std::string() : found->second;
}

/// The figures in a few words, for receivers that show one annotation only.
std::string description_of(const Alert& alert, const Pairs& figures) {
  std::string text;
  const auto sentence = [&](const std::string& what) { text += (text.empty() ? "" : " ") + what + "."; };
  const std::string before = value_of(figures, "tone_before");
  const std::string now = value_of(figures, "tone_now");
  const std::string interval = value_of(figures, "interval");
  if (!now.empty()) {
    sentence("Tone " + now + (interval.empty() ? "" : " (" + interval + ")") +
             (before.empty() ? "" : ", before " + before));
  }
  const std::string rate = value_of(figures, "rate_now");
  const std::string rate_before = value_of(figures, "rate_before");
  if (!rate.empty()) sentence(rate + " messages a minute" + (rate_before.empty() ? "" : ", before " + rate_before));
  if (alert.n > 0) sentence(fmt::format("{} messages by {} voices", alert.n, alert.voices));
  if (!alert.words_down.empty()) sentence("Down by: " + value_of(figures, "words_down"));
  if (!alert.words_up.empty()) sentence("Up by: " + value_of(figures, "words_up"));
  if (!alert.communities.empty()) sentence("With it moved: " + value_of(figures, "communities"));
  if (alert.state == AlertState::unknown) sentence("Too little is heard now to tell whether it still is so");
  return text;
}

Pairs annotations_of(const Alert& alert, const AlertmanagerText& text) {
  Pairs figures;
  add_real(figures, "tone_before", alert.tone_before);
  add_real(figures, "tone_now", alert.tone_now);
  if (alert.ci_low && alert.ci_high && std::isfinite(*alert.ci_low) && std::isfinite(*alert.ci_high))
    figures.emplace_back("interval", fmt::format("{:+.2f} to {:+.2f}", *alert.ci_low, *alert.ci_high));
  figures.emplace_back("n", std::to_string(alert.n));
  figures.emplace_back("voices", std::to_string(alert.voices));
  add_rate(figures, "rate_before", alert.rate_before);
  add_rate(figures, "rate_now", alert.rate_now);
  add_list(figures, "words_up", alert.words_up);
  add_list(figures, "words_down", alert.words_down);
  add_list(figures, "communities", alert.communities);
  Pairs annotations = {{"summary", alert.sentence}};
  if (std::string description = description_of(alert, figures); !description.empty())
    annotations.emplace_back("description", std::move(description));
  annotations.insert(annotations.end(), figures.begin(), figures.end());
  annotations.emplace_back("state", kAlertStateNames[static_cast<std::size_t>(alert.state)]);
  annotations.emplace_back("id", alert.id);
  if (!alert.silenced_by.empty()) annotations.emplace_back("silenced_by", alert.silenced_by);
  if (!text.runbook_url.empty()) annotations.emplace_back("runbook_url", text.runbook_url);
  return annotations;
}

void append_object(std::string& out, const Pairs& pairs) {
  out.push_back('{');
  for (const auto& [name, value] : pairs) {
    if (out.back() != '{') out.push_back(',');
    append_json_string(out, name);
    out.push_back(':');
    append_utf8_string(out, value);
  }
  out.push_back('}');
}

}  // namespace

Pairs labels_of(const Alert& alert, const std::string& instance) {
  Pairs labels = {{"alertname", std::string(kAlertNames[static_cast<std::size_t>(alert.kind)])}, {"room", alert.key}};
  if (alert.kind == AlertKind::source_blind) labels.pop_back();  // it is of no room
  add_levels(alert.key, labels);
  const bool two_ways =
      alert.kind == AlertKind::tone_shift || alert.kind == AlertKind::polarised || alert.kind == AlertKind::divergence;
  if (two_ways) labels.emplace_back("direction", alert.up ? "up" : "down");
  labels.emplace_back("severity", alert.severity);
  labels.emplace_back("instance", instance);
  labels.emplace_back("rule", alert.rule);
  return labels;
}

std::string alertmanager_body(std::span<const AlertPtr> alerts, const AlertmanagerText& text, Instant firing_until) {
  std::string out = "[";
  for (const AlertPtr& alert : alerts) {
    if (out.back() != '[') out.push_back(',');
    out.append("{\"labels\":");
    append_object(out, labels_of(*alert, text.instance));
    out.append(",\"annotations\":");
    append_object(out, annotations_of(*alert, text));
    const Instant over = alert->ends != kNoInstant ? alert->ends : alert->changed;
    // An end before the beginning would be refused.
    const Instant ends = std::max(alert->starts, alert->state == AlertState::resolved ? over : firing_until);
    out.append(",\"startsAt\":");
    append_json_string(out, format_rfc3339(alert->starts));
    out.append(",\"endsAt\":");
    append_json_string(out, format_rfc3339(ends));
    if (const std::string link = link_of(text.external_url, *alert); !link.empty()) {
      out.append(",\"generatorURL\":");
      append_utf8_string(out, link);
    }
    out.push_back('}');
  }
  return out + "]";
}

std::string digest_body(const AlertDigest& digest, const AlertmanagerText& text) {
  const std::string severity = digest.worst.empty() ? "warning" : digest.worst.front().severity;
  std::string all;
  for (const Alert& alert : digest.worst)
    all +=
        (all.empty() ? "" : "\n") + std::string(alert.state == AlertState::resolved ? "(over) " : "") + alert.sentence;
  std::string out = "[{\"labels\":";
  append_object(
      out, {{"alertname", "RoomtoneDigest"}, {"severity", severity}, {"instance", text.instance}, {"rule", "digest"}});
  out.append(",\"annotations\":");
  append_object(out, {{"summary", digest_summary(digest)},
                      {"description", all},
                      {"held", std::to_string(digest.held)},
                      {"over", std::to_string(digest.over)},
                      {"id", digest.id}});
  out.append(",\"startsAt\":");
  append_json_string(out, format_rfc3339(digest.made));
  out.append(",\"endsAt\":");
  append_json_string(out, format_rfc3339(digest.until));
  return out + "}]";
}

}  // namespace roomtone::delivery
