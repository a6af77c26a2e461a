#include "app/alert_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/limits.hpp"

namespace roomtone::app {

using std::chrono::seconds;

/// The herald's row, under a key that no room has.
constexpr std::string_view kHeraldRow = "~";

AlertDesk::AlertDesk(Orders orders, const std::vector<AlertStateRow>& recovered, room::Room& room)
    : orders_(orders),
      config_(orders.config.load()),
      room_(room),
      fold_([&room](std::string_view key, Instant from, Instant to) { return room.fold(key, from, to); }),
      book_(config_->rules) {
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
  return heard_in(fold_, key, from_s, to_s);
}

alerts::Moved AlertDesk::moved(std::string_view key, int64_t from_s, int64_t to_s, bool up) {
  if (causes_left_ == 0) return {};
  --causes_left_;
  alerts::Moved moved = moved_in(fold_, key, from_s, to_s, up);
  const auto usual = seasons_ == nullptr ? std::nullopt : seasons_->usual(key, to_s - 1);
  if (usual)
    moved.because += fmt::format("{}usual at this hour{}: {:+.2f}", moved.because.empty() ? "" : "; ",
                                 usual->weeks > 0 ? " of the week" : "", usual->tone);
  return moved;
}

}  // namespace roomtone::app
