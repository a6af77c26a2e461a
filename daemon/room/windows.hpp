#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/atmosphere.hpp"
#include "model/commit.hpp"
#include "model/weights.hpp"
#include "room/metronomes.hpp"
#include "room/pane_table.hpp"

namespace roomtone::room {

/// What windows are composed for.
struct WindowTick {
  Instant watermark = kNoInstant;
  bool drained = false;  // every source has ended: the newest windows are final too
  Mono now{};
};

/// Decides which windows of which rooms are published in a commit, and composes them.
///
/// For each window size the feed carries the newest window (partial, at most once per its pace and only when it
/// changed) and the final of the last closed one; an unchanged window is not sent again but for a keep-alive once
/// a minute while it holds messages. When the watermark jumps over several windows at once (catching up),
/// only the last closed one is sent: every window is in the history. A late message changes the last closed window:
/// it is sent again as corrected. Owned by the room thread.
class Windows {
 public:
  /// `metronomes` outlive it.
  Windows(std::vector<std::string> sources, const Metronomes& metronomes);

  /// From `since` on (event time) figures are those of this scorer.
  void set_scorer(std::string id, Instant since);

  /// What voices weigh in windows composed from now on.
  void set_weights(Weights weights) { weights_ = std::move(weights); }
  [[nodiscard]] const Weights& weights() const { return weights_; }

  /// Adds due updates to `commit`, with their sequences: at most kUpdatesPerCommit, the rest comes next time (all at
  /// once when drained, so that a finished recording is published whole).
  void due(PaneTable& panes, const WindowTick& tick, Commit& commit, uint64_t& global_seq);

  /// Scored share of the newest `room` minute composed; 1 before the first.
  [[nodiscard]] double coverage() const { return coverage_; }

  static constexpr std::size_t kUpdatesPerCommit = 4096;
  static constexpr std::chrono::seconds kKeepAlive{60};

 private:
  void due_in_room(PaneTable& panes, RoomState& room, WindowSize which, const WindowTick& tick, Commit& commit,
                   uint64_t& global_seq);
  struct Composed {
    Atmosphere atmosphere;
    uint64_t digest = 0;
  };
  [[nodiscard]] Composed compose(PaneTable& panes, RoomState& room, WindowSize which, Instant end, Instant heard_until);
  [[nodiscard]] std::optional<Divergence> divergence(PaneTable& panes, std::string_view key, const Rollup& rollup,
                                                     Instant start, Instant end);
  void send(RoomState& room, WindowSize which, Composed&& composed, WindowState state, const WindowTick& tick,
            PaneTable& panes, Commit& commit, uint64_t& global_seq);
  [[nodiscard]] std::string scorer_over(Instant start, Instant end) const;

  const std::vector<std::string> sources_;
  const Metronomes& metronomes_;
  struct Since {
    Instant since;
    std::string id;
  };
  std::deque<Since> scorers_;  // ascending; the last few
  std::size_t next_ = 0;       // where the round over the rooms goes on
  double coverage_ = 1;
  Weights weights_;

  /// The voices of a room around several lists, so that it is folded once for all of them.
  struct Around {
    RoomState* room = nullptr;
    Instant start = kNoInstant;
    Instant end = kNoInstant;
    uint64_t version = 0;
    std::vector<VoiceEntry> voices;
  };
  static constexpr std::size_t kAroundKept = 16;
  std::array<Around, kAroundKept> around_;
  std::size_t around_next_ = 0;
};

}  // namespace roomtone::room
