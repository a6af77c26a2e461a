#include "model/commit.hpp"

namespace roomtone {

PaneRow pane_row(std::string key, Tier tier, SpanIndex index, uint64_t covered, const Rollup& rollup) {
  PaneRow row{std::move(key), tier, index, covered, {}, {}};
  encode_figures(rollup, row.rollup);
  encode_sample(rollup, row.sample);
  return row;
}

}  // namespace roomtone
