#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/commit.hpp"
#include "model/rollup.hpp"
#include "store/store.hpp"

namespace roomtone::store {

/// What happened, from rows and the journal on top of them: the same figures whether the store was closed or is being
/// written at this moment, as of one commit. Reads only.
class History {
 public:
  /// Reads the journal once. `store` outlives it. `parts` is what visitors get to see of rollups.
  [[nodiscard]] static Result<History> open(const Store& store, RollupParts parts = RollupParts::figures);

  /// The history of one room of a store that another thread writes to. Rollups are read after the journal was, so a
  /// page shows each as of some commit since the call, not all as of one.
  [[nodiscard]] static Result<History> open_room(const Store& store, std::string_view key,
                                                 RollupParts parts = RollupParts::figures);

  /// The rooms that have ever heard something, in order.
  [[nodiscard]] std::vector<std::string> keys() const;

  /// Calls `visit` for each span [start, start + step) within [from, to) that has anything in it, in order of time.
  /// `step` is a multiple of 10 s; spans begin at its multiples since 1970, and [from, to) is widened to them.
  using Visit = std::function<void(Instant start, const Rollup&)>;
  [[nodiscard]] Result<void> series(std::string_view key, Instant from, Instant to, std::chrono::seconds step,
                                    const Visit& visit) const;

  /// As series, but at most `steps_max` of them, and fewer where that would take more than kPageSpansMax rollups. The
  /// start of the next one when there is more.
  [[nodiscard]] Result<std::optional<Instant>> page(std::string_view key, Instant from, Instant to,
                                                    std::chrono::seconds step, std::size_t steps_max,
                                                    const Visit& visit) const;
  static constexpr std::size_t kPageSpansMax = 100'000;

  [[nodiscard]] const Recovered& recovered() const& { return recovered_; }
  /// For whoever goes on to write: the history is over then.
  [[nodiscard]] Recovered take() && { return std::move(recovered_); }

 private:
  class Steps;
  [[nodiscard]] Result<void> walk(std::string_view key, Instant from, Instant to, std::chrono::seconds step,
                                  Steps& steps) const;

  History(const Store& store, RollupParts parts, Recovered recovered)
      : store_(&store), parts_(parts), recovered_(std::move(recovered)) {}

  const Store* store_;
  RollupParts parts_;
  Recovered recovered_;
};

/// The audit that tells whether a store adds up.
struct Audit {
  int64_t counted = 0;  // over all sources' ledgers
  int64_t retracted = 0;
  int64_t forgotten = 0;   // that retention has taken from the panes of `room`
  int64_t room_total = 0;  // messages in all panes of `room`
  [[nodiscard]] int64_t imbalance() const { return counted - retracted - forgotten - room_total; }
  /// `corrupt`, with both sides, unless they are equal. `name` is the store's.
  [[nodiscard]] Result<void> balanced(const std::string& name) const;
};
[[nodiscard]] Result<Audit> audit(const History& history);

}  // namespace roomtone::store
