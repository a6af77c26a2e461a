#include "cli/alerts_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cmath>

#include "cli/explain_screen.hpp"
#include "cli/terminal_text.hpp"

namespace roomtone::cli {

namespace {

constexpr std::size_t kLabelCells = 14;

std::string_view name_of(AlertState state) { return kAlertStateNames[static_cast<std::size_t>(state)]; }

std::string kind_of(const Alert& alert) {
  std::string kind(kAlertKindNames[static_cast<std::size_t>(alert.kind)]);
  const bool two_ways =
      alert.kind == AlertKind::tone_shift || alert.kind == AlertKind::polarised || alert.kind == AlertKind::divergence;
  return two_ways ? kind + (alert.up ? " up" : " down") : kind;
}

Paint paint_of(AlertState state) {
  return state == AlertState::firing ? Paint::bad : state == AlertState::unknown ? Paint::warn : Paint::dim;
}

/// "45s", "12m", "3h10m", "2d4h".
std::string span_text(std::chrono::microseconds span) {
  const auto s = std::max<int64_t>(0, std::chrono::floor<std::chrono::seconds>(span).count());
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3600) return fmt::format("{}m", s / 60);
  if (s < 86'400) return fmt::format("{}h{}m", s / 3600, s / 60 % 60);
  return fmt::format("{}d{}h", s / 86'400, s / 3600 % 24);
}

/// To the second: "2026-11-22T14:03:20Z".
std::string time_text(Instant at) { return format_rfc3339(at).substr(0, 19) + "Z"; }

std::string state_there(const Alert& alert, const AlertsScreen& screen) {
  const auto at = screen.states->find(alert.id);
  return at == screen.states->end() ? "not there" : at->second;
}

std::string words(const std::vector<std::string>& list, bool unicode) {
  std::string all;
  for (const std::string& word : list) all += (all.empty() ? "" : ", ") + words_for_terminal(word, unicode);
  return all;
}

/// Why nobody is told, in brackets; nothing for one that is told.
std::string held_back(const Alert& alert) {
  if (!alert.silenced_by.empty()) return "[" + escape_for_terminal(alert.silenced_by) + "] ";
  if (alert.telling == AlertTelling::told) return "";
  std::string why(kAlertTellingNames[static_cast<std::size_t>(alert.telling)]);
  std::ranges::replace(why, '_', ' ');
  return "[" + why + "] ";
}

std::string delivery_of(const Alert& alert) {
  std::string text;
  switch (alert.telling) {
    case AlertTelling::told: text = "told"; break;
    case AlertTelling::silenced: text = "told to nobody"; break;
    case AlertTelling::quiet_hours: text = "held back until quiet hours end"; break;
    case AlertTelling::over_budget: text = "over the budget, held back for a digest"; break;
    case AlertTelling::in_digest: text = "told in a digest"; break;
  }
  return alert.silenced_by.empty() ? text : text + "; under silence " + escape_for_terminal(alert.silenced_by);
}

bool known(const std::optional<double>& value) { return value && std::isfinite(*value); }

}  // namespace

Result<AlertmanagerStates> read_alertmanager_states(std::string_view json) {
  const auto refuse = [] { return fail(ErrorCode::corrupt, "the Alertmanager's answer is not a list of alerts"); };
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(boost::json::string_view(json.data(), json.size()), error);
  if (error || !parsed.is_array()) return refuse();
  AlertmanagerStates states;
  const auto member = [](const boost::json::value& of, const char* name) -> const boost::json::value* {
    return of.is_object() ? of.get_object().if_contains(name) : nullptr;
  };
  for (const boost::json::value& one : parsed.get_array()) {
    const auto* annotations = member(one, "annotations");
    const auto* id = annotations != nullptr ? member(*annotations, "id") : nullptr;
    const auto* status = member(one, "status");
    if (status == nullptr) return refuse();
    if (id == nullptr || !id->is_string()) continue;
    const auto any = [&](const char* name) {
      const auto* list = member(*status, name);
      return list != nullptr && list->is_array() && !list->get_array().empty();
    };
    const char* state = any("silencedBy") ? "silenced" : any("inhibitedBy") ? "inhibited" : "active";
    states.emplace(std::string(id->get_string().data(), id->get_string().size()), state);
  }
  return states;
}

std::vector<std::string> draw_alerts(std::vector<Alert> alerts, const AlertsScreen& screen, Instant now) {
  if (alerts.empty()) return {"no alerts"};
  std::ranges::stable_sort(alerts, std::ranges::greater{}, &Alert::starts);
  std::size_t room = 4;
  std::size_t kind = 4;
  for (const Alert& alert : alerts) {
    room = std::max(room, escape_for_terminal(alert.key).size());
    kind = std::max(kind, kind_of(alert).size());
  }
  const std::size_t there = screen.states != nullptr ? 11 : 0;
  const auto draw = [&](const std::string& state, const std::string& lasts, const std::string& severity,
                        const std::string& key, const std::string& what, const std::string& alertmanager,
                        const std::string& sentence, Paint paint) {
    ScreenLine line(screen.columns, screen.colour);
    std::size_t at = 0;
    const auto cell = [&](const std::string& text, std::size_t width, Paint with = Paint::none) {
      line.add(text, with);
      at = std::max(at + width, line.used() + 1);
      line.to(at);
    };
    cell(state, 10, paint);
    cell(lasts, 8);
    cell(severity, 10);
    cell(key, room + 2);
    cell(what, kind + 2);
    if (there > 0) cell(alertmanager, there, alertmanager == "active" ? Paint::none : Paint::dim);
    line.add(sentence);
    return line.take();
  };
  std::vector<std::string> lines = {draw("STATE", "FOR", "SEVERITY", "ROOM", "WHAT", "THERE", "", Paint::none)};
  for (const Alert& alert : alerts) {
    const Instant until = alert.state == AlertState::resolved && alert.ends != kNoInstant ? alert.ends : now;
    lines.push_back(draw(std::string(name_of(alert.state)), span_text(until - alert.starts),
                         escape_for_terminal(alert.severity), escape_for_terminal(alert.key), kind_of(alert),
                         there > 0 ? state_there(alert, screen) : "",
                         held_back(alert) + words_for_terminal(alert.sentence, screen.unicode),
                         alert.silenced_by.empty() ? paint_of(alert.state) : Paint::dim));
  }
  return lines;
}

std::vector<std::string> draw_alert(const Alert& alert, const AlertsScreen& screen, Instant now) {
  std::vector<std::string> lines;
  const auto line = [&](std::string_view label, const std::string& text, Paint paint = Paint::none) {
    if (text.empty()) return;
    ScreenLine drawn(screen.columns, screen.colour);
    drawn.add(label, Paint::dim).to(kLabelCells).add(text, paint);
    lines.push_back(drawn.take());
  };
  add_wrapped(words_for_terminal(alert.sentence, screen.unicode), {.columns = screen.columns, .colour = screen.colour},
              Paint::bold, lines);
  const bool over = alert.state == AlertState::resolved;
  const Instant until = over && alert.ends != kNoInstant ? alert.ends : now;
  line("state",
       std::string(name_of(alert.state)) +
           (alert.state == AlertState::unknown ? ": too little is heard to tell whether it still is so" : ""),
       paint_of(alert.state));
  line("what", kind_of(alert));
  line("room", escape_for_terminal(alert.key));
  line("since", time_text(alert.starts) + ", for " + span_text(until - alert.starts));
  if (over) line("until", time_text(until));
  if (known(alert.tone_now)) {
    std::string tone = fmt::format("{:+.2f}", *alert.tone_now);
    if (known(alert.ci_low) && known(alert.ci_high))
      tone += fmt::format(" ({:+.2f} to {:+.2f})", *alert.ci_low, *alert.ci_high);
    if (known(alert.tone_before)) tone += fmt::format(", before {:+.2f}", *alert.tone_before);
    line("tone", tone);
  }
  if (known(alert.rate_now)) {
    std::string rate = fmt::format("{:.1f} messages a minute", *alert.rate_now);
    if (known(alert.rate_before)) rate += fmt::format(", before {:.1f}", *alert.rate_before);
    line("rate", rate);
  }
  if (alert.n > 0) line("heard", fmt::format("{} messages by {} voices", alert.n, alert.voices));
  line("down by", words(alert.words_down, screen.unicode));
  line("up by", words(alert.words_up, screen.unicode));
  line("with it", words(alert.communities, false));
  line("rule", escape_for_terminal(alert.rule) + ", " + escape_for_terminal(alert.severity));
  line("delivery", delivery_of(alert));
  if (screen.states != nullptr) line("Alertmanager", state_there(alert, screen));
  line("id", escape_for_terminal(alert.id));
  return lines;
}

}  // namespace roomtone::cli
