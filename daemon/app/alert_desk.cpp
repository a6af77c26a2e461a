#include "app/alert_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/limits.hpp"
#include "model/explanation.hpp"
#include "model/figures.hpp"
#include "model/sampled_span.hpp"

namespace roomtone::app {

namespace {

using std::chrono::seconds;

/// The herald's row, under a key that no room has.
constexpr std::string_view kHeraldRow = "~";

constexpr seconds kPane{10};
constexpr seconds kMinute{60};

Instant at(int64_t second) { return Instant{seconds(second)}; }

/// The panes around a span.
std::pair<Instant, Instant> panes_around(int64_t from_s, int64_t to_s) {
  return {floor_to(at(from_s), kPane), floor_to(at(to_s) + kPane - std::chrono::microseconds(1), kPane)};
}

WindowSize window_of(int64_t span_s) {
  if (span_s <= 60) return WindowSize::minute;
  return span_s <= 300 ? WindowSize::five_minutes : WindowSize::hour;
}

std::string quoted(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "'" : ", '") + word + "'";
  return out;
}

std::string because(const Explanation& e, const std::vector<std::string>& words) {
  switch (e.cause) {
    case Cause::campaign:
      return fmt::format("one text and its near copies make up {:.0f} % of it", 100 * e.campaigns.front().share);
    case Cause::voice: return fmt::format("one voice makes up {:.0f} % of it", 100 * e.voices.loudest_share);
    default: return words.empty() ? "" : "moved most by more of " + quoted(words);
  }
}

}  // namespace

AlertDesk::AlertDesk(Orders orders, const std::vector<AlertStateRow>& recovered, room::Room& room)
    : orders_(orders), config_(orders.config.load()), room_(room), book_(config_->rules) {
  herald_.set_rules(config_->herald);
  // The shared row has the empty key and comes first.
  for (const AlertStateRow& row : recovered)
    if (!(row.key == kHeraldRow ? herald_.decode(row.bytes) : book_.recover(row.key, row.bytes))) ++rows_refused_;
  if (book_.heard_until() != INT64_MIN) room_.seconds().skip_until(book_.heard_until());
  for (const Alert& alert : book_.open_alerts()) {
    states_[alert.id] = alert.state;
    // What is still so is told anew before anybody looks; a list or a source that is no more must not fire for ever.
    if (alerts::is_condition(alert.kind)) book_.tell(alert.kind, alert.key, false, 0, {});
  }
  book_.tell_open();
}

void AlertDesk::complete(Commit& commit, Mono now, Instant wall, bool everything) {
  wall_ = wall;
  take_orders();
  review(commit);
  step(commit);
  publish(commit);
  const auto tick = [](Mono mono) {
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(mono.time_since_epoch()).count());
  };
  const std::size_t rows = everything ? SIZE_MAX : kRowsPerCommit;
  commit.alert_rows = book_.take_rows(tick(now), everything ? UINT64_MAX : tick(now - kRowAge), rows);

  if (herald_.changed()) commit.alert_rows.push_back({std::string(kHeraldRow), herald_.encode()});
  const alerts::HeraldCounts held = herald_.counts();
  counts_.held_silenced = held.silenced;
  counts_.held_quiet = held.quiet;
  counts_.held_over_budget = held.over_budget;
  counts_.digests = held.digests;
  counts_.held = held.waiting;
  counts_.firing = book_.open();
  counts_.rooms = book_.rooms();
  counts_.unwatched = book_.unwatched();
  counts_.left_out = book_.left_out();
  counts_.late_messages = room_.seconds().late();
  counts_.excess_messages = room_.seconds().left_out();
  commit.alert_counts = counts_;
}

/// What has changed of the configuration and of silences.
void AlertDesk::take_orders() {
  herald_.set_silences(orders_.silences.load());
  if (auto config = orders_.config.load(); config != config_) {
    config_ = std::move(config);
    book_.set_rules(config_->rules);
    herald_.set_rules(config_->herald);
  }
}

/// What the wall clock and the operators have to say of alerts that are open.
void AlertDesk::review(Commit& commit) {
  if (!std::exchange(begun_, true))
    if (auto digest = herald_.newest_digest(wall_)) commit.digests.push_back(std::move(*digest));
  if (herald_.review_due(wall_)) {
    book_.review([this](Alert& alert) { return herald_.review(alert, wall_); });
    herald_.reviewed(wall_);
  }
  if (!herald_.digest_due(wall_)) return;
  book_.review([](Alert& alert) {
    if (!alerts::Herald::holds(alert)) return false;
    alert.telling = AlertTelling::in_digest;
    return true;
  });
  if (auto digest = herald_.take_digest(wall_)) commit.digests.push_back(std::move(*digest));
}

void AlertDesk::step(Commit& commit) {
  causes_left_ = kCausesPerCommit;
  if (commit.watermark == kNoInstant) return;
  const int64_t now = std::chrono::floor<seconds>(commit.watermark.time_since_epoch()).count();
  tell_lists(commit, now);
  const alerts::Senses senses{.blind = tell_sources(now), .coverage = commit.coverage};
  const bool drained = room_.drained();
  const int64_t until =
      drained ? INT64_MAX : std::chrono::floor<seconds>((commit.watermark - limits::kGrace).time_since_epoch()).count();
  room_.seconds().take(
      until,
      [&](const room::RoomSecond& heard) {
        book_.hear(heard.key, {.second = heard.second,
                               .n = heard.sums.n,
                               .scored = heard.sums.scored,
                               .valence_micro_sum = heard.sums.valence_micro_sum,
                               .valence_sq_micro_sum = heard.sums.valence_sq_micro_sum});
      },
      [&](int64_t second) { book_.advance(second + 1, senses, *this); });
  if (!drained) book_.advance(until, senses, *this);
}

void AlertDesk::set_sources(const std::vector<SourceHealth>& sources) {
  const std::lock_guard lock(mutex_);
  sources_ = sources;
}

/// Whether one that should be heard is not: what is said of rooms would be of those that others are in.
bool AlertDesk::tell_sources(int64_t second) {
  const std::lock_guard lock(mutex_);
  bool any = false;
  for (const SourceHealth& source : sources_) {
    const bool blind = source.state == SourceState::stalled || source.state == SourceState::down;
    any = any || blind;
    book_.tell(AlertKind::source_blind, "s/" + source.name, blind, second,
               blind ? fmt::format("The source {} {}: nothing is known of any room", source.name,
                                   source.state == SourceState::down ? "is down" : "brings nothing")
                     : "");
  }
  return any;
}

void AlertDesk::tell_lists(const Commit& commit, int64_t second) {
  for (const ListSilence& list : commit.silences.value_or(std::vector<ListSilence>())) {
    const Silence& silence = list.silence;
    book_.tell(AlertKind::voice_silent, "c/" + list.list, silence.silent > 0, second,
               silence.silent > 0
                   ? fmt::format("Of {} members of c/{} who are expected to speak {} are silent, one for {} minutes",
                                 silence.expected, list.list, silence.silent, silence.longest_s / 60)
                   : "");
  }
  for (const Update& update : commit.updates) {
    const Atmosphere& a = update.atmosphere;
    if (!a.divergence || a.window != WindowSize::five_minutes || a.state != WindowState::final) continue;
    book_.tell(AlertKind::divergence, a.key, a.divergence->claimed, second,
               a.divergence->claimed ? fmt::format("{} speaks {:+.2f} apart from the others in {}", a.key,
                                                   a.divergence->tone, a.divergence->against)
                                     : "",
               a.divergence->tone > 0);
  }
}

void AlertDesk::publish(Commit& commit) {
  std::vector<AlertUpdate> updates;
  for (alerts::AlertChange& change : book_.take_changes()) {
    const Alert& alert = change.alert;
    herald_.note(alert);
    const auto known = states_.find(alert.id);
    if (known == states_.end() || known->second != alert.state)
      ++counts_.transitions[static_cast<std::size_t>(alert.kind)][static_cast<std::size_t>(alert.state)];
    if (alert.state == AlertState::resolved)
      states_.erase(alert.id);
    else
      states_[alert.id] = alert.state;
    updates.push_back({std::move(change.alert), change.key_seq, 0});
  }
  if (!updates.empty()) room_.send_alerts(std::move(updates), commit);
}

alerts::Heard AlertDesk::heard(std::string_view key, int64_t from_s, int64_t to_s) {
  const auto [from, to] = panes_around(from_s, to_s);
  const Rollup rollup = room_.fold(key, from, to);
  const Figures figures = figures_of(rollup, {.over = std::chrono::duration_cast<seconds>(to - from)});
  return {.n = rollup.scored(),
          .voices = figures.voices,
          .tone = figures.raw.tone,
          .ci_low = figures.raw.ci_low,
          .ci_high = figures.raw.ci_high,
          .rate_per_min = rate_per_minute(rollup.n, to - from)};
}

/// What is said now against the hour before, minute by minute.
alerts::Moved AlertDesk::moved(std::string_view key, int64_t from_s, int64_t to_s, bool up) {
  if (causes_left_ == 0) return {};
  --causes_left_;
  const auto [from, to] = panes_around(from_s, to_s);
  const Instant before_from = floor_to(from - std::chrono::hours(1), kMinute);
  SampledSpan before;
  SampledSpan now;
  for (Instant part = before_from; part < from;) {
    const Instant end = std::min(floor_to(part, kMinute) + kMinute, from);
    before.add(room_.fold(key, part, end));
    part = end;
  }
  for (Instant part = from; part < to; part += kPane) now.add(room_.fold(key, part, part + kPane));
  const Explanation why = explain({.key = std::string(key),
                                   .window = window_of(to_s - from_s),
                                   .end = to,
                                   .elapsed_now = to - from,
                                   .elapsed_before = from - before_from},
                                  before, now);

  // What is no longer said moves a tone too, but who reads an alert asks what is said.
  alerts::Moved moved;
  for (const WordShift& word : why.shift.words) {
    if (word.share_now <= word.share_before || word.contribution == 0) continue;
    auto& side = word.contribution > 0 ? moved.words_up : moved.words_down;
    if (side.size() < kAlertWordsMax) side.push_back(word.word);
  }
  const auto& side = up ? moved.words_up : moved.words_down;
  const std::vector<std::string> strongest(
      side.begin(), side.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(3, side.size())));
  moved.because = because(why, strongest);
  return moved;
}

}  // namespace roomtone::app
