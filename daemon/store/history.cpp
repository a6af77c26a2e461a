#include "store/history.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "model/delta.hpp"
#include "model/key.hpp"

namespace roomtone::store {

namespace {

/// The journal's deltas to one room, by tier and span: what recovery would merge after the rows.
using Overlay = std::array<std::map<SpanIndex, std::vector<std::pair<uint64_t, std::string_view>>>, kTiers>;

Result<Overlay> overlay_of(const Recovered& recovered, std::string_view key, const TierMarks& marks) {
  Overlay overlay;
  for (const Recovered::JournalRecord& record : recovered.journal) {
    ByteReader in(record.deltas);
    while (!in.at_end()) {
      const DeltaView delta = read_delta(in);
      if (!in.ok()) return fail(ErrorCode::corrupt, "read journal record " + std::to_string(record.sequence));
      if (delta.key != key) continue;
      const auto add = [&](Tier tier, SpanIndex index) {
        overlay[static_cast<std::size_t>(tier)][index].emplace_back(record.sequence, delta.rollup);
      };
      add(Tier::pane, delta.pane);
      const SpanIndex minute = coarser(delta.pane, Tier::pane, Tier::minute);
      if (minute < marks.minute) add(Tier::minute, minute);
      const SpanIndex hour = coarser(delta.pane, Tier::pane, Tier::hour);
      if (hour < marks.hour) add(Tier::hour, hour);
    }
  }
  return overlay;
}

/// Ends a walk that has seen enough; never leaves this file.
tl::unexpected<Error> enough() { return fail(ErrorCode::unavailable, "enough"); }

}  // namespace

/// Sums spans into steps and hands each step on when the next one begins.
class History::Steps {
 public:
  Steps(RollupParts parts, std::chrono::seconds step, const Visit& visit, std::size_t steps_max = SIZE_MAX,
        std::size_t spans_max = SIZE_MAX)
      : parts_(parts), step_(step), visit_(visit), steps_left_(steps_max), spans_left_(spans_max) {}

  /// False for the first span of a step that is too many.
  [[nodiscard]] bool add(Instant start, const Rollup& rollup) {
    const Instant begin = floor_to(start, step_);
    if (begin_ && *begin_ != begin) flush();
    if (!begin_ && (steps_left_ == 0 || spans_left_ == 0)) {
      next_ = begin;
      return false;
    }
    begin_ = begin;
    sum_.merge(rollup);
    if (spans_left_ > 0) --spans_left_;
    return true;
  }
  void flush() {
    if (!begin_) return;
    if (parts_ == RollupParts::figures) sum_.sample.clear();  // the journal's part of it
    visit_(*begin_, sum_);
    --steps_left_;
    begin_.reset();
    sum_ = Rollup{};
  }
  /// The step that was too many.
  [[nodiscard]] std::optional<Instant> next() const { return next_; }

 private:
  const RollupParts parts_;
  const std::chrono::seconds step_;
  const Visit& visit_;
  std::size_t steps_left_;
  std::size_t spans_left_;
  std::optional<Instant> begin_;
  std::optional<Instant> next_;
  Rollup sum_;
};

Result<History> History::open(const Store& store, RollupParts parts) {
  auto recovered = store.recover();
  if (!recovered) return tl::unexpected(std::move(recovered.error()));
  return History(store, parts, std::move(*recovered));
}

Result<History> History::open_room(const Store& store, std::string_view key, RollupParts parts) {
  auto recovered = store.recover_room(key);
  if (!recovered) return tl::unexpected(std::move(recovered.error()));
  return History(store, parts, std::move(*recovered));
}

std::vector<std::string> History::keys() const {
  std::set<std::string> keys;
  for (const RoomRow& room : recovered_.rooms) keys.insert(room.key);
  for (const Recovered::JournalRecord& record : recovered_.journal) {
    ByteReader in(record.deltas);
    while (!in.at_end()) keys.emplace(read_delta(in).key);
  }
  return {keys.begin(), keys.end()};
}

Result<void> History::series(std::string_view key, Instant from, Instant to, std::chrono::seconds step,
                             const Visit& visit) const {
  Steps steps(parts_, step, visit);
  return walk(key, from, to, step, steps);
}

Result<std::optional<Instant>> History::page(std::string_view key, Instant from, Instant to, std::chrono::seconds step,
                                             std::size_t steps_max, const Visit& visit) const {
  Steps steps(parts_, step, visit, steps_max, kPageSpansMax);
  auto walked = walk(key, from, to, step, steps);
  if (!walked && !steps.next()) return tl::unexpected(std::move(walked.error()));
  return steps.next();
}

Result<void> History::walk(std::string_view key, Instant from, Instant to, std::chrono::seconds step,
                           Steps& steps) const {
  TierMarks marks;  // of a room without a row: panes only
  if (const auto row = std::ranges::find(recovered_.rooms, key, &RoomRow::key); row != recovered_.rooms.end())
    marks = row->marks;
  auto overlay = overlay_of(recovered_, key, marks);
  if (!overlay) return tl::unexpected(std::move(overlay.error()));
  // A step must be made of whole spans.
  TierMarks usable = marks;
  if (step % width_of(Tier::hour) != 0s) usable.hour = 0;
  if (step % width_of(Tier::minute) != 0s) usable.minute = 0;

  const Instant begin = floor_to(from, step);
  const Instant end = floor_to(to + step - std::chrono::microseconds(1), step);
  for (const TierRun& run : cover(begin, end, usable)) {
    auto& changes = (*overlay)[static_cast<std::size_t>(run.tier)];
    auto change = changes.lower_bound(run.from);
    const auto only_in_journal_before = [&](SpanIndex index) -> Result<void> {
      for (; change != changes.end() && change->first < index && change->first < run.to; ++change) {
        Rollup rollup;
        for (const auto& [sequence, bytes] : change->second)
          if (!merge_encoded_rollup(bytes, rollup)) return fail(ErrorCode::corrupt, "a delta in the journal");
        if (!steps.add(start_of(change->first, run.tier), rollup)) return enough();
      }
      return {};
    };
    auto visited =
        store_->visit_range(key, run.tier, run.from, run.to, parts_, [&](StoredRollup&& row) -> Result<void> {
          if (auto done = only_in_journal_before(row.index); !done) return done;
          if (change != changes.end() && change->first == row.index) {
            for (const auto& [sequence, bytes] : change->second)
              if (sequence > row.covered && !merge_encoded_rollup(bytes, row.rollup))
                return fail(ErrorCode::corrupt, "a delta in the journal");
            ++change;
          }
          if (!steps.add(start_of(row.index, run.tier), row.rollup)) return enough();
          return {};
        });
    if (!visited) return visited;
    if (auto done = only_in_journal_before(run.to); !done) return done;
  }
  steps.flush();
  return {};
}

Result<Audit> audit(const History& history) {
  Audit audit;
  audit.forgotten = history.recovered().forgotten_said;
  for (const SourceRow& source : history.recovered().sources) {
    audit.counted += source.ledger[Column::counted];
    audit.retracted += source.ledger[Beside::retracted];
  }
  const auto summed =
      history.series(kRoomKey, instant_of_micros(kMicrosMin), instant_of_micros(kMicrosMax), width_of(Tier::hour),
                     [&](Instant, const Rollup& rollup) { audit.room_total += rollup.n; });
  if (!summed) return tl::unexpected(summed.error());
  return audit;
}

Result<void> Audit::balanced(const std::string& name) const {
  if (imbalance() == 0) return {};
  return fail(ErrorCode::corrupt, "the ledger of " + name + " says " + std::to_string(counted - retracted - forgotten) +
                                      " messages, its panes hold " + std::to_string(room_total) +
                                      "; see 'roomtone verify'");
}

}  // namespace roomtone::store
