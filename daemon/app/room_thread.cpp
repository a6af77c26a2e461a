#include "app/room_thread.hpp"

#include <algorithm>
#include <vector>

namespace roomtone::app {

RoomThread::RoomThread(room::Room& room, ReorderBuffer& tallies, CommitWriter& writer,
                       const Published<Catalog>& catalog, const Clock& clock, std::chrono::milliseconds commit_every,
                       Hooks hooks)
    : room_(room),
      tallies_(tallies),
      writer_(writer),
      catalog_(catalog),
      clock_(clock),
      commit_every_(commit_every),
      hooks_(std::move(hooks)) {}

void RoomThread::run() {
  std::vector<Tally> ready;
  std::shared_ptr<const Catalog> catalog;
  Mono last_commit = clock_.mono();
  bool drained = false;
  bool open = true;
  while (open) {
    const Mono now = clock_.mono();
    last_turn_ = now.time_since_epoch().count();
    if (auto current = catalog_.load(); current != catalog) {
      catalog = std::move(current);
      room_.set_scorer(std::string(catalog->scorer.id()));
      room_.set_expectations(catalog->lists.expectations());
      room_.set_weights(catalog->lists.weights(room_.sketch_key()));
    }

    const auto pace = pace_of_commits();
    const auto until_commit = std::chrono::duration_cast<std::chrono::microseconds>(last_commit + pace - now);
    ready.clear();
    open = tallies_.take(ready, std::clamp<std::chrono::microseconds>(until_commit, 0us, commit_every_));
    for (Tally& tally : ready) room_.merge(std::move(tally), clock_.mono());
    beats_below_.store(room_.beats_below(), std::memory_order_relaxed);

    const bool now_drained = room_.drained() && !drained;
    const bool full = room_.pending_bytes() >= kGatherBytes;
    const bool due = clock_.mono() - last_commit >= pace_of_commits();
    if (now_drained || !open) {
      commit(true);
    } else if (full || (due && writer_.idle())) {
      commit(false);
    } else {
      continue;
    }
    last_commit = clock_.mono();
    if (now_drained) {
      drained = true;
      hooks_.on_drained();
    }
  }
}

std::chrono::milliseconds RoomThread::pace_of_commits() const {
  if (room_.awaited()) return kCommitPace;
  return room_.hurried() ? std::min(kVoicePace, commit_every_) : commit_every_;
}

void RoomThread::commit(bool everything) {
  room_.keep_from(hooks_.floors(clock_.wall(), clock_.mono()));
  Commit made = room_.commit(clock_.wall(), clock_.mono(), writer_.durable(), everything);
  if (hooks_.alerts) hooks_.alerts(made, clock_.mono(), everything);
  if (const auto failure = room_.failure()) hooks_.on_failure(*failure);
  // Who is silent is told also while nobody at all speaks.
  if (!made.empty() || made.silences) writer_.write(std::move(made));
}

}  // namespace roomtone::app
