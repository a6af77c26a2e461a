#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "alerts/tone_detector.hpp"
#include "alerts/volume_detector.hpp"
#include "alerts/wander.hpp"
#include "base/result.hpp"

namespace roomtone::cli {

/// Runs the daemon's tone detectors over a recorded stream of many topics, in slices of a second as the daemon would.
/// Lines are in the order of time. A topic's alerts depend on what came before them only.
class ToneBacktest {
 public:
  static constexpr std::size_t kTopicsMax = 100'000;

  /// One false alarm per topic in so many days is asked for.
  explicit ToneBacktest(double days_between_false_alarms) : mean_run_s_(days_between_false_alarms * 86400) {}

  /// Takes a line and appends `{"t","topic"}` lines to `out` for the alerts that the seconds before it raised; t is the
  /// end of the second that decided. Errors: a line that is not understood or goes back in time.
  [[nodiscard]] Result<void> take(std::string_view line, std::string& out);

  /// The stream has ended.
  void end(std::string& out) { close_second(out); }

 private:
  struct Topic {
    std::string name;
    alerts::ToneDetector detector;
    alerts::Slice slice;
  };

  void close_second(std::string& out);

  const double mean_run_s_;
  alerts::WanderPool pool_;
  std::vector<Topic> topics_;
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<std::size_t> heard_;  // topics with a message in the open second
  int64_t second_ = -1;
  uint64_t lines_ = 0;
};

/// Runs the daemon's volume detector over the counts of one room, a row for each five minutes.
class VolumeBacktest {
 public:
  /// Surges that are seen once in so many days are asked for.
  explicit VolumeBacktest(double days_between_false_alarms) : days_(days_between_false_alarms) {}

  /// Takes a `timestamp,value` line, the first may be the heading, and appends it to `out` with a score: in how many
  /// days such a surge is seen once, 0 where nothing new is to be said. Errors: a line that is not understood or goes
  /// back in time.
  [[nodiscard]] Result<void> take(std::string_view line, std::string& out);

  void end(std::string&) {}

 private:
  static constexpr double kMemories = 3;

  const double days_;
  alerts::VolumeDetector detector_;
  int64_t second_ = INT64_MIN;
  uint64_t lines_ = 0;
};

}  // namespace roomtone::cli
