#include "store/space_guard.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

namespace roomtone::store {

namespace {

std::filesystem::path reserve_in(const std::filesystem::path& folder) { return folder / "RESERVE"; }

/// Bytes that the reserve holds now.
uint64_t reserve_size(const std::filesystem::path& folder) {
  struct stat facts {};
  if (::stat(reserve_in(folder).c_str(), &facts) != 0) return 0;
  return static_cast<uint64_t>(facts.st_blocks) * 512;
}

bool take_reserve(const SpaceOptions& options) {
  if (options.reserve_bytes == 0 || reserve_size(options.folder) >= options.reserve_bytes) return true;
  const int fd = ::open(reserve_in(options.folder).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool taken = ::posix_fallocate(fd, 0, static_cast<off_t>(options.reserve_bytes)) == 0;
  ::close(fd);
  if (!taken) ::unlink(reserve_in(options.folder).c_str());
  return taken;
}

std::string mib(uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

/// The nearest folder above that exists: a store that is yet to be made will be there.
std::filesystem::path existing(std::filesystem::path folder) {
  std::error_code ignored;
  while (!std::filesystem::exists(folder, ignored) && folder.has_parent_path() && folder != folder.parent_path())
    folder = folder.parent_path();
  return folder.empty() ? "." : folder;
}

}  // namespace

uint64_t free_in(const std::filesystem::path& folder) {
  struct statvfs fs {};
  // When it cannot be known there is no ground for holding anybody up.
  if (::statvfs(folder.c_str(), &fs) != 0) return std::numeric_limits<uint64_t>::max();
  return static_cast<uint64_t>(fs.f_bavail) * fs.f_frsize;
}

SpaceGuard::SpaceGuard(SpaceOptions options, OnChange on_change)
    : options_(std::move(options)), on_change_(std::move(on_change)) {
  look();
}

bool SpaceGuard::look() {
  const std::lock_guard lock(mutex_);
  return look_locked();
}

bool SpaceGuard::look_locked() {
  uint64_t free = free_in(options_.folder);
  const bool was_low = low_;
  if (!was_low && free < options_.free_bytes_min) {
    low_ = true;
    ::unlink(reserve_in(options_.folder).c_str());
    reserved_ = false;
    free = free_in(options_.folder);
  } else if (was_low && free >= options_.free_bytes_min + options_.reserve_bytes + options_.free_bytes_min / 8) {
    // An eighth more than it takes, so that it does not turn at every look.
    low_ = false;
  }
  if (!low_ && !reserved_ && free >= options_.free_bytes_min + options_.reserve_bytes) {
    reserved_ = take_reserve(options_);
    free = free_in(options_.folder);
  }
  free_ = free;
  if (low_ != was_low) on_change_(low_, free);
  return !low_;
}

bool SpaceGuard::wait_for_room() {
  std::unique_lock lock(mutex_);
  while (!look_locked()) {
    if (stop_) return false;
    stopped_.wait_for(lock, kLookEvery, [this] { return stop_; });
  }
  return true;
}

void SpaceGuard::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
}

std::optional<std::string> obstacle(const SpaceOptions& options) {
  const std::filesystem::path folder = existing(options.folder);
  if (::access(folder.c_str(), W_OK) != 0 && errno == EROFS)
    return "the file system of " + options.folder.string() + " is read-only";
  const uint64_t free = free_in(folder);
  const uint64_t held = reserve_size(options.folder);
  const uint64_t needed = options.free_bytes_min + options.reserve_bytes;
  if (free < needed && free + held < needed)
    return mib(free + held) + " free for " + options.folder.string() + ", it takes " + mib(needed);
  return std::nullopt;
}

}  // namespace roomtone::store
