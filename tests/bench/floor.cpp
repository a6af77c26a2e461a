// The floor that every speed of the daemon is stated against: what it costs, on this machine and at this moment, to
// read a recording of Jetstream posts, parse each line with simdjson's DOM and find did, time_us, createdAt, text and
// langs, and nothing else.
//
//   floor FILE
//
// Prints one JSON object. `cpu_us` is user and system time per line, of the whole process.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "floor.hpp"

namespace {

using roomtone::bench::Seen;
using roomtone::limits::kFileFrameBytes;
using roomtone::limits::kFramePaddingBytes;

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: floor FILE\n", stderr);
    return 64;
  }
  const int file = ::open(argv[1], O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    std::perror(argv[1]);
    return 66;
  }
  simdjson::dom::parser parser;
  if (parser.allocate(kFileFrameBytes, roomtone::limits::kJsonDepth) != simdjson::SUCCESS) return 71;

  // A buffer that stays in cache is cheaper than mapping the file: no page is touched for the first time.
  std::string buffer(kFileFrameBytes + kFramePaddingBytes, '\0');
  std::size_t held = 0;
  Seen seen;
  for (;;) {
    const ssize_t got = ::read(file, buffer.data() + held, kFileFrameBytes - held);
    if (got < 0) {
      std::perror(argv[1]);
      return 74;
    }
    held += static_cast<std::size_t>(got);
    std::string_view rest(buffer.data(), held);
    for (std::size_t end; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1))
      look_at(parser, rest.substr(0, end), seen);
    if (got == 0) break;  // what is left has no line end: not a line of a recording
    std::memmove(buffer.data(), rest.data(), rest.size());
    held = rest.size();
  }

  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const double cpu_us = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
                        static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
  const double lines = seen.lines == 0 ? 1 : static_cast<double>(seen.lines);
  std::printf("{\"lines\": %llu, \"posts\": %llu, \"bytes\": %llu, \"sum\": %llu, \"cpu_us\": %.4f}\n",
              static_cast<unsigned long long>(seen.lines), static_cast<unsigned long long>(seen.posts),
              static_cast<unsigned long long>(seen.bytes), static_cast<unsigned long long>(seen.sum), cpu_us / lines);
}
