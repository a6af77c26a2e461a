#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/store.hpp"

namespace rocksdb {
class DB;
class Status;
}  // namespace rocksdb

namespace roomtone::store {

class BackgroundFailures;

/// What RocksDB said, with what was tried.
[[nodiscard]] tl::unexpected<Error> failed(const rocksdb::Status& status, const std::string& tried);

/// An open RocksDB: keys and values, without knowing what they mean. Threads as for Store.
class Database {
 public:
  /// For writing; made if it is absent. Failures in the background are remembered and told to options.on_failure.
  [[nodiscard]] static Result<Database> open(const StoreOptions& options);
  /// For writing; never made.
  [[nodiscard]] static Result<Database> open_existing(const std::filesystem::path& folder, LogExtent log);
  /// For reading what was there at one moment since the call, without writing anything anywhere; a daemon may write
  /// meanwhile. A table that is not as the manifest says is an error, also if nobody asks for its rows. (A secondary of
  /// RocksDB goes back to an older manifest instead, and rows that were flushed since are silently absent.) While a
  /// daemon flushes, a log can go away before it is read: an opening during which the manifest changed is done again.
  [[nodiscard]] static Result<Database> look(const std::filesystem::path& folder, LogExtent log);

  Database(Database&&) noexcept;
  ~Database();

  [[nodiscard]] Result<std::optional<std::string>> get(const std::string& key) const;

  /// Writes one row, synced. `what` names it in an error.
  [[nodiscard]] Result<void> put(const std::string& key, const std::string& value, const std::string& what) const;

  /// Visits every row of a family, in the order of the keys, until `visit` returns an error.
  using VisitRow = std::function<Result<void>(std::string_view key, std::string_view value)>;
  [[nodiscard]] Result<void> scan(char family, const VisitRow& visit) const;

  /// What failed first in RocksDB's own threads, if anything.
  [[nodiscard]] std::optional<Error> failure() const;

  /// What is asked of RocksDB beyond rows.
  [[nodiscard]] rocksdb::DB& rocks() const { return *db_; }

 private:
  Database(std::shared_ptr<BackgroundFailures> failures, rocksdb::DB* db);

  std::shared_ptr<BackgroundFailures> failures_;  // when writing
  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace roomtone::store
