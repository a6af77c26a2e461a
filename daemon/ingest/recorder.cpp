#include "ingest/recorder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <utility>

#include "ingest/file_descriptor.hpp"
#include "ingest/pause.hpp"
#include "model/recorded_frame.hpp"

namespace roomtone::ingest {
namespace {

namespace fs = std::filesystem;

constexpr int kLevel = 3;
constexpr std::size_t kGatherBytes = 1024 * 1024;  // of lines in one zstd frame
constexpr std::string_view kPart = ".part";
constexpr std::string_view kEnding = ".jsonl.zst";

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(ErrorCode::io, std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

/// The length of the whole zstd frames at the front of a file.
std::size_t whole_frames(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t size = ::ZSTD_findFrameCompressedSize(bytes.data() + at, bytes.size() - at);
    if (::ZSTD_isError(size) != 0) break;
    at += size;
  }
  return at;
}

}  // namespace

/// The segments that are whole, oldest first, and how much they and the open ones take. Shared by the tracks.
class Recorder::Shelf {
 public:
  Shelf(std::size_t bytes_max, RecorderStatus& status) : bytes_max_(bytes_max), status_(status) {}

  Result<void> load(const fs::path& folder, const std::vector<RecordedSource>& sources) {
    try {
      for (const RecordedSource& source : sources) {
        fs::create_directories(folder / source.name);
        for (const fs::directory_entry& entry : fs::directory_iterator(folder / source.name)) finish(entry.path());
      }
    } catch (const fs::filesystem_error& error) {
      return fail(ErrorCode::io, "record to " + folder.string() + ": " + error.code().message());
    }
    std::ranges::sort(whole_, {}, [](const Segment& segment) { return segment.path.filename(); });
    make_room();
    return {};
  }

  void add(const fs::path& path, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    whole_.push_back({path, bytes});
    ++status_.segments;
  }
  /// Of a segment being written.
  void grow(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    status_.bytes += bytes;
    make_room();
  }

 private:
  struct Segment {
    fs::path path;
    std::size_t bytes;
  };

  /// A file that an earlier run left: whole, or being written when that ended.
  void finish(fs::path path) {
    std::string name = path.filename().string();
    if (name.ends_with(kPart)) {
      const std::size_t whole = whole_frames(path);
      if (whole == 0) {
        fs::remove(path);
        return;
      }
      fs::resize_file(path, whole);
      name.resize(name.size() - kPart.size());
      fs::rename(path, path.parent_path() / name);
      path = path.parent_path() / name;
    }
    if (!name.ends_with(kEnding)) return;
    whole_.push_back({path, static_cast<std::size_t>(fs::file_size(path))});
    status_.bytes += whole_.back().bytes;
    ++status_.segments;
  }

  void make_room() {
    while (status_.bytes > bytes_max_ && !whole_.empty()) {
      std::error_code ignored;  // gone already: somebody has moved it away, which is as good
      fs::remove(whole_.front().path, ignored);
      status_.bytes -= whole_.front().bytes;
      --status_.segments;
      ++status_.segments_removed;
      whole_.pop_front();
    }
  }

  const std::size_t bytes_max_;
  RecorderStatus& status_;
  std::mutex mutex_;
  std::deque<Segment> whole_;
};

/// The recording of one source. Filled by its thread and flushed by another, so guarded.
class Recorder::Track {
 public:
  Track(const RecorderOptions& options, const RecordedSource& source, Shelf& shelf, RecorderStatus& status)
      : options_(options), source_(source), shelf_(shelf), status_(status), context_(::ZSTD_createCCtx()) {}
  Track(const Track&) = delete;
  Track& operator=(const Track&) = delete;
  ~Track() {
    if (flush()) close();
    ::ZSTD_freeCCtx(context_);
  }

  void take(const Batch& batch) {
    const std::lock_guard lock(mutex_);
    if (failed_) return;
    const Instant seen = source_.stamped ? batch.arrival : kNoInstant;
    if (bytes_ > 0 && batch.arrival - begun_ > options_.segment_time) finish();
    const std::size_t gather = std::min(kGatherBytes, options_.segment_bytes);
    for (const Batch::Span span : batch.frames) {
      if (begun_ == kNoInstant) begun_ = batch.arrival;
      append_recorded(seen, batch.frame(span), lines_);
      if (lines_.size() >= gather) keep(flush());
      if (bytes_ >= options_.segment_bytes) finish();
    }
    status_.frames += batch.frames.size();
  }

  void write_out(bool sync) {
    const std::lock_guard lock(mutex_);
    if (failed_) return;
    keep(flush());
    if (sync && fd_ && ::fdatasync(fd_->get()) != 0) keep(fail(ErrorCode::io, std::strerror(errno)));
  }

 private:
  void finish() {
    keep(flush());
    close();
  }
  void keep(const Result<void>& done) {
    if (done || failed_) return;
    failed_ = true;
    lines_ = {};
    ++status_.failed;
    if (options_.notice) options_.notice("source '" + source_.name + "' is recorded no more: " + done.error().context);
  }

  /// What has gathered, as one zstd frame.
  Result<void> flush() {
    if (lines_.empty() || failed_) return {};
    if (!fd_) {
      if (auto opened = open(); !opened) return opened;
    }
    packed_.resize(::ZSTD_compressBound(lines_.size()));
    const std::size_t size =
        ::ZSTD_compressCCtx(context_, packed_.data(), packed_.size(), lines_.data(), lines_.size(), kLevel);
    if (::ZSTD_isError(size) != 0) return fail(ErrorCode::io, ::ZSTD_getErrorName(size));
    lines_.clear();
    bytes_ += size;
    if (auto written = write_all(fd_->get(), std::string_view(packed_).substr(0, size)); !written) {
      return fail(std::move(written.error()), "write " + part_.string());
    }
    shelf_.grow(size);
    return {};
  }

  Result<void> open() {
    // Sorts by time; a clock that was set back must not overwrite what is there.
    for (int64_t us = micros(begun_);; ++us) {
      whole_ = options_.folder / source_.name / fmt::format("{:016}{}", us, kEnding);
      part_ = whole_;
      part_ += kPart;
      std::error_code ignored;
      if (fs::exists(whole_, ignored)) continue;
      const int fd = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
      if (fd < 0 && errno == EEXIST) continue;
      if (fd < 0) return fail(ErrorCode::io, "make " + part_.string() + ": " + std::strerror(errno));
      fd_.emplace(fd);
      return {};
    }
  }

  void close() {
    if (!fd_) return;
    const bool synced = ::fdatasync(fd_->get()) == 0;
    fd_.reset();
    std::error_code error;
    fs::rename(part_, whole_, error);
    if (!synced || error) keep(fail(ErrorCode::io, "finish " + part_.string()));
    shelf_.add(whole_, bytes_);
    bytes_ = 0;
    begun_ = kNoInstant;
  }

  const RecorderOptions& options_;
  const RecordedSource& source_;
  Shelf& shelf_;
  RecorderStatus& status_;
  std::mutex mutex_;
  ::ZSTD_CCtx* const context_;
  std::string lines_;   // not written yet
  std::string packed_;  // scratch
  std::optional<FileDescriptor> fd_;
  fs::path part_;
  fs::path whole_;
  Instant begun_ = kNoInstant;  // when the first frame of the segment was seen
  std::size_t bytes_ = 0;       // of the segment
  bool failed_ = false;
};

Recorder::Recorder(RecorderOptions options)
    : options_(std::move(options)), shelf_(std::make_unique<Shelf>(options_.bytes_max, status_)) {}
Recorder::~Recorder() = default;

Result<std::unique_ptr<Recorder>> Recorder::open(RecorderOptions options) {
  std::unique_ptr<Recorder> recorder(new Recorder(std::move(options)));
  const RecorderOptions& kept = recorder->options_;
  if (auto loaded = recorder->shelf_->load(kept.folder, kept.sources); !loaded) return tl::unexpected(loaded.error());
  for (const RecordedSource& source : kept.sources) {
    recorder->tracks_.push_back(std::make_unique<Track>(kept, source, *recorder->shelf_, recorder->status_));
  }
  return recorder;
}

void Recorder::take(const Batch& batch) { tracks_.at(static_cast<std::size_t>(batch.source))->take(batch); }

void Recorder::run(const std::stop_token& stop) {
  while (pause(stop, options_.flush_every)) {
    for (const auto& track : tracks_) track->write_out(false);
  }
}

void Recorder::sync() {
  for (const auto& track : tracks_) track->write_out(true);
}

}  // namespace roomtone::ingest
