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

/// Sums spans into steps and hands each step on when the next one begins.
class Steps {
 public:
  Steps(std::chrono::seconds step, const History::Visit& visit) : step_(step), visit_(visit) {}
  ~Steps() = default;

  void add(Instant start, const Rollup& rollup) {
    const Instant begin = floor_to(start, step_);
    if (begin_ && *begin_ != begin) flush();
    begin_ = begin;
    sum_.merge(rollup);
  }
  void flush() {
    if (begin_) visit_(*begin_, sum_);
    begin_.reset();
    sum_ = Rollup{};
  }

 private:
  const std::chrono::seconds step_;
  const History::Visit& visit_;
  std::optional<Instant> begin_;
  Rollup sum_;
};

}  // namespace

Result<History> History::open(const Store& store) {
  auto recovered = store.recover();
  if (!recovered) return tl::unexpected(std::move(recovered.error()));
  return History(store, std::move(*recovered));
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
  Steps steps(step, visit);
  for (const TierRun& run : cover(begin, end, usable)) {
    auto& changes = (*overlay)[static_cast<std::size_t>(run.tier)];
    auto change = changes.lower_bound(run.from);
    const auto only_in_journal_before = [&](SpanIndex index) -> Result<void> {
      for (; change != changes.end() && change->first < index && change->first < run.to; ++change) {
        Rollup rollup;
        for (const auto& [sequence, bytes] : change->second)
          if (!merge_encoded_rollup(bytes, rollup)) return fail(ErrorCode::corrupt, "a delta in the journal");
        steps.add(start_of(change->first, run.tier), rollup);
      }
      return {};
    };
    auto visited = store_->visit_range(key, run.tier, run.from, run.to, [&](StoredRollup&& row) -> Result<void> {
      if (auto done = only_in_journal_before(row.index); !done) return done;
      if (change != changes.end() && change->first == row.index) {
        for (const auto& [sequence, bytes] : change->second)
          if (sequence > row.covered && !merge_encoded_rollup(bytes, row.rollup))
            return fail(ErrorCode::corrupt, "a delta in the journal");
        ++change;
      }
      steps.add(start_of(row.index, run.tier), row.rollup);
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
