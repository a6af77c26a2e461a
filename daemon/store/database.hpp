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
class ScratchFolder;

/// What RocksDB said, with what was tried.
[[nodiscard]] tl::unexpected<Error> failed(const rocksdb::Status& status, const std::string& tried);

/// How much of the log is taken: all of it, where damage is an error; or what stands before the first damage.
enum class LogExtent : uint8_t { whole, until_damage };

/// An open RocksDB: keys and values, without knowing what they mean. Threads as for Store.
class Database {
 public:
  /// For writing; made if it is absent. Failures in the background are remembered and told to options.on_failure.
  [[nodiscard]] static Result<Database> open(const StoreOptions& options);
  /// For writing; never made.
  [[nodiscard]] static Result<Database> open_existing(const std::filesystem::path& folder, LogExtent log);
  /// For reading, as a secondary of whoever writes.
  [[nodiscard]] static Result<Database> follow(const std::filesystem::path& folder);
  /// For reading what nobody writes, without writing anything anywhere.
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
  Database(std::unique_ptr<ScratchFolder> scratch, std::shared_ptr<BackgroundFailures> failures, rocksdb::DB* db);

  std::unique_ptr<ScratchFolder> scratch_;        // when following; outlives db_
  std::shared_ptr<BackgroundFailures> failures_;  // when writing
  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace roomtone::store
