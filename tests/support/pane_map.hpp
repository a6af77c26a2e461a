#pragma once

#include <map>
#include <string>
#include <tuple>

#include "model/commit.hpp"
#include "model/pane_loader.hpp"

namespace roomtone::test {

/// The rows that commits wrote, in a map: a store without a disk.
class PaneMap final : public PaneLoader {
 public:
  void write(const Commit& commit) {
    for (const ForgottenRow& row : commit.forgotten) rows_.erase({row.key, row.tier, row.index});
    for (const PaneRow& row : commit.panes) rows_[{row.key, row.tier, row.index}] = row;
  }
  [[nodiscard]] Result<std::optional<StoredRollup>> load(std::string_view key, Tier tier,
                                                         SpanIndex index) const override {
    const auto found = rows_.find({std::string(key), tier, index});
    if (found == rows_.end()) return std::optional<StoredRollup>();
    return std::optional(stored(found->second));
  }
  [[nodiscard]] Result<std::vector<StoredRollup>> load_range(std::string_view key, Tier tier, SpanIndex from,
                                                             SpanIndex to) const override {
    std::vector<StoredRollup> found;
    for (const auto& [at, row] : rows_)
      if (row.key == key && row.tier == tier && row.index >= from && row.index < to) found.push_back(stored(row));
    return found;
  }
  [[nodiscard]] Result<std::optional<SpanIndex>> first(std::string_view key, Tier tier,
                                                       SpanIndex before) const override {
    for (const auto& [at, row] : rows_)
      if (row.key == key && row.tier == tier && row.index < before) return std::optional(row.index);
    return std::optional<SpanIndex>();
  }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }

 private:
  static StoredRollup stored(const PaneRow& row) {
    StoredRollup stored{row.index, row.covered, {}};
    if (!merge_encoded_rollup(row.rollup, stored.rollup) || !merge_encoded_rollup(row.sample, stored.rollup))
      std::abort();
    return stored;
  }
  std::map<std::tuple<std::string, Tier, SpanIndex>, PaneRow> rows_;
};

}  // namespace roomtone::test
