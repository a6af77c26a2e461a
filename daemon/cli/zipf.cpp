#include "cli/zipf.hpp"

#include "base/assert.hpp"

namespace roomtone::cli {

Zipf::Zipf(std::size_t count, double head) : cells_(count) {
  ROOMTONE_ASSERT(count > 0 && count < UINT32_MAX && head > 0);
  double total = 0;
  for (std::size_t i = 0; i < count; ++i) total += 1.0 / (static_cast<double>(i) + head);
  std::vector<double> height(count);
  std::vector<uint32_t> low;
  std::vector<uint32_t> high;
  for (std::size_t i = 0; i < count; ++i) {
    height[i] = static_cast<double>(count) / ((static_cast<double>(i) + head) * total);
    (height[i] < 1.0 ? low : high).push_back(static_cast<uint32_t>(i));
  }
  while (!low.empty() && !high.empty()) {
    const uint32_t poor = low.back();
    const uint32_t rich = high.back();
    low.pop_back();
    cells_[poor] = {static_cast<uint32_t>(height[poor] * 4294967295.0), rich};
    height[rich] -= 1.0 - height[poor];
    if (height[rich] < 1.0) {
      high.pop_back();
      low.push_back(rich);
    }
  }
  // What rounding left over keeps all its draws.
  for (const auto* rest : {&low, &high})
    for (const uint32_t i : *rest) cells_[i] = {UINT32_MAX, i};
}

}  // namespace roomtone::cli
