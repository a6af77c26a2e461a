#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "base/result.hpp"
#include "model/commit.hpp"
#include "model/pane_loader.hpp"

namespace rocksdb {
class Env;
}

namespace roomtone::store {

struct StoreOptions {
  std::filesystem::path folder;
  bool sync = true;                  // off only for comparisons: a power cut may then lose or tear commits
  std::optional<SipKey> sketch_key;  // for a new store; random when absent. Ignored (and refused if different) later
  std::size_t memtable_bytes = 8u << 20;  // small, so that recovery is quick (30 to 55 ms a MiB of WAL were measured)
  std::size_t wal_bytes_max = 16u << 20;
  std::size_t cache_bytes = 16u << 20;
  // Told, on a thread of RocksDB's, that failure() has something to say; it must be quick and not call back. Outlives
  // the store.
  std::function<void()> on_failure;

  // For tests only; no configuration reaches them.
  rocksdb::Env* env = nullptr;  // a disk that can fail or lose power; outlives the store
  bool two_writes = false;      // a commit in two writes, cursors first: the mistake that tests must be able to see
};

/// What is read of a rollup: all but its sample, or all.
enum class RollupParts : uint8_t { figures, all };

/// How much of the log is taken: all of it, where damage is an error; or what stands before the first damage.
enum class LogExtent : uint8_t { whole, until_damage };

/// What `stats()` tells; for metrics.
struct StoreStats {
  uint64_t live_bytes = 0;
  uint64_t disk_bytes = 0;  // of all tables
  uint64_t wal_bytes = 0;   // written since open
  uint64_t compaction_pending_bytes = 0;
};

/// A copy of a store's files at one moment, see Store::checkpoint().
struct Checkpoint {
  uint64_t epoch = 0;
  uint64_t sequence = 0;  // at least this commit is in it
};

/// People, by what a store knows them by.
struct StoredPeople {
  std::vector<uint64_t> authors;  // see author_hash()
  std::vector<uint64_t> members;  // of lists, see silence_hash()
};

/// In how many rows of each kind something is known of somebody, or was.
struct AuthorRows {
  uint64_t rollups = 0;
  uint64_t samples = 0;
  uint64_t journal = 0;
  uint64_t contributions = 0;
  uint64_t silences = 0;  // and in rows of who was heard: how often
  [[nodiscard]] uint64_t all() const { return rollups + samples + journal + contributions + silences; }
  friend bool operator==(const AuthorRows&, const AuthorRows&) = default;
};

/// Told now and then how many rows were read, of about how many.
using RowsRead = std::function<void(uint64_t read, uint64_t about)>;

/// The RocksDB that holds all that must outlive the process: see FORMAT.md. One process writes; any number may read.
///
/// write() is called by one thread, the loads by the room thread, checkpoint() by any; RocksDB makes that safe. After a
/// failed write, or a failure() in the background, the store must not be used again: nothing is tried again in place,
/// the process ends and a restart reads what is true.
class Store final : public PaneLoader {
 public:
  /// Opens or makes the store for writing. `unavailable`: another process holds it. `corrupt`: damaged, or behind what
  /// was acknowledged (see acked_mark.hpp); `unsupported`: of a newer format.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const StoreOptions& options);
  /// Opens an existing store to read it as it is now, without writing anything anywhere: the disk may be read-only or
  /// full, and a daemon may hold the store. Held to the same account as open().
  [[nodiscard]] static Result<std::unique_ptr<Store>> open_read_only(const std::filesystem::path& folder);

  /// As open_read_only(), but only up to the first damage in the log, and without asking for what was acknowledged:
  /// what recover_to_damage() would leave.
  [[nodiscard]] static Result<std::unique_ptr<Store>> look_until_damage(const std::filesystem::path& folder);
  /// Drops the log from its first damage on, takes what is left for the truth, and gives the store a new epoch, so that
  /// readers of the feed begin anew. Only for a store that nobody holds.
  [[nodiscard]] static Result<void> rewind(const std::filesystem::path& folder);
  /// Gives a copy of a store a life of its own: a new epoch.
  [[nodiscard]] static Result<void> renew(const std::filesystem::path& folder);

  ~Store() override;

  /// Reads everything a restart needs.
  [[nodiscard]] Result<Recovered> recover() const;

  /// What the history of one room needs beside its rollups: its own row, if there is one, and the journal. Changes
  /// nothing: any thread may call it while another writes.
  [[nodiscard]] Result<Recovered> recover_room(std::string_view key) const;

  /// Writes one commit: all of it, synced, or nothing.
  [[nodiscard]] Result<void> write(const Commit& commit);

  [[nodiscard]] Result<std::optional<StoredRollup>> load(std::string_view key, Tier tier,
                                                         SpanIndex index) const override;
  [[nodiscard]] Result<std::vector<StoredRollup>> load_range(std::string_view key, Tier tier, SpanIndex from,
                                                             SpanIndex to) const override;

  /// Calls `visit` with each row of one room and tier with index in [from, to), in order, until it returns an error.
  /// Reading their samples, too, costs as much again.
  using VisitRollup = std::function<Result<void>(StoredRollup&&)>;
  [[nodiscard]] Result<void> visit_range(std::string_view key, Tier tier, SpanIndex from, SpanIndex to,
                                         RollupParts parts, const VisitRollup& visit) const;

  /// The first row of a room and tier below `before`.
  [[nodiscard]] Result<std::optional<SpanIndex>> first(std::string_view key, Tier tier,
                                                       SpanIndex before) const override;

  /// Writes the whole store as it is now into `folder`, which must not exist and be on the same file system: the
  /// memtable is flushed, files are linked.
  [[nodiscard]] Result<Checkpoint> checkpoint(const std::filesystem::path& folder);

  /// Takes people out of every row, and rewrites all tables so that no older version of a row is left on disk. Only
  /// before anything else was read or written by this process: what is in memory would bring them back. Not one write:
  /// after an error or a crash it is begun again. See model/erasure.hpp.
  [[nodiscard]] Result<AuthorRows> erase_people(const StoredPeople& people, const RowsRead& told = {});
  /// In how many rows they are. Changes nothing.
  [[nodiscard]] Result<AuthorRows> rows_of_people(const StoredPeople& people, const RowsRead& told = {}) const;

  /// Reads every block of every file and compares checksums.
  [[nodiscard]] Result<void> verify_checksums() const;

  /// What failed in the background (a flush, a compaction), if anything.
  [[nodiscard]] std::optional<Error> failure() const;

  /// The newest commit that was acknowledged, as the side file had it on opening; nothing when there was none.
  [[nodiscard]] std::optional<uint64_t> acknowledged() const;

  /// By which authors, texts and ids are hashed.
  [[nodiscard]] SipKey sketch_key() const;

  [[nodiscard]] StoreStats stats() const;

 private:
  struct Impl;
  [[nodiscard]] static Result<std::unique_ptr<Store>> look(const std::filesystem::path& folder, LogExtent log);
  [[nodiscard]] static Result<void> begin_anew(const std::filesystem::path& folder, bool rewind);
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace roomtone::store
