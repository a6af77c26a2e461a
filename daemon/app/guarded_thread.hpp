#pragma once

#include <pthread.h>
#include <unistd.h>

#include <exception>
#include <thread>
#include <utility>

#include "base/exit_code.hpp"
#include "base/log.hpp"

namespace roomtone::app {

/// Runs a thread's outermost function. What escapes it is a bug of ours: the process ends rather than go on without
/// one of its threads.
template <typename Function>
std::jthread guarded_thread(const char* name, Log& log, Function function) {
  return std::jthread([name, &log, function = std::move(function)](std::stop_token stop) mutable {
    ::pthread_setname_np(::pthread_self(), name);  // as `top -H` and profilers show it
    try {
      function(stop);
    } catch (const std::exception& error) {
      log.error("thread failed", {{"thread", name}, {"error", error.what()}});
      ::_exit(status_of(ExitCode::bug));
    }
  });
}

}  // namespace roomtone::app
