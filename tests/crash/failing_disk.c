/* Preloaded into a daemon under test: once the file named by FAILING_DISK exists, writing to or syncing a file whose
 * path contains FAILING_DISK_FILES fails with EIO, as on a disk that has just died. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(int fd) {
  const char* trigger = getenv("FAILING_DISK");
  const char* files = getenv("FAILING_DISK_FILES");
  if (trigger == NULL || files == NULL || access(trigger, F_OK) != 0) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = '\0';
  return strstr(path, files) != NULL;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL_OR(fd, call)    \
  do {                       \
    const int kept = errno;  \
    if (fails(fd)) {         \
      errno = EIO;           \
      return -1;             \
    }                        \
    errno = kept;            \
    return call;             \
  } while (0)

ssize_t write(int fd, const void* bytes, size_t size) { FAIL_OR(fd, REAL(write)(fd, bytes, size)); }
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) { FAIL_OR(fd, REAL(pwrite)(fd, bytes, size, at)); }
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  FAIL_OR(fd, REAL(pwrite64)(fd, bytes, size, at));
}
int fsync(int fd) { FAIL_OR(fd, REAL(fsync)(fd)); }
int fdatasync(int fd) { FAIL_OR(fd, REAL(fdatasync)(fd)); }
