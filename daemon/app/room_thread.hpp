#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

#include "app/catalog.hpp"
#include "app/commit_writer.hpp"
#include "app/reorder_buffer.hpp"
#include "base/clock.hpp"
#include "base/published.hpp"
#include "room/room.hpp"

namespace roomtone::app {

/// The room thread's loop: merges tallies in order, and commits as soon as somebody waits (at least kCommitPace apart),
/// else after kVoicePace once somebody on a list has spoken, else every `commit_every`. A writer that is busy lets the
/// room gather on, up to kGatherBytes.
class RoomThread {
 public:
  struct Hooks {
    std::function<void()> on_drained;              // all sources have ended and everything is with the writer
    std::function<void(const Error&)> on_failure;  // does not return
    std::function<RetentionFloors(Instant wall, Mono now)> floors;
    std::function<void(Commit&, Mono now, bool everything)> alerts;  // none: they are off
  };
  RoomThread(room::Room& room, ReorderBuffer& tallies, CommitWriter& writer, const Published<Catalog>& catalog,
             const Clock& clock, std::chrono::milliseconds commit_every, Hooks hooks);

  /// Until the reorder buffer is closed and empty; the last commit leaves no journal behind.
  void run();

  /// What workers make beats of, see room::Metronomes::below(). Any thread.
  [[nodiscard]] uint64_t beats_below() const { return beats_below_; }

  /// Monotonic time of the last turn of the loop, for /healthz.
  [[nodiscard]] Mono last_turn() const { return Mono(Mono::duration(last_turn_.load())); }

  static constexpr std::chrono::milliseconds kCommitPace{5};
  static constexpr std::chrono::milliseconds kVoicePace{50};  // once somebody on a list has spoken
  static constexpr std::size_t kGatherBytes = 32u << 20;

 private:
  [[nodiscard]] std::chrono::milliseconds pace_of_commits() const;
  void commit(bool everything);

  room::Room& room_;
  ReorderBuffer& tallies_;
  CommitWriter& writer_;
  const Published<Catalog>& catalog_;
  const Clock& clock_;
  const std::chrono::milliseconds commit_every_;
  const Hooks hooks_;
  std::atomic<Mono::rep> last_turn_{0};
  std::atomic<uint64_t> beats_below_{UINT64_MAX};
};

}  // namespace roomtone::app
