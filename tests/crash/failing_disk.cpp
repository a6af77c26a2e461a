// Preloaded into a daemon under test: once the file named by FAILING_DISK exists, writing to or syncing a file whose
// path contains FAILING_DISK_FILES fails with EIO, as on a disk that has just died. When the first one did stands in
// the file FAILING_DISK_AT, in seconds of the monotonic clock.
//
// With FAILING_DISK_HANGS such writes wait instead, for as long as the file FAILING_DISK exists.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace {

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

void note_the_moment() {
  const char* at = std::getenv("FAILING_DISK_AT");
  if (at == nullptr) return;
  const int fd = open(at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return;  // it is there: an earlier one
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%ld.%09ld", static_cast<long>(now.tv_sec), now.tv_nsec);
  (void)!real<ssize_t(int, const void*, size_t)>("write")(fd, text, static_cast<size_t>(size));
  close(fd);
}

bool fails(int fd) {
  const int kept = errno;
  const char* trigger = std::getenv("FAILING_DISK");
  const char* files = std::getenv("FAILING_DISK_FILES");
  bool failing = false;
  if (trigger != nullptr && files != nullptr && access(trigger, F_OK) == 0) {
    char link[64];
    char path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    path[size < 0 ? 0 : size] = '\0';
    failing = std::strstr(path, files) != nullptr;
    if (failing) note_the_moment();
    if (failing && std::getenv("FAILING_DISK_HANGS") != nullptr) {
      while (access(trigger, F_OK) == 0) usleep(1000);
      failing = false;
    }
  }
  errno = failing ? EIO : kept;
  return failing;
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t size) {
  return fails(fd) ? -1 : real<ssize_t(int, const void*, size_t)>("write")(fd, bytes, size);
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  return fails(fd) ? -1 : real<ssize_t(int, const void*, size_t, off_t)>("pwrite")(fd, bytes, size, at);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  return fails(fd) ? -1 : real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64")(fd, bytes, size, at);
}
int fsync(int fd) { return fails(fd) ? -1 : real<int(int)>("fsync")(fd); }
int fdatasync(int fd) { return fails(fd) ? -1 : real<int(int)>("fdatasync")(fd); }
}
