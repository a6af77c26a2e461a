// What reading and splitting a file costs per line, from read(2) to batches that a consumer hands back at once.
// Run with the number of lines that the file should hold (default 1,000,000 of 640 bytes).

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/clock.hpp"
#include "base/tickets.hpp"
#include "ingest/file_source.hpp"

namespace {

using namespace roomtone;

double thread_cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::string make_file(std::size_t lines) {
  std::string path = "/tmp/roomtone-ingest-bench-XXXXXX";
  if (const int fd = ::mkstemp(path.data()); fd >= 0) ::close(fd);
  std::ofstream file(path, std::ios::binary);
  const std::string filling(640 - 30, 'x');
  for (std::size_t i = 0; i < lines; ++i) file << fmt::format("{{\"id\":{:12},\"t\":\"{}\"}}\n", i, filling);
  return path;
}

/// What the kernel alone takes to hand the file over, a line: no source that calls read(2) can be below it.
double floor_us(const std::string& path, std::size_t lines) {
  std::vector<char> buffer(256 * 1024);
  const int fd = ::open(path.c_str(), O_RDONLY);
  const double before = thread_cpu_seconds();
  while (::read(fd, buffer.data(), buffer.size()) > 0) {
  }
  const double spent = thread_cpu_seconds() - before;
  ::close(fd);
  return spent * 1e6 / static_cast<double>(lines);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t lines = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
  const std::string path = make_file(lines);
  for (int round = 0; round < 5; ++round) {
    AnchoredClock clock;
    Tickets tickets(24);
    BoundedQueue<Batch> queue(24);
    ingest::Outlet outlet(SourceIndex{0}, {}, tickets, queue, clock);
    auto source = ingest::FileSource::open({.paths = {path}});
    std::size_t frames = 0;
    std::size_t bytes = 0;
    std::size_t batches = 0;
    std::jthread consumer([&] {
      while (std::optional<Batch> batch = queue.pop()) {
        frames += batch->frames.size();
        for (const Batch::Span span : batch->frames) bytes += span.size + 1;
        ++batches;
        if (batch->last) return;
        outlet.recycle(std::move(*batch));
      }
    });
    const double floor = floor_us(path, lines);
    const double before = thread_cpu_seconds();
    const auto start = std::chrono::steady_clock::now();
    if (!(*source)->run(outlet, {})) return 1;
    const double cpu = thread_cpu_seconds() - before;
    consumer.join();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    fmt::print(
        "{} lines of {} bytes in {} batches: {:.3f} us CPU a line (read(2) alone {:.3f}), {:.1f} M lines/s wall\n",
        frames, bytes / frames, batches, cpu * 1e6 / static_cast<double>(frames), floor,
        static_cast<double>(frames) / wall.count() / 1e6);
  }
  ::unlink(path.c_str());
  return 0;
}
