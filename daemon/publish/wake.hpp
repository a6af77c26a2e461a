#pragma once

namespace roomtone::publish {

/// Wakes a thread that waits in a poll: a file handle that is readable from signal() to clear(). An eventfd.
class Wake {
 public:
  Wake();
  ~Wake();
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  /// From any thread; never blocks. Several signals before a clear count as one.
  void signal() noexcept;
  void clear() noexcept;
  [[nodiscard]] int handle() const { return handle_; }

 private:
  const int handle_;
};

}  // namespace roomtone::publish
