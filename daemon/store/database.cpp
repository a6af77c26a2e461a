#include "store/database.hpp"

#include <rocksdb/db.h>
#include <rocksdb/listener.h>

#include <fstream>
#include <mutex>
#include <utility>

#include "store/rocks_options.hpp"

namespace roomtone::store {

namespace {

// One attempt takes milliseconds, and a daemon's manifest is written at most a few times a second.
constexpr int kLooksMax = 100;

ErrorCode code_of(const rocksdb::Status& status) {
  if (status.IsCorruption()) return ErrorCode::corrupt;
  if (status.IsNotFound()) return ErrorCode::not_found;
  if (status.ToString().find("lock") != std::string::npos) return ErrorCode::unavailable;
  return ErrorCode::io;
}

tl::unexpected<Error> open_failed(const rocksdb::Status& status, const std::string& name) {
  auto error = failed(status, "open the store " + name);
  if (error.value().code == ErrorCode::corrupt)
    error.value().context += ". 'roomtone recover --data " + name + "' says what can be saved";
  return error;
}

/// RocksDB's own log, for a disk that must not be written.
class NoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

rocksdb::Options existing(const std::filesystem::path& folder, LogExtent log) {
  StoreOptions options;
  options.folder = folder;
  rocksdb::Options rocks = rocks_options(options);
  rocks.create_if_missing = false;
  if (log == LogExtent::until_damage) rocks.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  return rocks;
}

/// Which manifest the store has and how far it is written.
std::string manifest_of(const std::filesystem::path& folder) {
  std::ifstream current(folder / "CURRENT");
  std::string manifest;
  std::getline(current, manifest);
  std::error_code error;
  const auto bytes = std::filesystem::file_size(folder / manifest, error);
  return manifest + ' ' + std::to_string(error ? 0 : bytes);
}

}  // namespace

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

Database::Database(std::shared_ptr<BackgroundFailures> failures, rocksdb::DB* db)
    : failures_(std::move(failures)), db_(db) {}
Database::Database(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const StoreOptions& options) {
  const std::string name = options.folder.string();
  rocksdb::Options rocks = rocks_options(options);
  auto failures = std::make_shared<BackgroundFailures>(options.on_failure);
  rocks.listeners.push_back(failures);
  rocksdb::DB* db = nullptr;
  if (const auto status = rocksdb::DB::Open(rocks, name, &db); !status.ok()) return open_failed(status, name);
  return Database(std::move(failures), db);
}

Result<Database> Database::open_existing(const std::filesystem::path& folder, LogExtent log) {
  const std::string name = folder.string();
  rocksdb::DB* db = nullptr;
  if (const auto status = rocksdb::DB::Open(existing(folder, log), name, &db); !status.ok())
    return open_failed(status, name);
  return Database(nullptr, db);
}

Result<Database> Database::look(const std::filesystem::path& folder, LogExtent log) {
  const std::string name = folder.string();
  rocksdb::Options rocks = existing(folder, log);
  rocks.max_open_files = -1;  // every table is opened now: it is read after the daemon deletes it, or refused at once
  rocks.info_log = std::make_shared<NoLog>();
  for (int looks = 0; looks < kLooksMax; ++looks) {
    const std::string before = manifest_of(folder);
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::OpenForReadOnly(rocks, name, &db);
    Database opened(nullptr, db);
    if (manifest_of(folder) != before) continue;
    if (!status.ok()) return open_failed(status, name);
    return opened;
  }
  return fail(ErrorCode::unavailable, "open the store " + name + ": its daemon changed its tables during each of " +
                                          std::to_string(kLooksMax) + " attempts to read them; ask the daemon itself");
}

Result<std::optional<std::string>> Database::get(const std::string& key) const {
  std::string value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), key, &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return failed(status, "read the store");
  return std::optional<std::string>(std::move(value));
}

Result<void> Database::put(const std::string& key, const std::string& value, const std::string& what) const {
  rocksdb::WriteOptions write;
  write.sync = true;
  if (const auto put = db_->Put(write, key, value); !put.ok()) return failed(put, "write " + what);
  return {};
}

Result<void> Database::scan(char family, const VisitRow& visit) const {
  const std::string prefix(1, family);
  rocksdb::ReadOptions read;
  read.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(read));
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    const std::string_view key(it->key().data(), it->key().size());
    const std::string_view value(it->value().data(), it->value().size());
    if (auto visited = visit(key, value); !visited) return visited;
  }
  if (!it->status().ok()) return failed(it->status(), "scan the store");
  return {};
}

std::optional<Error> Database::failure() const { return failures_ ? failures_->first() : std::nullopt; }

}  // namespace roomtone::store
