#include "ingest/file_source.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "base/limits.hpp"
#include "ingest/file_cursor.hpp"
#include "ingest/file_list.hpp"
#include "ingest/inflate.hpp"
#include "ingest/line_scanner.hpp"
#include "ingest/pause.hpp"

namespace roomtone::ingest {
namespace {

constexpr std::size_t kDoneKept = 64;  // files that are gone are forgotten beyond this, lest the cursor grow for ever
constexpr std::size_t kFewFiles = 16;  // more are not listed at each look
constexpr std::size_t kReadBytes = 256 * 1024;  // stays in the second-level cache between read and split
constexpr std::size_t kReadBytesLeast = 16 * 1024;

/// What one read asks for: no more than small batches hold, because what is left over moves to the next one.
std::size_t read_bytes(std::size_t frames_max) {
  constexpr std::size_t kUsualLine = 1024;
  return frames_max == 0 ? kReadBytes : std::clamp(frames_max * kUsualLine, kReadBytesLeast, kReadBytes);
}

/// One run over the files: what is being read, what is behind, and the way out.
class Reading {
 public:
  Reading(const FileSourceOptions& options, Outlet& outlet, std::stop_token stop)
      : options_(options),
        outlet_(outlet),
        stop_(std::move(stop)),
        batcher_(outlet, options.frames_max, limits::kFileFrameBytes),
        lines_(limits::kFileFrameBytes),
        read_bytes_(read_bytes(options.frames_max)) {
    if (options.pace > 0) pace_.emplace(options.pace);
  }

  Result<void> run();

 private:
  enum class AtEnd { more, truncated, next_file, stopped };
  struct Next {
    OpenFile file;
    uint64_t offset = 0;
  };

  Result<void> resume();
  Result<std::optional<Next>> next_file();
  Result<void> read(Next next);
  Result<bool> deliver_to_end(Inflate& bytes);
  bool deliver();
  bool take(const LineScanner::Line& line);
  bool deliver_last_line();
  bool wait_until_due(std::string_view frame);
  Result<AtEnd> wait_at_end(const Inflate& bytes);
  Result<std::optional<OpenFile>> unread(bool with_bytes);
  bool known(const OpenFile& file) const;
  void leave_file();
  void forget_rest();
  void forget_gone();
  void move_cursor();
  bool flush();
  void notice(const std::string& text) const {
    if (options_.notice) options_.notice(text);
  }
  void count_gap(const std::string& text) {
    outlet_.status().gaps.fetch_add(1, std::memory_order_relaxed);
    notice(text);
  }

  const FileSourceOptions& options_;
  Outlet& outlet_;
  const std::stop_token stop_;
  Batcher batcher_;
  LineScanner lines_;
  const std::size_t read_bytes_;
  std::optional<Pace> pace_;
  std::optional<Next> resumed_;
  FileCursor cursor_;        // the offset is that of the first line that is not in a batch yet
  FileDescriptor at_fd_;     // of cursor_.at
  uint64_t decoded_ = 0;     // bytes of the file that were read
  std::size_t listed_ = 0;   // files, last time
  std::size_t looks_ = 0;    // at a file's end
  bool cursor_set_ = false;  // whether there is a cursor worth sending
};

Result<void> Reading::run() {
  if (Result<void> resumed = resume(); !resumed) return resumed;
  while (!stop_.stop_requested()) {
    Result<std::optional<Next>> next = next_file();
    if (!next) return tl::unexpected<Error>(next.error());
    if (*next) {
      if (Result<void> done = read(std::move(**next)); !done) {
        if (cursor_set_) move_cursor();
        static_cast<void>(flush());
        return done;
      }
      continue;
    }
    if (!options_.follow) break;
    outlet_.status().connected.store(false, std::memory_order_relaxed);
    static_cast<void>(pause(stop_, options_.poll));
  }
  const bool at_end = !stop_.stop_requested();
  if (!flush() || !at_end) return {};
  outlet_.end(cursor_set_ ? encode(cursor_) : std::string(), stop_);
  return {};
}

/// Finds the files of the start cursor among those there now.
Result<void> Reading::resume() {
  if (outlet_.start_cursor().empty()) return {};
  const Result<FileCursor> kept = decode_file_cursor(outlet_.start_cursor());
  if (!kept) {
    count_gap(kept.error().context + "; reading from the start");
    return {};
  }
  const Result<std::vector<std::string>> paths = list_files(options_.paths);
  if (!paths) return tl::unexpected<Error>(paths.error());
  std::vector<FileIdentity> files;
  for (const std::string& path : *paths) {
    Result<OpenFile> file = open_file(path);
    if (!file) continue;  // told when its turn comes
    files.push_back(std::move(file->identity));
  }
  const FileClaims claims = claim(*kept, files);
  for (const std::size_t index : claims.done) cursor_.done.push_back(files[index]);
  if (!kept->at) return {};
  if (!claims.at) {
    count_gap(fmt::format("{}: the file read last is not there any more; the others are read from their start",
                          kept->at->path));
    return {};
  }
  Result<OpenFile> file = open_file(files[*claims.at].path);
  if (!file) return tl::unexpected<Error>(file.error());
  resumed_.emplace(Next{std::move(*file), kept->offset});
  return {};
}

Result<std::optional<Reading::Next>> Reading::next_file() {
  if (resumed_) return std::exchange(resumed_, std::nullopt);
  Result<std::optional<OpenFile>> file = unread(options_.follow);
  if (!file) return tl::unexpected<Error>(file.error());
  if (!*file) return std::nullopt;
  return Next{std::move(**file), 0};
}

/// The first file in reading order that is neither behind us nor being read. While following, an empty one can wait:
/// whoever writes may still be at the old one.
Result<std::optional<OpenFile>> Reading::unread(bool with_bytes) {
  const Result<std::vector<std::string>> paths = list_files(options_.paths);
  if (!paths) return tl::unexpected<Error>(paths.error());
  listed_ = paths->size();
  for (const std::string& path : *paths) {
    Result<OpenFile> file = open_file(path);
    if (!file) {
      if (options_.follow) continue;  // gone again, or not yet readable: it is looked at again soon
      return tl::unexpected<Error>(file.error());
    }
    if (with_bytes && file->identity.head_bytes == 0) continue;
    if (!known(*file)) return std::optional<OpenFile>(std::move(*file));
  }
  return std::nullopt;
}

bool Reading::known(const OpenFile& file) const {
  const auto same = [&file](const FileIdentity& ours) {
    // Inode 0 stands for what was in a file before it was cut: a copy of that is not news.
    if (ours.inode == 0) return ours.head_bytes >= kHeadBytesEnough && has_head(file.identity, ours);
    return ours.device == file.identity.device && ours.inode == file.identity.inode && has_head(file.identity, ours);
  };
  if (cursor_.at) {
    // What is being read is held open, so its inode cannot have been given to another file.
    if (cursor_.at->device == file.identity.device && cursor_.at->inode == file.identity.inode) return true;
    // A copy of it, as copytruncate makes just before it cuts. A file that only begins alike soon grows past it.
    struct stat ours {};
    if (options_.follow && cursor_.at->head_bytes >= kHeadBytesEnough && has_head(file.identity, *cursor_.at) &&
        ::fstat(at_fd_.get(), &ours) == 0 && file.size <= static_cast<uint64_t>(ours.st_size)) {
      return true;
    }
  }
  return std::any_of(cursor_.done.begin(), cursor_.done.end(), same);
}

/// Reads one file to its end; when following, until another one takes its place.
Result<void> Reading::read(Next next) {
  const std::string path = next.file.identity.path;
  leave_file();
  cursor_.at = std::move(next.file.identity);
  cursor_.offset = 0;
  at_fd_ = std::move(next.file.fd);
  forget_rest();
  decoded_ = 0;
  cursor_set_ = true;
  outlet_.status().connected.store(true, std::memory_order_relaxed);

  Result<Inflate> bytes = Inflate::open(at_fd_.get(), path);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  if (next.offset > 0) {
    const Result<bool> there = bytes->skip_to(next.offset);
    if (!there) return tl::unexpected<Error>(there.error());
    if (*there) {
      decoded_ = cursor_.offset = next.offset;
    } else {
      count_gap(fmt::format("{}: shorter than what was read of it before; reading it from its start", path));
      bytes = Inflate::open(at_fd_.get(), path);
      if (!bytes) return tl::unexpected<Error>(bytes.error());
      const Result<bool> rewound = bytes->skip_to(0);
      if (!rewound) return tl::unexpected<Error>(rewound.error());
    }
  }
  for (;;) {
    const Result<bool> went_on = deliver_to_end(*bytes);
    if (!went_on) return tl::unexpected<Error>(went_on.error());
    if (!*went_on) return {};
    if (!options_.follow) {
      static_cast<void>(deliver_last_line());
      return {};
    }
    move_cursor();
    if (!flush()) return {};
    const Result<AtEnd> end = wait_at_end(*bytes);
    if (!end) return tl::unexpected<Error>(end.error());
    switch (*end) {
      case AtEnd::more: break;
      case AtEnd::stopped: return {};
      case AtEnd::next_file: static_cast<void>(deliver_last_line()); return {};
      case AtEnd::truncated: {
        count_gap(path + ": cut short while it was read; reading it from its start");
        const FileIdentity now = *cursor_.at;
        cursor_.at->inode = 0;
        leave_file();
        cursor_.at = now;
        refresh_head(at_fd_.get(), *cursor_.at);
        cursor_.offset = 0;
        decoded_ = 0;
        forget_rest();
        bytes = Inflate::open(at_fd_.get(), path);
        if (!bytes) return tl::unexpected<Error>(bytes.error());
        const Result<bool> rewound = bytes->skip_to(0);
        if (!rewound) return tl::unexpected<Error>(rewound.error());
        break;
      }
    }
  }
}

/// True at the end of what is there, false when stopped.
Result<bool> Reading::deliver_to_end(Inflate& bytes) {
  while (!stop_.stop_requested()) {
    const Result<std::size_t> got = bytes.read(batcher_.room(read_bytes_));
    if (!got) return tl::unexpected<Error>(got.error());
    if (*got == 0) return true;
    batcher_.took(*got);
    decoded_ += *got;
    if (!deliver()) break;
  }
  move_cursor();
  return false;
}

bool Reading::deliver() {
  for (;;) {
    const LineScanner::Line line = lines_.next(batcher_.unframed());
    if (line.what == Split::need_more) {
      batcher_.drop(line.whole);
      return true;
    }
    if (batcher_.full()) {
      move_cursor();
      if (!flush()) return false;
    }
    if (!take(line)) return false;
    cursor_.offset = decoded_ - batcher_.unframed().size();
  }
}

bool Reading::take(const LineScanner::Line& line) {
  if (line.what == Split::oversized) {
    batcher_.count_oversized();
    batcher_.drop(line.whole);
    return true;
  }
  if (pace_ && !wait_until_due(batcher_.unframed().substr(0, line.size))) return false;
  return batcher_.add_unframed(line.size, line.whole, stop_);
}

bool Reading::deliver_last_line() {
  const LineScanner::Line line = lines_.finish(batcher_.unframed());
  if (line.what != Split::need_more) {
    if (batcher_.full()) move_cursor();
    if (!take(line)) return false;
  }
  cursor_.offset = decoded_;
  move_cursor();
  return true;
}

bool Reading::wait_until_due(std::string_view frame) {
  const Clock& clock = outlet_.clock();
  const Mono due = pace_->due(options_.frame_time(frame), clock.mono());
  for (Mono now = clock.mono(); now < due; now = clock.mono()) {
    move_cursor();
    if (!batcher_.flush_if_due(stop_)) return false;
    // In steps, because the clock handed in need not run as the one that waits.
    Mono wake = std::min(due, now + 50ms);
    if (!batcher_.empty()) wake = std::min(wake, batcher_.due());
    const auto wait = std::chrono::duration_cast<std::chrono::microseconds>(wake - now) + 1us;
    if (!pause(stop_, wait)) return false;
  }
  return true;
}

Result<Reading::AtEnd> Reading::wait_at_end(const Inflate& bytes) {
  const bool grows = bytes.coding() == Coding::plain;
  struct stat seen {};
  while (pause(stop_, options_.poll)) {
    // Whether there is a next file is asked first: what was written to this one before that one appeared is then
    // seen by the look at this one's size.
    bool next_is_there = false;
    if (listed_ <= kFewFiles || ++looks_ % 10 == 0) {
      const Result<std::optional<OpenFile>> other = unread(true);
      if (!other) return tl::unexpected<Error>(other.error());
      next_is_there = other->has_value();
    }
    struct stat now {};
    if (::fstat(at_fd_.get(), &now) != 0) {
      return fail(ErrorCode::io, fmt::format("stat {}: {}", cursor_.at->path, std::generic_category().message(errno)));
    }
    const auto size = static_cast<uint64_t>(now.st_size);
    const bool touched = now.st_mtim.tv_sec != seen.st_mtim.tv_sec || now.st_mtim.tv_nsec != seen.st_mtim.tv_nsec;
    seen = now;
    if (grows && (size < bytes.file_offset() || (touched && !has_head(at_fd_.get(), *cursor_.at)))) {
      return AtEnd::truncated;
    }
    if (grows && size > bytes.file_offset()) return AtEnd::more;
    if (next_is_there) return AtEnd::next_file;
  }
  return AtEnd::stopped;
}

/// Puts the file that was read behind us.
void Reading::leave_file() {
  if (!cursor_.at) return;
  cursor_.done.push_back(std::move(*cursor_.at));
  cursor_.at.reset();
  if (cursor_.done.size() > kDoneKept) forget_gone();
}

/// What was read of an unfinished line does not belong to what is read next.
void Reading::forget_rest() {
  batcher_.drop(batcher_.unframed().size());
  lines_.reset();
}

/// A source that follows for months leaves many files behind it, most of them deleted since.
void Reading::forget_gone() {
  const Result<std::vector<std::string>> paths = list_files(options_.paths);
  if (!paths) return;
  std::set<std::pair<uint64_t, uint64_t>> there;
  for (const std::string& path : *paths) {
    struct stat about {};
    if (::stat(path.c_str(), &about) == 0) there.emplace(about.st_dev, about.st_ino);
  }
  const auto newest = cursor_.done.end() - static_cast<std::ptrdiff_t>(kDoneKept / 2);
  cursor_.done.erase(std::remove_if(cursor_.done.begin(), newest,
                                    [&there](const FileIdentity& file) {
                                      return !there.contains({file.device, file.inode});
                                    }),
                     newest);
}

void Reading::move_cursor() {
  // A file that was short when it was opened is better known by more of its head.
  if (cursor_.at->head_bytes < kHeadBytes && cursor_.offset > cursor_.at->head_bytes) {
    refresh_head(at_fd_.get(), *cursor_.at);
  }
  batcher_.set_cursor(encode(cursor_));
}

bool Reading::flush() { return batcher_.flush(stop_); }

}  // namespace

Result<std::unique_ptr<Source>> FileSource::open(FileSourceOptions options) {
  if (options.paths.empty()) return fail(ErrorCode::invalid_argument, "file source: no path given");
  if (options.pace < 0) return fail(ErrorCode::invalid_argument, "file source: pace must not be negative");
  if (options.pace > 0 && !options.frame_time) {
    return fail(ErrorCode::invalid_argument, "file source: a pace needs a way to tell the frames' times");
  }
  if (options.poll <= 0ms || options.poll > 100ms) {
    return fail(ErrorCode::invalid_argument, "file source: poll must be from 1 ms to 100 ms");
  }
  const Result<std::vector<std::string>> files = list_files(options.paths);
  if (!files) return tl::unexpected<Error>(files.error());
  if (!options.follow) {
    if (files->empty()) return fail(ErrorCode::not_found, "no file matches " + options.paths.front());
    for (const std::string& path : *files) {
      if (const Result<OpenFile> file = open_file(path); !file) return tl::unexpected<Error>(file.error());
    }
  }
  return std::unique_ptr<Source>(new FileSource(std::move(options)));
}

Result<void> FileSource::run(Outlet& outlet, std::stop_token stop) {
  Result<void> result = Reading(options_, outlet, std::move(stop)).run();
  outlet.status().connected.store(false, std::memory_order_relaxed);
  if (!result) outlet.status().failed.store(true, std::memory_order_relaxed);
  return result;
}

std::string FileSource::describe() const {
  return options_.paths.size() == 1 ? options_.paths.front()
                                    : fmt::format("{} and {} more", options_.paths.front(), options_.paths.size() - 1);
}

}  // namespace roomtone::ingest
