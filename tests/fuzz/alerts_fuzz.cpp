#include <cstddef>
#include <cstdint>
#include <string_view>

#include "alerts/room_detectors.hpp"
#include "cli/backtest_lines.hpp"

// A room's state as bytes, and the lines that a backtest reads. A state that is taken has to work from then on.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace roomtone;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(cli::parse_tone_line(bytes));
  static_cast<void>(cli::parse_series_row(bytes));
  auto room = alerts::RoomDetectors::decode(bytes);
  if (!room) return 0;
  alerts::WanderPool pool;
  const alerts::Budget budget{.days_between_false_alarms = 7};
  for (int64_t i = 1; i <= 20; ++i) {
    const alerts::Slice slice{.second = 1'790'000'000 + i * 301,
                              .n = i,
                              .scored = i,
                              .valence_micro_sum = i * 300'000 * (i % 2 == 0 ? 1 : -1),
                              .valence_sq_micro_sum = i * 90'000};
    static_cast<void>(room->step(slice, budget, pool));
    static_cast<void>(room->step_row(static_cast<double>(i * i), budget));
  }
  return 0;
}
