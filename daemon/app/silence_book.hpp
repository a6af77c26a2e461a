#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "alerts/alert_silences.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/published.hpp"
#include "base/result.hpp"

namespace roomtone::app {

/// The silences of the running daemon, as they are changed through the control socket: on disk in the file `silences`
/// beside the store before anybody goes by them. Any thread.
class SilenceBook {
 public:
  /// Those that the file has; none where there is no such file.
  [[nodiscard]] static Result<std::shared_ptr<const alerts::AlertSilences>> read(
      const std::filesystem::path& store_folder);

  SilenceBook(std::filesystem::path store_folder, Published<alerts::AlertSilences>& silences,
              const AnchoredClock& clock, Log& log)
      : store_folder_(std::move(store_folder)), silences_(silences), clock_(clock), log_(log) {}

  /// Answers a request of the control socket, see "Control" in proto/PROTOCOL.md:
  /// `alerts silences`, `alerts silence` with a body, `alerts unsilence ID`.
  [[nodiscard]] Result<std::string> answer(std::string_view request, std::string_view body);

 private:
  [[nodiscard]] Result<std::string> add(std::string_view body);
  [[nodiscard]] Result<std::string> remove(std::string_view id);
  [[nodiscard]] Result<void> take_over(alerts::AlertSilences changed);

  const std::filesystem::path store_folder_;
  std::mutex changes_;
  Published<alerts::AlertSilences>& silences_;
  const AnchoredClock& clock_;
  Log& log_;
};

}  // namespace roomtone::app
