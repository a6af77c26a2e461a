// Preloaded into a daemon under test: once the file named by FAILING_DISK exists, writing to or syncing a file whose
// path contains FAILING_DISK_FILES fails with EIO, as on a disk that has just died.
#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

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
  }
  errno = failing ? EIO : kept;
  return failing;
}

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
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
