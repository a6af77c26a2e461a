#include "store/store.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/statistics.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <random>

#include "store/keys.hpp"
#include "store/records.hpp"

namespace roomtone::store {

namespace {

ErrorCode code_of(const rocksdb::Status& status) {
  if (status.IsCorruption()) return ErrorCode::corrupt;
  if (status.IsNotFound()) return ErrorCode::not_found;
  if (status.ToString().find("lock") != std::string::npos) return ErrorCode::unavailable;
  return ErrorCode::io;
}

tl::unexpected<Error> failed(const rocksdb::Status& status, const std::string& tried) {
  return fail(code_of(status), tried + ": " + status.ToString());
}

rocksdb::Options rocks_options(const StoreOptions& options) {
  rocksdb::Options rocks;
  rocks.create_if_missing = true;
  rocks.write_buffer_size = options.memtable_bytes;
  rocks.max_write_buffer_number = 3;
  rocks.max_total_wal_size = options.wal_bytes_max;
  rocks.recycle_log_file_num = 0;  // recycled logs cannot be told apart after a crash under the mode below
  // Refuses a log with a flipped bit instead of going back in time silently.
  rocks.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  rocks.max_background_jobs = 2;
  rocks.bytes_per_sync = 1u << 20;  // dirty pages go out bit by bit: a commit's sync does not wait for a flood
  rocks.wal_bytes_per_sync = 0;
  rocks.keep_log_file_num = 2;
  rocks.max_log_file_size = 1u << 20;
  rocks.compression = rocksdb::kLZ4Compression;
  rocks.paranoid_checks = true;
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_cache = rocksdb::NewLRUCache(options.cache_bytes);
  table.cache_index_and_filter_blocks = true;
  table.format_version = 5;
  rocks.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return rocks;
}

uint64_t random_u64() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32) | device();
}

/// A folder for what a secondary writes about itself, removed with it.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "roomtone-reader-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;  // a temporary folder that stays behind harms nobody
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

struct Store::Impl {
  std::unique_ptr<ScratchFolder> scratch;  // outlives db
  std::unique_ptr<rocksdb::DB> db;
  StoreOptions options;
  Meta meta;
  uint64_t journal_next = 0;           // first journal record not yet deleted
  uint64_t contributions_next = 0;     // likewise
  std::atomic<uint64_t> wal_bytes{0};  // read by whoever asks for stats

  [[nodiscard]] Result<std::optional<std::string>> get(const std::string& key) const {
    std::string value;
    const rocksdb::Status status = db->Get(rocksdb::ReadOptions(), key, &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return failed(status, "read the store");
    return std::optional<std::string>(std::move(value));
  }

  /// Visits every row from `from` that starts with `prefix`.
  template <typename Visit>
  [[nodiscard]] Result<void> scan(const std::string& from, const std::string& prefix, Visit visit) const {
    rocksdb::ReadOptions read;
    read.total_order_seek = true;
    const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(read));
    for (it->Seek(from); it->Valid() && it->key().starts_with(prefix); it->Next()) {
      const std::string_view key(it->key().data(), it->key().size());
      const std::string_view value(it->value().data(), it->value().size());
      if (auto visited = visit(key, value); !visited) return visited;
    }
    if (!it->status().ok()) return failed(it->status(), "scan the store");
    return {};
  }
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  const std::string name = options.folder.string();
  if (error) return fail(ErrorCode::io, "make the store's folder " + name + ": " + error.message());

  auto impl = std::make_unique<Impl>();
  impl->options = options;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(rocks_options(options), name, &db);
  if (!status.ok()) return failed(status, "open the store " + name);
  impl->db.reset(db);

  auto meta = impl->get(meta_key());
  if (!meta) return fail(std::move(meta.error()), name);
  if (meta->has_value()) {
    auto decoded = decode_meta(**meta);
    if (!decoded) return fail(std::move(decoded.error()), "open the store " + name);
    impl->meta = *decoded;
    impl->meta.format = kFormat;  // as the rows are that the next commit writes
    if (options.sketch_key && !(*options.sketch_key == decoded->sketch_key)) {
      return fail(ErrorCode::invalid_argument,
                  "open the store " + name +
                      ": it was made with another store.sketch_key; its voices cannot be merged with new ones");
    }
  } else {
    impl->meta.format = kFormat;
    impl->meta.epoch = random_u64() >> 11;  // below 2^53: exact in every JSON reader
    impl->meta.sketch_key = options.sketch_key.value_or(SipKey{random_u64(), random_u64()});
    rocksdb::WriteOptions write;
    write.sync = true;
    if (const auto put = impl->db->Put(write, meta_key(), encode_meta(impl->meta)); !put.ok())
      return failed(put, "write to the new store " + name);
  }
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<std::unique_ptr<Store>> Store::open_read_only(const std::filesystem::path& folder) {
  const std::string name = folder.string();
  if (!std::filesystem::exists(folder / "CURRENT"))
    return fail(ErrorCode::not_found,
                "no store in " + name + " (expected the folder that store.path of the configuration names)");
  auto impl = std::make_unique<Impl>();
  impl->options.folder = folder;
  impl->scratch = std::make_unique<ScratchFolder>();
  if (impl->scratch->path().empty()) return fail(ErrorCode::io, "make a temporary folder for reading " + name);
  rocksdb::Options rocks = rocks_options(impl->options);
  rocks.create_if_missing = false;
  rocks.max_open_files = -1;  // a secondary must hold on to files that the daemon deletes
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::OpenAsSecondary(rocks, name, impl->scratch->path().string(), &db);
  if (!status.ok()) return failed(status, "open the store " + name + " for reading");
  impl->db.reset(db);
  auto meta = impl->get(meta_key());
  if (!meta) return fail(std::move(meta.error()), name);
  if (!meta->has_value()) return fail(ErrorCode::corrupt, "open the store " + name + ": it has no meta row");
  auto decoded = decode_meta(**meta);
  if (!decoded) return fail(std::move(decoded.error()), "open the store " + name);
  impl->meta = *decoded;
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<Recovered> Store::recover() const {
  Recovered recovered;
  recovered.epoch = impl_->meta.epoch;
  recovered.sketch_key = impl_->meta.sketch_key;
  recovered.sequence = impl_->meta.sequence;
  recovered.global_seq = impl_->meta.global_seq;

  const auto all = [this](char family, auto visit) {
    const std::string prefix(1, family);
    return impl_->scan(prefix, prefix, visit);
  };
  auto done = all(kSourceFamily, [&](std::string_view key, std::string_view value) -> Result<void> {
    auto row = decode_source(key.substr(1), value);
    if (!row) return tl::unexpected(std::move(row.error()));
    recovered.sources.push_back(std::move(*row));
    return {};
  });
  if (!done) return tl::unexpected(std::move(done.error()));
  done = all(kRoomFamily, [&](std::string_view key, std::string_view value) -> Result<void> {
    auto row = decode_room(key.substr(1), value);
    if (!row) return tl::unexpected(std::move(row.error()));
    recovered.rooms.push_back(std::move(*row));
    return {};
  });
  if (!done) return tl::unexpected(std::move(done.error()));
  done = all(kJournalFamily, [&](std::string_view key, std::string_view value) -> Result<void> {
    auto record = decode_journal(trailing_number(key), value);
    if (!record) return tl::unexpected(std::move(record.error()));
    recovered.journal.push_back(std::move(*record));
    return {};
  });
  if (!done) return tl::unexpected(std::move(done.error()));
  done = all(kContributionFamily, [&](std::string_view key, std::string_view value) -> Result<void> {
    auto row = decode_contributions(value);
    if (!row) return tl::unexpected(std::move(row.error()));
    recovered.contributions.emplace_back(trailing_number(key), std::move(*row));
    return {};
  });
  if (!done) return tl::unexpected(std::move(done.error()));

  impl_->journal_next = recovered.journal.empty() ? recovered.sequence + 1 : recovered.journal.front().sequence;
  impl_->contributions_next =
      recovered.contributions.empty() ? recovered.sequence + 1 : recovered.contributions.front().first;
  return recovered;
}

Result<Recovered> Store::recover_room(std::string_view key) const {
  Recovered recovered;
  auto value = impl_->get(room_key(key));
  if (!value) return tl::unexpected(std::move(value.error()));
  if (value->has_value()) {
    auto row = decode_room(key, **value);
    if (!row) return tl::unexpected(std::move(row.error()));
    recovered.rooms.push_back(std::move(*row));
  }
  const std::string prefix(1, kJournalFamily);
  auto done = impl_->scan(prefix, prefix, [&](std::string_view row_key, std::string_view row) -> Result<void> {
    auto record = decode_journal(trailing_number(row_key), row);
    if (!record) return tl::unexpected(std::move(record.error()));
    recovered.journal.push_back(std::move(*record));
    return {};
  });
  if (!done) return tl::unexpected(std::move(done.error()));
  return recovered;
}

Result<void> Store::write(const Commit& commit) {
  rocksdb::WriteBatch batch;
  const auto put = [&batch](const std::string& key, const std::string& value) { batch.Put(key, value); };

  if (commit.journal_from <= commit.sequence && (!commit.deltas.empty() || !commit.advances.empty()))
    put(journal_key(commit.sequence), encode_journal(commit));
  // In the order of their keys, so that the memtable finds each place beside the one before.
  std::vector<std::pair<std::string, const PaneRow*>> panes;
  panes.reserve(commit.panes.size());
  for (const PaneRow& row : commit.panes) panes.emplace_back(pane_key(row.key, row.tier, row.index), &row);
  std::ranges::sort(panes);
  for (const auto& [key, row] : panes) put(key, encode_pane(*row));
  for (const RoomRow& row : commit.rooms) put(room_key(row.key), encode_room(row));
  for (const SourceRow& row : commit.sources) put(source_key(row.name), encode_source(row));
  if (!commit.contributions.empty()) put(contribution_key(commit.sequence), encode_contributions(commit.contributions));
  // Each journal and contribution row is put once and deleted once, so single deletes do: inside one memtable
  // they cancel out before anything reaches a file.
  const uint64_t journal_end = std::min(commit.journal_from, commit.sequence);
  for (; impl_->journal_next < journal_end; ++impl_->journal_next) batch.SingleDelete(journal_key(impl_->journal_next));
  const uint64_t contributions_end = std::min(commit.contributions_from, commit.sequence);
  for (; impl_->contributions_next < contributions_end; ++impl_->contributions_next)
    batch.SingleDelete(contribution_key(impl_->contributions_next));

  Meta meta = impl_->meta;
  meta.sequence = commit.sequence;
  meta.global_seq = commit.global_seq;
  put(meta_key(), encode_meta(meta));

  rocksdb::WriteOptions write;
  write.sync = impl_->options.sync;
  impl_->wal_bytes += batch.GetDataSize();
  if (const auto status = impl_->db->Write(write, &batch); !status.ok())
    return failed(status, "write commit " + std::to_string(commit.sequence) + " to " + impl_->options.folder.string());
  impl_->meta = meta;
  return {};
}

Result<std::optional<StoredRollup>> Store::load(std::string_view key, Tier tier, SpanIndex index) const {
  auto value = impl_->get(pane_key(key, tier, index));
  if (!value) return tl::unexpected(std::move(value.error()));
  if (!value->has_value()) return std::optional<StoredRollup>();
  auto stored = decode_pane(index, **value);
  if (!stored) return fail(std::move(stored.error()), "room '" + std::string(key) + "'");
  return std::optional<StoredRollup>(std::move(*stored));
}

Result<std::vector<StoredRollup>> Store::load_range(std::string_view key, Tier tier, SpanIndex from,
                                                    SpanIndex to) const {
  std::vector<StoredRollup> rows;
  auto done = visit_range(key, tier, from, to, [&rows](StoredRollup&& row) -> Result<void> {
    rows.push_back(std::move(row));
    return {};
  });
  if (!done) return tl::unexpected(std::move(done.error()));
  return rows;
}

Result<void> Store::visit_range(std::string_view key, Tier tier, SpanIndex from, SpanIndex to,
                                const VisitRollup& visit) const {
  const std::string first = pane_key(key, tier, from);
  const std::string end = pane_key(key, tier, to);
  const rocksdb::Slice upper(end);
  rocksdb::ReadOptions read;
  read.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> it(impl_->db->NewIterator(read));
  for (it->Seek(first); it->Valid(); it->Next()) {
    const std::string_view row_key(it->key().data(), it->key().size());
    auto stored = decode_pane(pane_index(row_key), {it->value().data(), it->value().size()});
    if (!stored) return fail(std::move(stored.error()), "room '" + std::string(key) + "'");
    if (auto visited = visit(std::move(*stored)); !visited) return visited;
  }
  if (!it->status().ok()) return failed(it->status(), "scan the store");
  return {};
}

StoreStats Store::stats() const {
  StoreStats stats;
  impl_->db->GetIntProperty("rocksdb.estimate-live-data-size", &stats.live_bytes);
  impl_->db->GetIntProperty("rocksdb.estimate-pending-compaction-bytes", &stats.compaction_pending_bytes);
  stats.wal_bytes = impl_->wal_bytes;
  return stats;
}

}  // namespace roomtone::store
