#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "base/result.hpp"
#include "model/commit.hpp"
#include "model/pane_loader.hpp"

namespace roomtone::store {

struct StoreOptions {
  std::filesystem::path folder;
  bool sync = true;                  // off only for comparisons: a power cut may then lose or tear commits
  std::optional<SipKey> sketch_key;  // for a new store; random when absent. Ignored (and refused if different) later
  std::size_t memtable_bytes = 8u << 20;  // small, so that recovery is quick (30 to 55 ms a MiB of WAL were measured)
  std::size_t wal_bytes_max = 16u << 20;
  std::size_t cache_bytes = 16u << 20;
};

/// What `stats()` tells; for metrics.
struct StoreStats {
  uint64_t live_bytes = 0;
  uint64_t wal_bytes = 0;  // written since open
  uint64_t compaction_pending_bytes = 0;
  double write_stall_seconds = 0;
};

/// The RocksDB that holds all that must outlive the process: see FORMAT.md. One process writes; any number may read.
///
/// write() is called by one thread, the loads by the room thread; RocksDB makes that safe. After a failed write
/// the store must not be used again: the process ends and a restart reads what is true (reliability over retry).
class Store final : public PaneLoader {
 public:
  /// Opens or makes the store for writing. `unavailable`: another process holds it.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const StoreOptions& options);
  /// Opens an existing store for reading; one that a daemon holds is followed as a secondary from a scratch folder.
  [[nodiscard]] static Result<std::unique_ptr<Store>> open_read_only(const std::filesystem::path& folder);
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
  using VisitRollup = std::function<Result<void>(StoredRollup&&)>;
  [[nodiscard]] Result<void> visit_range(std::string_view key, Tier tier, SpanIndex from, SpanIndex to,
                                         const VisitRollup& visit) const;

  [[nodiscard]] StoreStats stats() const;

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace roomtone::store
