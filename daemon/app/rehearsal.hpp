#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "app/catalog.hpp"
#include "app/config.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "model/alert.hpp"

namespace roomtone::app {

/// What came of hearing a recording.
struct Rehearsed {
  std::vector<Alert> alerts;  // of rooms, each in its last state, by their begin; at most kAlertsMax
  std::size_t left_out = 0;   // alerts beyond that
  int64_t counted = 0;        // messages
  int64_t records = 0;        // of the recording, whatever became of them
  Instant last = kNoInstant;  // of the newest
  bool stopped = false;       // before the end

  static constexpr std::size_t kAlertsMax = 100'000;
};

/// Hears recorded files as the daemon hears a source, decoding, topics, moods, seconds and alerts alike, and keeps what
/// it hears in a new store in `folder`. Time is that of the recording: nothing waits, and the same recording
/// gives the same alerts.
///
/// `source` says how the files are written; it is of kind `file`. `stopped` is asked now and then. Errors: a file
/// cannot be read or is damaged, the folder cannot be written.
[[nodiscard]] Result<Rehearsed> rehearse(const Config& config, const Catalog& catalog, const SourceConfig& source,
                                         const std::filesystem::path& folder, const std::function<bool()>& stopped,
                                         Log& log);

}  // namespace roomtone::app
