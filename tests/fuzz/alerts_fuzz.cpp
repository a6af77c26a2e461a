#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "alerts/alert_silences.hpp"
#include "alerts/herald.hpp"
#include "alerts/quiet_hours.hpp"
#include "alerts/room_detectors.hpp"
#include "base/assert.hpp"
#include "cli/backtest_lines.hpp"

// A room's state as bytes, and the lines that a backtest reads. A state that is taken has to work from then on. So has
// what is held back from those who are told, and a file of silences.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace roomtone;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(cli::parse_tone_line(bytes));
  static_cast<void>(cli::parse_series_row(bytes));
  alerts::QuietHours quiet;
  if (quiet.add(bytes)) static_cast<void>(quiet.at(Instant{std::chrono::seconds(1'790'000'000)}));
  if (auto silences = alerts::AlertSilences::parse(bytes)) {
    const Instant now{std::chrono::seconds(1'790'000'000)};
    static_cast<void>(silences->next_end(now));
    static_cast<void>(silences->add({.where = "t/a", .ends = now + 1h, .by = "a", .reason = "b"}, now));
  }
  if (alerts::Herald herald; herald.decode(bytes)) {
    alerts::Herald again;
    ROOMTONE_ASSERT(again.decode(herald.encode()));
    const Instant now{std::chrono::seconds(1'790'000'000)};
    static_cast<void>(herald.newest_digest(now));
    if (herald.digest_due(now)) static_cast<void>(herald.take_digest(now));
  }
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
