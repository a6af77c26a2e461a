#include "app/signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

#include "base/assert.hpp"

namespace roomtone::app {

Signals::Signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  ROOMTONE_ASSERT(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
  signal(SIGPIPE, SIG_IGN);
  signal_fd_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  event_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  ROOMTONE_ASSERT(signal_fd_ >= 0 && event_fd_ >= 0);
}

Signals::~Signals() {
  close(signal_fd_);
  close(event_fd_);
}

Signals::Event Signals::wait(std::chrono::milliseconds at_most) {
  pollfd fds[2] = {{signal_fd_, POLLIN, 0}, {event_fd_, POLLIN, 0}};
  if (poll(fds, 2, static_cast<int>(at_most.count())) <= 0) return Event::none;
  if ((fds[0].revents & POLLIN) != 0) {
    signalfd_siginfo info{};
    if (read(signal_fd_, &info, sizeof info) == sizeof info)
      return info.ssi_signo == SIGHUP ? Event::reload : Event::terminate;
  }
  uint64_t count = 0;
  if ((fds[1].revents & POLLIN) != 0 && read(event_fd_, &count, sizeof count) == sizeof count) return Event::raised;
  return Event::none;
}

void Signals::raise() {
  const uint64_t one = 1;
  (void)!write(event_fd_, &one, sizeof one);  // a full counter has woken it already
}

}  // namespace roomtone::app
