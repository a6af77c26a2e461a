#pragma once

#include <sys/eventfd.h>

#include <cstdint>
#include <stop_token>

#include "ingest/file_descriptor.hpp"

namespace roomtone::ingest {

/// A file descriptor that becomes readable once `stop` is requested, for threads that wait in poll(2).
class StopEvent {
 public:
  explicit StopEvent(const std::stop_token& stop)
      : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), on_stop_(stop, Ring{event_.get()}) {}

  [[nodiscard]] int fd() const { return event_.get(); }

 private:
  struct Ring {
    int fd;
    void operator()() const {
      const uint64_t one = 1;
      static_cast<void>(!::write(fd, &one, sizeof one));
    }
  };
  FileDescriptor event_;
  std::stop_callback<Ring> on_stop_;
};

}  // namespace roomtone::ingest
