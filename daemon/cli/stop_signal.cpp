#include "cli/stop_signal.hpp"

#include <csignal>

namespace roomtone::cli {
namespace {

// A signal handler has no argument of ours, so these two cannot be members.
volatile std::sig_atomic_t stop_requested = 0;
volatile std::sig_atomic_t size_changed = 0;

void on_stop(int) { stop_requested = 1; }
void on_resize(int) { size_changed = 1; }

}  // namespace

struct StopSignal::Before {
  struct sigaction interrupt;
  struct sigaction terminate;
  struct sigaction resize;
  struct sigaction pipe;
};

StopSignal::StopSignal() : before_(std::make_unique<Before>()) {
  stop_requested = 0;
  size_changed = 0;
  struct sigaction action {};
  sigemptyset(&action.sa_mask);
  action.sa_handler = on_stop;  // without SA_RESTART, so that a blocked write returns
  sigaction(SIGINT, &action, &before_->interrupt);
  sigaction(SIGTERM, &action, &before_->terminate);
  action.sa_handler = on_resize;
  sigaction(SIGWINCH, &action, &before_->resize);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, &before_->pipe);
}

StopSignal::~StopSignal() {
  sigaction(SIGINT, &before_->interrupt, nullptr);
  sigaction(SIGTERM, &before_->terminate, nullptr);
  sigaction(SIGWINCH, &before_->resize, nullptr);
  sigaction(SIGPIPE, &before_->pipe, nullptr);
}

bool StopSignal::requested() const { return stop_requested != 0; }

bool StopSignal::take_resized() {
  const bool resized = size_changed != 0;
  size_changed = 0;
  return resized;
}

}  // namespace roomtone::cli
