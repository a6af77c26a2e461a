#include "publish/wake.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/assert.hpp"

namespace roomtone::publish {

Wake::Wake() : handle_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) { ROOMTONE_ASSERT(handle_ >= 0); }

Wake::~Wake() { close(handle_); }

void Wake::signal() noexcept {
  // Fails only when the counter is full, and then the reader is woken anyway.
  [[maybe_unused]] const int result = eventfd_write(handle_, 1);
}

void Wake::clear() noexcept {
  eventfd_t count = 0;
  [[maybe_unused]] const int result = eventfd_read(handle_, &count);
}

}  // namespace roomtone::publish
