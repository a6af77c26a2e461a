#pragma once

#include <cstdint>
#include <vector>

#include "cli/rng.hpp"

namespace roomtone::cli {

/// Draws ranks 0 .. count-1 with the weight 1 / (rank + head): few who speak a lot, many who hardly do. A larger
/// `head` flattens the top. One table look-up a draw (Walker's alias method); built from divisions and sums only, so
/// that every machine builds the same table.
class Zipf {
 public:
  Zipf(std::size_t count, double head);

  [[nodiscard]] uint32_t draw(Rng& rng) const {
    const uint64_t bits = rng.next();
    const Cell& cell = cells_[((bits >> 32) * cells_.size()) >> 32];
    const auto at = static_cast<uint32_t>(&cell - cells_.data());
    return static_cast<uint32_t>(bits) < cell.keep ? at : cell.other;
  }

 private:
  struct Cell {
    uint32_t keep;  // share of draws that stay here, of 2^32
    uint32_t other;
  };
  std::vector<Cell> cells_;
};

}  // namespace roomtone::cli
