#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/catalog.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "store/store.hpp"

namespace roomtone::app {

/// Archives events: once one is over, the figures of its whole time, for it and each of its entities, go to a file of
/// its own, `events/ID-END.json` in the store's folder, which retention leaves alone. Written once; messages that come
/// later still are in history only. One thread.
class EventArchive {
 public:
  EventArchive(const store::Store& store, const std::filesystem::path& store_folder, Log& log)
      : store_(store), folder_(store_folder / "events"), log_(log) {}

  /// Archives the next event whose end and the grace behind it lie before the watermark of what is committed. Whether
  /// there was one.
  bool look(const std::shared_ptr<const Catalog>& catalog, Instant watermark, Mono now);

 private:
  void find_pending();
  [[nodiscard]] std::filesystem::path file_of(const Event& event) const;
  [[nodiscard]] Result<std::string> summary_of(const Event& event, std::string_view scorer, Instant watermark) const;

  static constexpr std::chrono::minutes kRetryAfter{1};

  const store::Store& store_;
  const std::filesystem::path folder_;
  Log& log_;
  std::shared_ptr<const Catalog> catalog_;  // in force when last looked at
  std::vector<const Event*> pending_;       // of its events those without a file, the one to end first last
  Mono not_before_{};
};

}  // namespace roomtone::app
