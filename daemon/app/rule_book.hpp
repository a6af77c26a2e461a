#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "app/catalog.hpp"
#include "app/observer.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/published.hpp"
#include "base/result.hpp"

namespace roomtone::app {

/// How the rules in force change while the daemon runs: by SIGHUP, and by what is put and removed through the control
/// socket. Each change makes a new catalog of the configuration, as it is then, and of all rules that were put, or is
/// refused and changes nothing. Any thread; changes wait for each other.
class RuleBook {
 public:
  /// `store_folder` is the running daemon's, whatever the configuration says later.
  RuleBook(std::filesystem::path config_file, std::filesystem::path store_folder, Published<Catalog>& catalog,
           ReloadState& state, const AnchoredClock& clock, Log& log)
      : config_file_(std::move(config_file)),
        store_folder_(std::move(store_folder)),
        catalog_(catalog),
        state_(state),
        clock_(clock),
        log_(log) {}

  /// Told of each configuration that reload() has taken over, before it returns. To be set before the first one.
  void on_reload(std::function<void(const Config&)> told) { on_reload_ = std::move(told); }

  /// Reads everything again and takes it over, or keeps what is in force and logs why.
  void reload();

  /// Answers a request of the control socket, see "Control" in proto/PROTOCOL.md:
  /// `rules list`, `rules put EXPECTED` with the text of a rules file, `rules remove ID EXPECTED`.
  [[nodiscard]] Result<std::string> answer(std::string_view request, std::string_view body);

 private:
  [[nodiscard]] Result<Config> read_config() const;
  [[nodiscard]] std::string list() const;
  [[nodiscard]] Result<std::string> put(std::string_view expected, std::string_view text);
  [[nodiscard]] Result<std::string> remove(std::string_view id, std::string_view expected);
  /// Compiles, writes down, publishes. The versions of all.
  [[nodiscard]] Result<std::shared_ptr<const Catalog>> take_over(const Config& config,
                                                                 std::span<const topics::TopicSpec> put);
  [[nodiscard]] Result<void> check_version(std::string_view id, std::string_view expected) const;

  const std::filesystem::path config_file_;
  const std::filesystem::path store_folder_;
  std::mutex changes_;
  std::function<void(const Config&)> on_reload_;
  Published<Catalog>& catalog_;
  ReloadState& state_;
  const AnchoredClock& clock_;
  Log& log_;
};

}  // namespace roomtone::app
