#include "ingest/stdin_source.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "base/limits.hpp"
#include "ingest/line_scanner.hpp"
#include "ingest/stop_event.hpp"

namespace roomtone::ingest {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;

tl::unexpected<Error> failed(int error) {
  return fail(ErrorCode::io, "read standard input: " + std::generic_category().message(error));
}

/// Milliseconds until the batch is due, rounded up; -1 (for ever) while there is none.
int poll_time(const Batcher& batcher, const Clock& clock) {
  if (batcher.empty()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(batcher.due() - clock.mono());
  return static_cast<int>(std::max<int64_t>(0, left.count()));
}

}  // namespace

Result<std::unique_ptr<Source>> StdinSource::open(StdinSourceOptions options) {
  if (::fcntl(options.fd, F_GETFD) < 0) return fail(ErrorCode::unavailable, "standard input is closed");
  return std::unique_ptr<Source>(new StdinSource(options));
}

Result<void> StdinSource::run(Outlet& outlet, std::stop_token stop) {
  const StopEvent stopping(stop);
  Batcher batcher(outlet, options_.frames_max, limits::kFileFrameBytes);
  LineScanner lines(limits::kFileFrameBytes);
  outlet.status().connected.store(true, std::memory_order_relaxed);

  bool ended = false;
  while (!ended && !stop.stop_requested()) {
    std::array<pollfd, 2> wait{{{options_.fd, POLLIN, 0}, {stopping.fd(), POLLIN, 0}}};
    if (::poll(wait.data(), wait.size(), poll_time(batcher, outlet.clock())) < 0 && errno != EINTR) {
      return failed(errno);
    }
    if (!batcher.flush_if_due(stop)) break;
    if (wait[0].revents == 0) continue;
    const ssize_t got = ::read(options_.fd, batcher.room(kReadBytes).data(), kReadBytes);
    if (got < 0) {
      if (errno == EINTR || errno == EAGAIN) continue;
      const int error = errno;
      static_cast<void>(batcher.flush(stop));
      outlet.status().failed.store(true, std::memory_order_relaxed);
      return failed(error);
    }
    batcher.took(static_cast<std::size_t>(got));
    ended = got == 0;
    for (bool more = true; more;) {
      const LineScanner::Line line = ended ? lines.finish(batcher.unframed()) : lines.next(batcher.unframed());
      more = line.what != Split::need_more;
      if (line.what == Split::oversized) batcher.count_oversized();
      if (line.what != Split::frame) {
        batcher.drop(line.whole);
      } else if (!batcher.add_unframed(line.size, line.whole, stop)) {
        return {};
      }
    }
  }
  outlet.status().connected.store(false, std::memory_order_relaxed);
  if (batcher.flush(stop) && ended) outlet.end({}, stop);
  return {};
}

}  // namespace roomtone::ingest
