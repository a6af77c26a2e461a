#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "store/acked_mark.hpp"
#include "store/database.hpp"
#include "store/records.hpp"
#include "store/store.hpp"

namespace roomtone::store {

/// What is behind a Store; for the files of this folder that implement it.
struct Store::Impl {
  Impl(StoreOptions made_with, Database opened, const Meta& read)
      : options(std::move(made_with)), database(std::move(opened)), meta(read) {}

  /// Adds the sample of the pane with that key, if it has one.
  [[nodiscard]] Result<void> read_sample(std::string_view pane_key, Rollup& into) const;

  StoreOptions options;
  Database database;
  Meta meta;
  std::optional<uint64_t> acknowledged;
  std::unique_ptr<AckedMark> mark;  // when writing, and syncing

  int64_t forgotten_said = 0;
  uint64_t journal_next = 0;           // first journal record not yet deleted
  uint64_t contributions_next = 0;     // likewise
  uint64_t requests_next = 0;          // likewise
  std::deque<uint64_t> heard;          // commits whose row of what they heard stands, ascending
  std::size_t last_batch_bytes = 0;    // of the last commit
  std::atomic<uint64_t> wal_bytes{0};  // read by whoever asks for stats
};

}  // namespace roomtone::store
