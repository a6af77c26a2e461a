#include "store/store.hpp"

#include <rocksdb/db.h>
#include <rocksdb/utilities/checkpoint.h>

#include "store/store_impl.hpp"

// Opening is in open.cpp, what a restart reads in recover.cpp, a commit in write_commit.cpp, and rollups are loaded in
// pane_rows.cpp. Here is what looks at the store as a whole.

namespace roomtone::store {

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<Checkpoint> Store::checkpoint(const std::filesystem::path& folder) {
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(&impl_->database.rocks(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  // Zero: flush whatever is in the log, so that no log that is being written is part of the copy.
  if (status.ok()) status = checkpoint->CreateCheckpoint(folder.string(), 0);
  if (!status.ok()) return failed(status, "make a checkpoint of the store in " + folder.string());
  auto opened = open_read_only(folder);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  return Checkpoint{(*opened)->impl_->meta.epoch, (*opened)->impl_->meta.sequence};
}

Result<void> Store::verify_checksums() const {
  if (const auto status = impl_->database.rocks().VerifyChecksum(); !status.ok())
    return failed(status, "verify the store's checksums");
  return {};
}

std::optional<Error> Store::failure() const { return impl_->database.failure(); }

std::optional<uint64_t> Store::acknowledged() const { return impl_->acknowledged; }

SipKey Store::sketch_key() const { return impl_->meta.sketch_key; }

StoreStats Store::stats() const {
  rocksdb::DB& rocks = impl_->database.rocks();
  StoreStats stats;
  rocks.GetIntProperty("rocksdb.estimate-live-data-size", &stats.live_bytes);
  rocks.GetIntProperty("rocksdb.estimate-pending-compaction-bytes", &stats.compaction_pending_bytes);
  rocks.GetIntProperty("rocksdb.total-sst-files-size", &stats.disk_bytes);
  stats.wal_bytes = impl_->wal_bytes;
  return stats;
}

}  // namespace roomtone::store
