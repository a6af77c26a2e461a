#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>

namespace roomtone::test {

/// A disk under RocksDB that loses power: from a given operation on nothing reaches it any more, and of what was
/// written before but not synced each file keeps a random part. Names are not lost (renames and deletions count as
/// synced), which is kinder than a real disk may be.
class PowerCutDisk final : public rocksdb::FileSystemWrapper {
 public:
  PowerCutDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  [[nodiscard]] const char* Name() const override { return "PowerCutDisk"; }

  /// The power goes with the n-th write or sync from now.
  void cut_after(uint64_t operations) {
    const std::lock_guard lock(mutex_);
    left_ = operations;
  }
  [[nodiscard]] bool dead() const {
    const std::lock_guard lock(mutex_);
    return dead_;
  }

  /// Power again, once everything that used the disk is gone. Returns how many bytes were lost.
  uint64_t restart(std::mt19937_64& random) {
    const std::lock_guard lock(mutex_);
    uint64_t lost = 0;
    for (auto& [name, file] : files_) {
      if (file.synced == file.written) continue;
      const uint64_t keeps = file.synced + random() % (file.written - file.synced + 1);
      if (::truncate(name.c_str(), static_cast<off_t>(keeps)) == 0) lost += file.written - keeps;
    }
    files_.clear();
    dead_ = false;
    left_ = kNever;
    return lost;
  }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    // A dead disk takes everything and keeps nothing: errors would have RocksDB's assertions end the test.
    if (dead()) {
      *file = std::make_unique<Nowhere>();
      return rocksdb::IOStatus::OK();
    }
    std::unique_ptr<rocksdb::FSWritableFile> real;
    auto status = target()->NewWritableFile(name, options, &real, debug);
    if (!status.ok()) return status;
    {
      const std::lock_guard lock(mutex_);
      files_[name] = {};
    }
    *file = std::make_unique<File>(std::move(real), *this, name);
    return status;
  }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (dead()) return rocksdb::IOStatus::OK();
    const std::lock_guard lock(mutex_);
    if (const auto found = files_.find(from); found != files_.end()) {
      files_[to] = found->second;
      files_.erase(found);
    }
    return target()->RenameFile(from, to, options, debug);
  }
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (dead()) return rocksdb::IOStatus::OK();
    const std::lock_guard lock(mutex_);
    files_.erase(name);
    return target()->DeleteFile(name, options, debug);
  }

 private:
  static constexpr uint64_t kNever = UINT64_MAX;
  struct Extent {
    uint64_t written = 0;
    uint64_t synced = 0;
  };

  class Nowhere final : public rocksdb::FSWritableFile {
   public:
    using rocksdb::FSWritableFile::Append;
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& /*options*/,
                             rocksdb::IODebugContext* /*debug*/) override {
      size_ += data.size();
      return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Close(const rocksdb::IOOptions& /*options*/, rocksdb::IODebugContext* /*debug*/) override {
      return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Flush(const rocksdb::IOOptions& /*options*/, rocksdb::IODebugContext* /*debug*/) override {
      return rocksdb::IOStatus::OK();
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& /*options*/, rocksdb::IODebugContext* /*debug*/) override {
      return rocksdb::IOStatus::OK();
    }
    uint64_t GetFileSize(const rocksdb::IOOptions& /*options*/, rocksdb::IODebugContext* /*debug*/) override {
      return size_;
    }

   private:
    uint64_t size_ = 0;
  };

  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> real, PowerCutDisk& disk, std::string name)
        : FSWritableFileOwnerWrapper(std::move(real)), disk_(disk), name_(std::move(name)) {}
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      if (!disk_.operate()) return rocksdb::IOStatus::OK();
      auto status = target()->Append(data, options, debug);
      const std::lock_guard lock(disk_.mutex_);
      if (const auto found = disk_.files_.find(name_); status.ok() && found != disk_.files_.end())
        found->second.written += data.size();
      return status;
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo& /*checksum*/,
                             rocksdb::IODebugContext* debug) override {
      return Append(data, options, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      if (!disk_.operate()) return rocksdb::IOStatus::OK();
      // Not really synced: the test's machine keeps its power.
      auto status = target()->Flush(options, debug);
      const std::lock_guard lock(disk_.mutex_);
      if (const auto found = disk_.files_.find(name_); found != disk_.files_.end())
        found->second.synced = found->second.written;
      return status;
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
      return Sync(options, debug);
    }
    rocksdb::IOStatus Truncate(uint64_t size, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
      // RocksDB gives back what it had allocated beyond the end.
      return disk_.dead() ? rocksdb::IOStatus::OK() : target()->Truncate(size, options, debug);
    }

   private:
    PowerCutDisk& disk_;
    const std::string name_;
  };

  /// Whether the next operation reaches the disk.
  bool operate() {
    const std::lock_guard lock(mutex_);
    if (left_ != kNever && left_-- == 0) {
      dead_ = true;
      left_ = kNever;
    }
    return !dead_;
  }

  mutable std::mutex mutex_;
  std::map<std::string, Extent> files_;
  uint64_t left_ = kNever;
  bool dead_ = false;
};

}  // namespace roomtone::test
