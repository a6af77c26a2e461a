#include "store/store.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/statistics.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/utilities/table_properties_collectors.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>
#include <random>

#include "model/key.hpp"
#include "store/acked_mark.hpp"
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

/// Hears of what fails in RocksDB's own threads, as it fails: writes of commits may go on for long after a table could
/// not be written. The first failure stays.
class BackgroundFailures final : public rocksdb::EventListener {
 public:
  explicit BackgroundFailures(std::function<void()> on_failure) : on_failure_(std::move(on_failure)) {}

  void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status* status) override {
    {
      const std::lock_guard lock(mutex_);
      if (first_) return;
      first_ = Error{ErrorCode::io, "write the store in the background: " + status->ToString()};
    }
    if (on_failure_) on_failure_();
  }
  [[nodiscard]] std::optional<Error> first() const {
    const std::lock_guard lock(mutex_);
    return first_;
  }

 private:
  const std::function<void()> on_failure_;
  mutable std::mutex mutex_;
  std::optional<Error> first_;
};

/// RocksDB's own log, for a disk that must not be written.
class NoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

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
  rocks.max_bgerror_resume_count = 0;  // what failed once is not tried again in place
  // Small steps, so that a compaction under way when space runs out ends within the reserve.
  rocks.target_file_size_base = 16u << 20;
  rocks.max_bytes_for_level_base = 64u << 20;
  rocks.max_compaction_bytes = 128u << 20;
  // What retention deletes is given back: files that are mostly deletions are compacted soon.
  rocks.table_properties_collector_factories.push_back(rocksdb::NewCompactOnDeletionCollectorFactory(4096, 2048));
  if (options.env != nullptr) rocks.env = options.env;
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

uint64_t new_epoch() { return random_u64() >> 11; }  // below 2^53: exact in every JSON reader

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
  std::unique_ptr<ScratchFolder> scratch;        // outlives db
  std::shared_ptr<BackgroundFailures> failures;  // when writing
  std::unique_ptr<rocksdb::DB> db;
  std::unique_ptr<AckedMark> mark;  // when writing, and syncing
  std::optional<uint64_t> acknowledged;
  int64_t forgotten_said = 0;
  StoreOptions options;
  Meta meta;
  uint64_t journal_next = 0;           // first journal record not yet deleted
  uint64_t contributions_next = 0;     // likewise
  uint64_t requests_next = 0;          // likewise
  std::atomic<uint64_t> wal_bytes{0};  // read by whoever asks for stats

  [[nodiscard]] Result<std::optional<std::string>> get(const std::string& key) const {
    std::string value;
    const rocksdb::Status status = db->Get(rocksdb::ReadOptions(), key, &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return failed(status, "read the store");
    return std::optional<std::string>(std::move(value));
  }

  /// The meta row; nothing in a store that was never begun.
  [[nodiscard]] Result<std::optional<Meta>> read_meta() const {
    auto value = get(meta_key());
    if (!value) return tl::unexpected(std::move(value.error()));
    if (!value->has_value()) return std::optional<Meta>();
    auto decoded = decode_meta(**value);
    if (!decoded) return tl::unexpected(std::move(decoded.error()));
    return std::optional(*decoded);
  }

  [[nodiscard]] Result<void> write_meta() const {
    rocksdb::WriteOptions write;
    write.sync = true;
    if (const auto put = db->Put(write, meta_key(), encode_meta(meta)); !put.ok())
      return failed(put, "write the store's meta row");
    return {};
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

namespace {

/// Whether the store is the one that the mark speaks of, and has reached it.
Result<void> check_mark(const std::string& name, const std::optional<Mark>& mark, const std::optional<Meta>& meta) {
  if (!mark) return {};
  if (!meta || meta->epoch != mark->epoch) {
    return fail(ErrorCode::corrupt,
                "open the store " + name +
                    ": its files are not those of the acknowledged mark beside them (ACKED); restore a "
                    "backup with 'roomtone restore', or see 'roomtone recover'");
  }
  if (meta->sequence < mark->sequence) {
    return fail(ErrorCode::corrupt, "open the store " + name + ": it ends at commit " + std::to_string(meta->sequence) +
                                        ", but commit " + std::to_string(mark->sequence) +
                                        " was acknowledged. 'roomtone recover --data " + name +
                                        "' says what is missing; with --rewind it goes on from there");
  }
  return {};
}

tl::unexpected<Error> open_failed(const rocksdb::Status& status, const std::string& name) {
  auto error = failed(status, "open the store " + name);
  if (error.value().code == ErrorCode::corrupt)
    error.value().context += ". 'roomtone recover --data " + name + "' says what can be saved";
  return error;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  const std::string name = options.folder.string();
  if (error) return fail(ErrorCode::io, "make the store's folder " + name + ": " + error.message());

  // Read first: what is acknowledged while we open is of another process, which holds the store then.
  auto mark = AckedMark::read(options.folder);
  if (!mark) return fail(std::move(mark.error()), "open the store " + name);

  auto impl = std::make_unique<Impl>();
  impl->options = options;
  if (*mark) impl->acknowledged = (*mark)->sequence;
  rocksdb::Options rocks = rocks_options(options);
  impl->failures = std::make_shared<BackgroundFailures>(options.on_failure);
  rocks.listeners.push_back(impl->failures);
  // A store of which commits were acknowledged is never begun anew because its files are gone.
  if (*mark && !std::filesystem::exists(options.folder / "CURRENT", error)) {
    auto gone = check_mark(name, *mark, std::nullopt);
    return tl::unexpected(std::move(gone.error()));
  }
  rocksdb::DB* db = nullptr;
  if (const auto status = rocksdb::DB::Open(rocks, name, &db); !status.ok()) return open_failed(status, name);
  impl->db.reset(db);

  auto meta = impl->read_meta();
  if (!meta) return fail(std::move(meta.error()), "open the store " + name);
  if (auto checked = check_mark(name, *mark, *meta); !checked) return tl::unexpected(std::move(checked.error()));
  if (*meta) {
    impl->meta = **meta;
    impl->meta.format = kFormat;  // as the rows are that the next commit writes
    if (options.sketch_key && !(*options.sketch_key == impl->meta.sketch_key)) {
      return fail(ErrorCode::invalid_argument,
                  "open the store " + name +
                      ": it was made with another store.sketch_key; its voices cannot be merged with new ones");
    }
  } else {
    impl->meta.format = kFormat;
    impl->meta.epoch = new_epoch();
    impl->meta.sketch_key = options.sketch_key.value_or(SipKey{random_u64(), random_u64()});
    if (auto written = impl->write_meta(); !written) return fail(std::move(written.error()), "begin the store " + name);
  }
  if (options.sync) {
    auto opened = AckedMark::open(options.folder, {impl->meta.epoch, impl->meta.sequence});
    if (!opened) return fail(std::move(opened.error()), "open the store " + name);
    impl->mark = std::move(*opened);
  }
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<std::unique_ptr<Store>> Store::open_read_only(const std::filesystem::path& folder) {
  return open_to_read(folder, Reading::follow);
}

Result<std::unique_ptr<Store>> Store::open_unwritable(const std::filesystem::path& folder) {
  return open_to_read(folder, Reading::alone);
}

Result<std::unique_ptr<Store>> Store::look_until_damage(const std::filesystem::path& folder) {
  return open_to_read(folder, Reading::until_damage);
}

Result<std::unique_ptr<Store>> Store::open_to_read(const std::filesystem::path& folder, Reading reading) {
  const std::string name = folder.string();
  if (!std::filesystem::exists(folder / "CURRENT"))
    return fail(ErrorCode::not_found,
                "no store in " + name + " (expected the folder that store.path of the configuration names)");
  // Before the store: a daemon that writes meanwhile only brings it further ahead of the mark.
  auto mark = AckedMark::read(folder);
  if (!mark && reading != Reading::until_damage) return fail(std::move(mark.error()), "open the store " + name);
  auto impl = std::make_unique<Impl>();
  impl->options.folder = folder;
  if (mark && *mark) impl->acknowledged = (*mark)->sequence;
  rocksdb::Options rocks = rocks_options(impl->options);
  rocks.create_if_missing = false;
  rocksdb::DB* db = nullptr;
  rocksdb::Status status;
  if (reading == Reading::follow) {
    impl->scratch = std::make_unique<ScratchFolder>();
    if (impl->scratch->path().empty()) return fail(ErrorCode::io, "make a temporary folder for reading " + name);
    rocks.max_open_files = -1;  // a secondary must hold on to files that the daemon deletes
    status = rocksdb::DB::OpenAsSecondary(rocks, name, impl->scratch->path().string(), &db);
  } else {
    rocks.info_log = std::make_shared<NoLog>();
    if (reading == Reading::until_damage) rocks.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    status = rocksdb::DB::OpenForReadOnly(rocks, name, &db);
  }
  if (!status.ok()) return open_failed(status, name);
  impl->db.reset(db);
  auto meta = impl->read_meta();
  if (!meta) return fail(std::move(meta.error()), "open the store " + name);
  if (reading != Reading::until_damage) {
    if (auto checked = check_mark(name, *mark, *meta); !checked) return tl::unexpected(std::move(checked.error()));
  }
  if (!*meta) return fail(ErrorCode::corrupt, "open the store " + name + ": it has no meta row");
  impl->meta = **meta;
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

Result<void> Store::rewind(const std::filesystem::path& folder) { return begin_anew(folder, true); }
Result<void> Store::renew(const std::filesystem::path& folder) { return begin_anew(folder, false); }

Result<void> Store::begin_anew(const std::filesystem::path& folder, bool rewind) {
  const std::string name = folder.string();
  Impl impl;
  impl.options.folder = folder;
  rocksdb::Options rocks = rocks_options(impl.options);
  rocks.create_if_missing = false;
  if (rewind) rocks.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  rocksdb::DB* db = nullptr;
  if (const auto status = rocksdb::DB::Open(rocks, name, &db); !status.ok()) return open_failed(status, name);
  impl.db.reset(db);
  auto meta = impl.read_meta();
  if (!meta) return fail(std::move(meta.error()), "open the store " + name);
  if (!*meta) return fail(ErrorCode::corrupt, "open the store " + name + ": it has no meta row");
  impl.meta = **meta;
  impl.meta.epoch = new_epoch();
  // The mark first: with the old one, a store of a new epoch would be refused, and with the new one an old epoch is;
  // either way a crash in between is seen, and the command is given again.
  auto mark = AckedMark::open(folder, {impl.meta.epoch, impl.meta.sequence});
  if (!mark) return fail(std::move(mark.error()), name);
  if (auto written = impl.write_meta(); !written) return fail(std::move(written.error()), name);
  return {};
}

Result<Recovered> Store::recover() const {
  Recovered recovered;
  recovered.epoch = impl_->meta.epoch;
  recovered.sketch_key = impl_->meta.sketch_key;
  recovered.sequence = impl_->meta.sequence;
  recovered.global_seq = impl_->meta.global_seq;

  auto forgotten = impl_->get(forgotten_key());
  if (!forgotten) return tl::unexpected(std::move(forgotten.error()));
  if (forgotten->has_value()) {
    auto said = decode_forgotten(**forgotten);
    if (!said) return tl::unexpected(std::move(said.error()));
    recovered.forgotten_said = *said;
  }
  impl_->forgotten_said = recovered.forgotten_said;

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
  done = all(kProducerFamily, [&](std::string_view key, std::string_view value) -> Result<void> {
    auto row = decode_producer(key, value);
    if (!row) return tl::unexpected(std::move(row.error()));
    recovered.producers.push_back(std::move(*row));
    return {};
  });
  if (!done) return tl::unexpected(std::move(done.error()));
  done = all(kRequestFamily, [&](std::string_view key, std::string_view value) -> Result<void> {
    auto row = decode_requests(value);
    if (!row) return tl::unexpected(std::move(row.error()));
    recovered.requests.emplace_back(trailing_number(key), std::move(*row));
    return {};
  });
  if (!done) return tl::unexpected(std::move(done.error()));

  impl_->journal_next = recovered.journal.empty() ? recovered.sequence + 1 : recovered.journal.front().sequence;
  impl_->contributions_next =
      recovered.contributions.empty() ? recovered.sequence + 1 : recovered.contributions.front().first;
  impl_->requests_next = recovered.requests.empty() ? recovered.sequence + 1 : recovered.requests.front().first;
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
  // Before all that is put: a row that retention takes away may come back in the same commit.
  for (const ForgottenRow& row : commit.forgotten) batch.Delete(pane_key(row.key, row.tier, row.index));
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
  for (const ProducerRow& row : commit.producers) {
    const std::string key = producer_key(row.source, row.position.producer);
    if (row.position.heard == kNoInstant) {
      batch.Delete(key);
    } else {
      put(key, encode_producer(row.position));
    }
  }
  if (!commit.requests.empty()) put(request_key(commit.sequence), encode_requests(commit.requests));
  // Each journal, contribution and request row is put once and deleted once, so single deletes do: inside one memtable
  // they cancel out before anything reaches a file.
  const uint64_t journal_end = std::min(commit.journal_from, commit.sequence);
  for (; impl_->journal_next < journal_end; ++impl_->journal_next) batch.SingleDelete(journal_key(impl_->journal_next));
  const uint64_t contributions_end = std::min(commit.contributions_from, commit.sequence);
  for (; impl_->contributions_next < contributions_end; ++impl_->contributions_next)
    batch.SingleDelete(contribution_key(impl_->contributions_next));
  const uint64_t requests_end = std::min(commit.requests_from, commit.sequence);
  for (; impl_->requests_next < requests_end; ++impl_->requests_next)
    batch.SingleDelete(request_key(impl_->requests_next));

  Meta meta = impl_->meta;
  meta.sequence = commit.sequence;
  meta.global_seq = commit.global_seq;
  put(meta_key(), encode_meta(meta));

  const int64_t forgotten_said = impl_->forgotten_said + commit.forgotten_said;
  if (commit.forgotten_said != 0) put(forgotten_key(), encode_forgotten(forgotten_said));

  rocksdb::WriteOptions write;
  write.sync = impl_->options.sync;
  if (impl_->options.two_writes) {
    rocksdb::WriteBatch cursors;
    for (const SourceRow& row : commit.sources) cursors.Put(source_key(row.name), encode_source(row));
    if (const auto status = impl_->db->Write(write, &cursors); !status.ok()) return failed(status, "write cursors");
  }
  impl_->wal_bytes += batch.GetDataSize();
  if (const auto status = impl_->db->Write(write, &batch); !status.ok())
    return failed(status, "write commit " + std::to_string(commit.sequence) + " to " + impl_->options.folder.string());
  impl_->meta = meta;
  impl_->forgotten_said = forgotten_said;
  // On disk: whoever is told of it from here on may rely on the store to know it.
  return impl_->mark ? impl_->mark->note(commit.sequence, std::chrono::steady_clock::now()) : Result<void>();
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

Result<std::optional<SpanIndex>> Store::first(std::string_view key, Tier tier, SpanIndex before) const {
  const std::string from = pane_key(key, tier, std::numeric_limits<SpanIndex>::min());
  const std::string end = pane_key(key, tier, before);
  const rocksdb::Slice upper(end);
  rocksdb::ReadOptions read;
  read.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> it(impl_->db->NewIterator(read));
  it->Seek(from);
  if (it->Valid()) return std::optional(pane_index({it->key().data(), it->key().size()}));
  if (!it->status().ok()) return failed(it->status(), "scan the store");
  return std::optional<SpanIndex>();
}

Result<Checkpoint> Store::checkpoint(const std::filesystem::path& folder) {
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(impl_->db.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  // Zero: flush whatever is in the log, so that no log that is being written is part of the copy.
  if (status.ok()) status = checkpoint->CreateCheckpoint(folder.string(), 0);
  if (!status.ok()) return failed(status, "make a checkpoint of the store in " + folder.string());
  auto opened = open_unwritable(folder);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  return Checkpoint{(*opened)->impl_->meta.epoch, (*opened)->impl_->meta.sequence};
}

Result<void> Store::verify_checksums() const {
  if (const auto status = impl_->db->VerifyChecksum(); !status.ok())
    return failed(status, "verify the store's checksums");
  return {};
}

std::optional<Error> Store::failure() const { return impl_->failures ? impl_->failures->first() : std::nullopt; }
std::optional<uint64_t> Store::acknowledged() const { return impl_->acknowledged; }

StoreStats Store::stats() const {
  StoreStats stats;
  impl_->db->GetIntProperty("rocksdb.estimate-live-data-size", &stats.live_bytes);
  impl_->db->GetIntProperty("rocksdb.estimate-pending-compaction-bytes", &stats.compaction_pending_bytes);
  impl_->db->GetIntProperty("rocksdb.total-sst-files-size", &stats.disk_bytes);
  stats.wal_bytes = impl_->wal_bytes;
  return stats;
}

}  // namespace roomtone::store
