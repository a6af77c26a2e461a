#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/rollup.hpp"
#include "model/tiers.hpp"

namespace roomtone {

/// A rollup as the store has it.
struct StoredRollup {
  SpanIndex index = 0;
  uint64_t covered = 0;  // see PaneRow::covered
  Rollup rollup;
};

/// The edge to what has been evicted: reads rows back. Implemented by the store; tests use a map. Called on the room
/// thread only.
class PaneLoader {
 public:
  virtual ~PaneLoader() = default;
  [[nodiscard]] virtual Result<std::optional<StoredRollup>> load(std::string_view key, Tier tier,
                                                                 SpanIndex index) const = 0;
  /// Rows with index in [from, to), ascending.
  [[nodiscard]] virtual Result<std::vector<StoredRollup>> load_range(std::string_view key, Tier tier, SpanIndex from,
                                                                     SpanIndex to) const = 0;
  /// The index of the first row of a room and tier that is below `before`.
  [[nodiscard]] virtual Result<std::optional<SpanIndex>> first(std::string_view key, Tier tier,
                                                               SpanIndex before) const = 0;
};

}  // namespace roomtone
