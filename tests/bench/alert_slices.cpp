// What the detectors of alerts/ cost: nanoseconds a slice with messages, over so many rooms that their states do not
// stay in the processor's caches, and nanoseconds a five-minute row of volume. Then the same through the book of
// alerts, which finds the room by its key, and nanoseconds a row of its state for the store.
//
//   alert_slices [ROOMS [SECONDS]]      prints one JSON object

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert_book.hpp"
#include "alerts/room_detectors.hpp"

namespace {

struct NobodyAsks : roomtone::alerts::Witness {
  roomtone::alerts::Heard heard(std::string_view, int64_t, int64_t) override { return {}; }
  roomtone::alerts::Moved moved(std::string_view, int64_t, int64_t, bool) override { return {}; }
};

}  // namespace

int main(int argc, char** argv) {
  using namespace roomtone::alerts;
  using Clock = std::chrono::steady_clock;
  const std::size_t rooms = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const int64_t seconds = argc > 2 ? std::strtoll(argv[2], nullptr, 10) : 20;
  if (rooms == 0 || seconds <= 0) return 64;

  std::vector<RoomDetectors> detectors(rooms);
  WanderPool pool;
  const Budget budget{.days_between_false_alarms = 7};
  std::mt19937_64 random(1);
  std::vector<Slice> slices(rooms);
  uint64_t found = 0;
  double slice_ns = 0;
  for (int64_t t = 0; t < seconds; ++t) {
    for (Slice& slice : slices) {
      const auto n = static_cast<int64_t>(1 + random() % 4);
      const auto sum = static_cast<int64_t>(random() % 1'000'000) - 500'000;
      slice = {.second = t * 7, .n = n, .scored = n, .valence_micro_sum = sum, .valence_sq_micro_sum = 200'000 * n};
    }
    const auto begin = Clock::now();
    pool.advance(t * 7);
    for (std::size_t i = 0; i < rooms; ++i) found += detectors[i].step(slices[i], budget, pool).any() ? 1 : 0;
    slice_ns += std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
  }
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < rooms; ++i)
    found += detectors[i].step_row(static_cast<double>(i % 50), budget).surge_days > 1e9 ? 1 : 0;
  const double row_ns = std::chrono::duration<double, std::nano>(Clock::now() - begin).count();

  AlertBook book({.rooms_max = rooms});
  NobodyAsks nobody;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < rooms; ++i) keys.push_back("t/topic-" + std::to_string(i));
  double hear_ns = 0;
  for (int64_t t = 0; t < seconds; ++t) {
    for (Slice& slice : slices) slice.second = t * 7;
    const auto from = Clock::now();
    for (std::size_t i = 0; i < rooms; ++i) book.hear(keys[i], slices[i]);
    book.advance(t * 7 + 1, {}, nobody);
    // The first second makes the rooms.
    if (t > 0) hear_ns += std::chrono::duration<double, std::nano>(Clock::now() - from).count();
  }
  const auto from = Clock::now();
  std::size_t bytes = 0;
  for (const auto& row : book.take_rows(1, 1, rooms)) bytes += row.bytes.size();
  const double state_ns = std::chrono::duration<double, std::nano>(Clock::now() - from).count();
  const double heard = static_cast<double>(rooms) * static_cast<double>(seconds > 1 ? seconds - 1 : 1);
  std::printf("{\"rooms\":%zu,\"bytes_per_room\":%zu,\"ns_per_slice\":%.1f,\"ns_per_row\":%.1f,\"findings\":%llu,",
              rooms, sizeof(RoomDetectors), slice_ns / static_cast<double>(rooms) / static_cast<double>(seconds),
              row_ns / static_cast<double>(rooms), static_cast<unsigned long long>(found));
  std::printf("\"ns_per_second_in_book\":%.1f,\"ns_per_state_row\":%.1f,\"bytes_per_state_row\":%.0f}\n",
              hear_ns / heard, state_ns / static_cast<double>(rooms),
              static_cast<double>(bytes) / static_cast<double>(rooms));
  return 0;
}
