#pragma once

#include <memory>

namespace roomtone::cli {

/// While one lives, Ctrl-C and SIGTERM ask instead of kill: blocking calls return with EINTR and `requested` turns
/// true. A broken pipe becomes an error of the write. At most one at a time; the earlier handlers come back with its
/// end.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  [[nodiscard]] bool requested() const;
  /// Whether the terminal changed its size since the last call.
  [[nodiscard]] bool take_resized();

 private:
  struct Before;
  const std::unique_ptr<Before> before_;
};

}  // namespace roomtone::cli
