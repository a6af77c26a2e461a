#include "app/alert_history.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "alerts/alert_book.hpp"
#include "app/alert_figures.hpp"
#include "base/hash.hpp"
#include "model/key.hpp"
#include "model/tiers.hpp"
#include "store/history.hpp"

namespace roomtone::app {

namespace {

using std::chrono::seconds;

constexpr seconds kPane = width_of(Tier::pane);
constexpr seconds kMinute = width_of(Tier::minute);
constexpr seconds kHour = width_of(Tier::hour);
constexpr std::chrono::hours kLead{24};  // heard before the time that is asked for

int64_t second_of(Instant at) { return std::chrono::floor<seconds>(at.time_since_epoch()).count(); }

/// From when on the whole stream is still there in a tier.
Result<std::optional<Instant>> kept_from(const store::Store& store, Tier tier) {
  const auto index = store.first(kRoomKey, tier, span_of(instant_of_micros(kMicrosMax), tier));
  if (!index) return tl::unexpected(index.error());
  if (!*index) return std::nullopt;
  return start_of(**index, tier);
}

struct Extent {
  Instant from;
  Instant to;
};

/// From the first minute of the stream to the end of its last one; of hours where no minutes are left.
Result<std::optional<Extent>> extent_of(const store::History& history) {
  std::optional<Extent> hours;
  auto read = history.series(kRoomKey, instant_of_micros(kMicrosMin), instant_of_micros(kMicrosMax), kHour,
                             [&](Instant start, const Rollup&) {
                               if (!hours) hours = {start, start};
                               hours->to = start + kHour;
                             });
  if (!read) return tl::unexpected(std::move(read.error()));
  if (!hours) return hours;
  Extent extent = *hours;
  for (const Instant hour : {hours->to - kHour, hours->from}) {
    std::optional<Extent> minutes;
    read = history.series(kRoomKey, hour, hour + kHour, kMinute, [&](Instant start, const Rollup&) {
      if (!minutes) minutes = {start, start};
      minutes->to = start + kMinute;
    });
    if (!read) return tl::unexpected(std::move(read.error()));
    if (minutes && hour == hours->from) extent.from = minutes->from;
    if (minutes && hour == hours->to - kHour) extent.to = minutes->to;
  }
  return extent;
}

/// The rooms to hear: those wanted, the whole stream, and some others, by a hash, since the first in the alphabet may
/// be of one kind.
std::vector<std::string> rooms_to_hear(const std::vector<std::string>& known, const std::vector<std::string>& wanted) {
  std::vector<std::string> others;
  std::vector<std::string> rooms;
  for (const std::string& key : known) {
    const bool must = key == kRoomKey || wanted.empty() || std::ranges::find(wanted, key) != wanted.end();
    (must ? rooms : others).push_back(key);
  }
  std::ranges::sort(others, {}, [](const std::string& key) { return sip_hash(SipKey{}, key); });
  others.resize(std::min(others.size(), kTeachersMax));
  rooms.insert(rooms.end(), others.begin(), others.end());
  std::ranges::sort(rooms);
  return rooms;
}

/// Asks a store what it asks a room otherwise.
class PastWitness final : public alerts::Witness {
 public:
  PastWitness(const store::History& history, Instant panes_from)
      : history_(history),
        panes_from_(panes_from),
        fold_([this](std::string_view key, Instant from, Instant to) { return fold(key, from, to); }) {}

  [[nodiscard]] alerts::Heard heard(std::string_view key, int64_t from_s, int64_t to_s) override {
    return heard_in(fold_, key, from_s, to_s);
  }
  [[nodiscard]] alerts::Moved moved(std::string_view key, int64_t from_s, int64_t to_s, bool up) override {
    return moved_in(fold_, key, from_s, to_s, up);
  }
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

 private:
  /// The spans that begin in [from, to), so that none is in two of them.
  [[nodiscard]] Rollup fold(std::string_view key, Instant from, Instant to) {
    Rollup all;
    const auto add = [&](Instant start, const Rollup& rollup) {
      if (start >= from && start < to) all.merge(rollup);
    };
    if (from < panes_from_) read(key, from, std::min(to, panes_from_), kMinute, add);
    if (to > panes_from_) read(key, std::max(from, panes_from_), to, kPane, add);
    return all;
  }
  void read(std::string_view key, Instant from, Instant to, seconds step, const store::History::Visit& add) {
    if (auto done = history_.series(key, from, to, step, add); !done && !failure_) failure_ = std::move(done.error());
  }

  const store::History& history_;
  const Instant panes_from_;
  const Fold fold_;
  std::optional<Error> failure_;
};

struct Span {
  Instant start;
  uint32_t room = 0;  // its place among those heard
  alerts::Slice slice;
};

/// All spans of all rooms in [from, to), in the order of time.
Result<std::vector<Span>> spans_of(const store::History& history, const std::vector<std::string>& rooms, Instant from,
                                   Instant to, seconds width) {
  std::vector<Span> spans;
  for (uint32_t room = 0; room < rooms.size(); ++room) {
    const auto read = history.series(rooms[room], from, to, width, [&](Instant start, const Rollup& rollup) {
      if (rollup.n <= 0) return;
      spans.push_back({start,
                       room,
                       {.second = second_of(start + width) - 1,
                        .n = rollup.n,
                        .scored = rollup.scored(),
                        .valence_micro_sum = rollup.valence_micro_sum,
                        .valence_sq_micro_sum = rollup.valence_sq_micro_sum}});
    });
    if (!read) return tl::unexpected(read.error());
  }
  std::ranges::stable_sort(spans, {}, &Span::start);
  return spans;
}

class Replay {
 public:
  Replay(const store::History& history, const ReplayRequest& request, Replayed& out)
      : history_(history),
        rooms_(rooms_to_hear(history.keys(), request.keys)),
        wanted_(request.keys.begin(), request.keys.end()),
        book_(request.rules),
        witness_(history, out.panes_from),
        out_(out) {
    out.rooms = rooms_.size();
  }

  /// Hears [from, to) in spans of `width`, as much of it at a time as kSpansMax allows.
  [[nodiscard]] Result<void> hear(Instant from, Instant to, seconds width, const std::function<bool()>& stopped) {
    const auto spans_a_room = static_cast<int64_t>(std::max<std::size_t>(360, kSpansMax / rooms_.size()));
    const auto part = std::chrono::ceil<std::chrono::hours>(spans_a_room * width);
    for (Instant at = from; at < to; at += part) {
      out_.stopped = out_.stopped || stopped();
      if (out_.stopped) return {};
      const auto spans = spans_of(history_, rooms_, at, std::min(at + part, to), width);
      if (!spans) return tl::unexpected(spans.error());
      for (std::size_t i = 0; i < spans->size();) {
        const Instant start = (*spans)[i].start;
        for (; i < spans->size() && (*spans)[i].start == start; ++i)
          book_.hear(rooms_[(*spans)[i].room], (*spans)[i].slice);
        book_.advance(second_of(start + width), {}, witness_);
        take_changes();
      }
      if (witness_.failure()) return tl::unexpected(*witness_.failure());
    }
    return {};
  }

  void finish() {
    for (auto& [id, alert] : alerts_) out_.alerts.push_back(std::move(alert));
    std::ranges::stable_sort(out_.alerts, {}, &Alert::starts);
  }

 private:
  void take_changes() {
    for (alerts::AlertChange& change : book_.take_changes()) {
      Alert& alert = change.alert;
      if (alert.starts < out_.from || alert.starts >= out_.to) continue;
      if (!wanted_.empty() && !wanted_.contains(alert.key)) continue;
      std::string id = alert.id;
      alerts_.insert_or_assign(std::move(id), std::move(alert));
    }
  }

  const store::History& history_;
  const std::vector<std::string> rooms_;
  const std::set<std::string> wanted_;
  alerts::AlertBook book_;
  PastWitness witness_;
  Replayed& out_;
  std::map<std::string, Alert> alerts_;  // by id
};

}  // namespace

Result<Replayed> replay_alerts(const store::Store& store, const ReplayRequest& request,
                               const std::function<bool()>& stopped) {
  const auto history = store::History::open(store, store::RollupParts::all);
  if (!history) return tl::unexpected(history.error());
  const auto extent = extent_of(*history);
  if (!extent) return tl::unexpected(extent.error());
  if (!*extent) return fail(ErrorCode::not_found, "nothing was ever heard");
  const auto panes = kept_from(store, Tier::pane);
  const auto minutes = kept_from(store, Tier::minute);
  if (!panes) return tl::unexpected(panes.error());
  if (!minutes) return tl::unexpected(minutes.error());

  const auto [begin, end] = **extent;
  const Instant first = floor_to(begin, kHour);
  Replayed out;
  out.rooms_known = history->keys().size();
  // What no row has yet stands in the journal, in panes; a store without any row has nothing else.
  const Instant first_pane = panes->value_or(first);
  const Instant first_minute = minutes->value_or(first_pane);
  const Instant kept = std::max(first, floor_to(std::min(first_pane, first_minute), kHour));
  const auto hours = kept_from(store, Tier::hour);
  if (!hours) return tl::unexpected(hours.error());
  const bool nothing_finer = *hours && !*panes && !*minutes;
  out.hours_only_before = kept > first || nothing_finer;
  out.to = request.to == kNoInstant ? end : std::min(request.to, end);
  out.from = std::max(kept, request.from == kNoInstant ? begin : std::max(request.from, begin));
  out.heard_from = std::max(kept, floor_to(out.from - kLead, kHour));
  // Retention takes panes room by room: the hour in which it stands is heard in minutes.
  const bool all_panes = first_pane < first_minute + kMinute;
  out.panes_from = all_panes ? kept : floor_to(first_pane + kHour, kHour);
  if (nothing_finer) out.from = out.to;
  if (out.from >= out.to) return out;

  Replay replay(*history, request, out);
  const Instant middle = std::clamp(out.panes_from, out.heard_from, std::max(out.heard_from, out.to));
  if (auto heard = replay.hear(out.heard_from, middle, kMinute, stopped); !heard)
    return tl::unexpected(std::move(heard.error()));
  if (auto heard = replay.hear(middle, out.to, kPane, stopped); !heard) return tl::unexpected(std::move(heard.error()));
  replay.finish();
  return out;
}

}  // namespace roomtone::app
