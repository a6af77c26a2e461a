#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace roomtone::app {

/// Tells the service manager that started the daemon how it is, in systemd's protocol: datagrams to the Unix socket in
/// NOTIFY_SOCKET, see sd_notify(3). Where that is not set nobody is told, and what cannot be sent is left: the daemon
/// does not depend on it. One thread.
class ServiceManager {
 public:
  /// As NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID say.
  [[nodiscard]] static ServiceManager from_environment();

  /// `socket`: a path, or a name after an @; empty: nobody. `watchdog`: how long the daemon may say nothing before it
  /// is taken for stuck; 0: as long as it likes.
  ServiceManager(std::string socket, std::chrono::microseconds watchdog)
      : socket_(std::move(socket)), watchdog_(watchdog) {}

  /// It serves. `status`: how, in a line for people.
  void ready(std::string_view status) const;
  void stopping() const;

  /// All is well at `now`; to be called several times in each watchdog's time, while it is so.
  void alive(Mono now);

 private:
  void tell(std::string_view state) const;

  std::string socket_;
  std::chrono::microseconds watchdog_;
  Mono told_{};
};

}  // namespace roomtone::app
