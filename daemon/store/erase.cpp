#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <random>
#include <utility>

#include "model/erasure.hpp"
#include "store/keys.hpp"
#include "store/store_impl.hpp"

// People are taken out of a store row by row. A row is read only if six bytes of theirs stand in it, so a store is
// mostly skimmed.

namespace roomtone::store {

namespace {

constexpr std::size_t kBatchBytes = 4u << 20;  // rewritten rows in one synced write
constexpr uint64_t kTellEvery = 4096;

/// A row without them; nothing when they are not in it.
using Rewritten = Result<std::optional<std::string>>;

tl::unexpected<Error> malformed(std::string_view key) {
  return fail(ErrorCode::corrupt, "take an author out of row '" + std::string(key.substr(0, 1)) + "' " +
                                      std::to_string(trailing_number(key)) + ": malformed row");
}

Rewritten without(const Erasure& erasure, std::string_view key, std::string_view value) {
  bool ok = true;
  switch (key[0]) {
    case kPaneFamily: {
      auto stored = decode_pane(pane_index(key), value);
      if (!stored) return tl::unexpected(std::move(stored.error()));
      if (!erasure.from(stored->rollup)) return std::nullopt;
      PaneRow row;
      row.covered = stored->covered;
      encode_figures(stored->rollup, row.rollup);
      return encode_pane(row);
    }
    case kSampleFamily: {
      Rollup rollup;
      if (auto read = decode_sample_row(value, rollup); !read) return tl::unexpected(std::move(read.error()));
      if (!erasure.from(rollup)) return std::nullopt;
      PaneRow row;
      encode_sample(rollup, row.sample);
      return encode_sample_row(row);
    }
    case kJournalFamily: {
      auto record = decode_journal(trailing_number(key), value);
      if (!record) return tl::unexpected(std::move(record.error()));
      auto deltas = erasure.from_deltas(record->deltas, ok);
      if (!ok) return malformed(key);
      if (!deltas) return std::nullopt;
      Commit commit;
      commit.advances = std::move(record->advances);
      commit.deltas = std::move(*deltas);
      return encode_journal(commit);
    }
    case kContributionFamily: {
      auto row = decode_contributions(value);
      if (!row) return tl::unexpected(std::move(row.error()));
      auto left = erasure.from_contributions(*row, ok);
      if (!ok) return malformed(key);
      if (!left) return std::nullopt;
      return encode_contributions(*left);
    }
    default: return std::nullopt;
  }
}

uint64_t& count_of(AuthorRows& rows, char family) {
  switch (family) {
    case kPaneFamily: return rows.rollups;
    case kSampleFamily: return rows.samples;
    case kJournalFamily: return rows.journal;
    default: return rows.contributions;
  }
}

/// What a commit heard, without members of lists; `times` grows by how often they stand there.
Rewritten without_heard(const std::vector<uint64_t>& members, std::string_view key, std::string_view value,
                        uint64_t& times) {
  auto row = decode_heard_row(value);
  if (!row) return tl::unexpected(std::move(row.error()));
  std::string left;
  ByteReader in(*row);
  while (!in.at_end()) {
    const Heard heard = read_heard(in);
    if (!in.ok()) return malformed(key);
    if (std::ranges::find(members, heard.member) == members.end())
      encode_heard(heard, left);
    else
      ++times;
  }
  if (left.size() == row->size()) return std::nullopt;
  return encode_heard_row(left);
}

/// `row` is nothing where the whole row is theirs.
using Found = std::function<Result<void>(std::string_view key, std::optional<std::string>&& row)>;

/// Visits every row that holds one of them, with what it is without.
Result<AuthorRows> visit_rows_of(const Database& database, const Erasure& erasure, const std::vector<uint64_t>& members,
                                 const RowsRead& told, const Found& found) {
  uint64_t about = 0;
  database.rocks().GetIntProperty("rocksdb.estimate-num-keys", &about);
  AuthorRows rows;
  uint64_t read = 0;
  for (const char family : {kPaneFamily, kSampleFamily, kJournalFamily, kContributionFamily}) {
    auto done = database.scan(family, [&](std::string_view key, std::string_view value) -> Result<void> {
      if (++read % kTellEvery == 0 && told) told(read, about);
      if (!erasure.may_be_in(value)) return {};
      auto row = without(erasure, key, value);
      if (!row) return tl::unexpected(std::move(row.error()));
      if (!row->has_value()) return {};
      ++count_of(rows, family);
      return found(key, std::move(*row));
    });
    if (!done) return tl::unexpected(std::move(done.error()));
  }
  auto done = database.scan(kSilenceFamily, [&](std::string_view key, std::string_view) -> Result<void> {
    ++read;
    if (std::ranges::find(members, trailing_number(key)) == members.end()) return {};
    ++rows.silences;
    return found(key, std::nullopt);
  });
  if (done) {
    done = database.scan(kHeardFamily, [&](std::string_view key, std::string_view value) -> Result<void> {
      ++read;
      auto row = without_heard(members, key, value, rows.silences);
      if (!row) return tl::unexpected(std::move(row.error()));
      if (!row->has_value()) return {};
      return found(key, std::move(*row));
    });
  }
  if (!done) return tl::unexpected(std::move(done.error()));
  if (told) told(read, read);
  return rows;
}

SipKey new_secret() {
  std::random_device device;
  const auto random = [&device] { return (static_cast<uint64_t>(device()) << 32) | device(); };
  return {random(), random()};
}

}  // namespace

Result<AuthorRows> Store::rows_of_people(const StoredPeople& people, const RowsRead& told) const {
  return visit_rows_of(impl_->database, Erasure(people.authors, {}), people.members, told,
                       [](std::string_view, std::optional<std::string>&&) -> Result<void> { return {}; });
}

Result<AuthorRows> Store::erase_people(const StoredPeople& people, const RowsRead& told) {
  rocksdb::DB& rocks = impl_->database.rocks();
  const std::string tried = "take an author out of " + impl_->options.folder.string();
  rocksdb::WriteBatch batch;
  const auto write = [&]() -> Result<void> {
    rocksdb::WriteOptions options;
    options.sync = true;
    if (const auto status = rocks.Write(options, &batch); !status.ok()) return failed(status, tried);
    batch.Clear();
    return {};
  };
  // Rows are rewritten as this program writes them, so a program that knows an older format must refuse the store.
  batch.Put(meta_key(), encode_meta(impl_->meta));
  const Erasure erasure(people.authors, new_secret());
  const auto take_out = [&](std::string_view key, std::optional<std::string>&& row) {
    const rocksdb::Slice at(key.data(), key.size());
    if (row) {
      // These rows are deleted by single deletes, which go with one put each.
      if (key[0] != kPaneFamily && key[0] != kSampleFamily) batch.SingleDelete(at);
      batch.Put(at, *row);
    } else {
      batch.Delete(at);
    }
    return batch.GetDataSize() < kBatchBytes ? Result<void>() : write();
  };
  auto rows = visit_rows_of(impl_->database, erasure, people.members, told, take_out);
  if (!rows) return rows;
  if (auto written = write(); !written) return tl::unexpected(std::move(written.error()));

  // The older versions are still in the tables below, and in the log.
  if (const auto status = rocks.Flush(rocksdb::FlushOptions()); !status.ok()) return failed(status, tried);
  rocksdb::CompactRangeOptions whole;
  whole.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  if (const auto status = rocks.CompactRange(whole, nullptr, nullptr); !status.ok()) return failed(status, tried);
  return rows;
}

}  // namespace roomtone::store
