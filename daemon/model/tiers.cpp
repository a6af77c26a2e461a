#include "model/tiers.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace roomtone {

namespace {

void append(std::vector<TierRun>& runs, Tier tier, SpanIndex from, SpanIndex to) {
  if (from >= to) return;
  if (!runs.empty() && runs.back().tier == tier && runs.back().to == from) {
    runs.back().to = to;
    return;
  }
  runs.push_back({tier, from, to});
}

/// Covers [from, to), given in spans of `finer`, by whole spans of `tier` below `mark`, and hands the edges to `next`.
template <typename Next>
void cover_tier(Tier tier, Tier finer, SpanIndex mark, SpanIndex from, SpanIndex to, std::vector<TierRun>& runs,
                Next next) {
  const SpanIndex ratio = width_of(tier) / width_of(finer);
  const SpanIndex first = (from + ratio - 1) / ratio;
  const SpanIndex end = std::min(to / ratio, mark);
  if (first >= end) {
    next(from, to);
    return;
  }
  next(from, first * ratio);
  append(runs, tier, first, end);
  next(end * ratio, to);
}

}  // namespace

std::vector<TierRun> cover(Instant from, Instant to, const TierMarks& marks) {
  ROOMTONE_ASSERT(floor_to(from, width_of(Tier::pane)) == from && floor_to(to, width_of(Tier::pane)) == to);
  std::vector<TierRun> runs;
  const auto panes = [&](SpanIndex a, SpanIndex b) { append(runs, Tier::pane, a, b); };
  // Minutes are asked for in panes, hours in minutes: the part of a run that is not whole minutes is cut first.
  const auto minutes = [&](SpanIndex a, SpanIndex b) {
    cover_tier(Tier::minute, Tier::pane, marks.minute, a, b, runs, panes);
  };
  const SpanIndex a = span_of(from, Tier::pane);
  const SpanIndex b = span_of(to, Tier::pane);
  if (a >= b) return runs;
  cover_tier(Tier::hour, Tier::pane, marks.hour, a, b, runs, minutes);
  return runs;
}

}  // namespace roomtone
