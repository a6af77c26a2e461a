#pragma once

#include <chrono>
#include <cstdint>

namespace roomtone::app {

/// Waits for what ends or changes the daemon: a signal, or a thread of ours that calls raise(). The signals are blocked
/// in the thread that makes this object and in those started after it, and are read here like data. One per process.
class Signals {
 public:
  enum class Event : uint8_t {
    none,       // the time passed
    terminate,  // SIGTERM or SIGINT
    reload,     // SIGHUP
    raised,     // somebody called raise()
  };

  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  [[nodiscard]] Event wait(std::chrono::milliseconds at_most);

  /// Wakes wait(). Any thread.
  void raise();

 private:
  int signal_fd_ = -1;
  int event_fd_ = -1;
};

}  // namespace roomtone::app
