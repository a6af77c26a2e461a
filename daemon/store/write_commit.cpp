#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "store/keys.hpp"
#include "store/store_impl.hpp"

namespace roomtone::store {

namespace {

constexpr std::size_t kBatchReservedMax = 4u << 20;

}  // namespace

Result<void> Store::write(const Commit& commit) {
  // Commits are mostly as large as the one before: grown bit by bit, the batch would be copied over and over.
  rocksdb::WriteBatch batch(std::min(impl_->last_batch_bytes + impl_->last_batch_bytes / 4, kBatchReservedMax));
  // Before all that is put: a row that retention takes away may come back in the same commit.
  for (const ForgottenRow& row : commit.forgotten) {
    const std::string key = pane_key(row.key, row.tier, row.index);
    batch.Delete(key);
    batch.Delete(sample_key(key));
  }
  const auto put = [&batch](const std::string& key, const std::string& value) { batch.Put(key, value); };

  if (commit.journal_from <= commit.sequence && (!commit.deltas.empty() || !commit.advances.empty()))
    put(journal_key(commit.sequence), encode_journal(commit));
  // In the order of their keys, so that the memtable finds each place beside the one before.
  std::vector<std::pair<std::string, const PaneRow*>> panes;
  panes.reserve(commit.panes.size());
  for (const PaneRow& row : commit.panes) panes.emplace_back(pane_key(row.key, row.tier, row.index), &row);
  std::ranges::sort(panes);
  for (const auto& [key, row] : panes) put(key, encode_pane(*row));
  for (const auto& [key, row] : panes)
    if (!row->sample.empty()) put(sample_key(key), encode_sample_row(*row));
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
  for (const AlertStateRow& row : commit.alert_rows) put(alert_key(row.key), encode_alert_state(row.bytes));
  for (const AlertStateRow& row : commit.season_rows) put(season_key(row.key), encode_alert_state(row.bytes));
  for (const VoiceRow& row : commit.voice_rows) put(voice_key(row.list), encode_voice_row(row));
  for (const SilenceRow& row : commit.silence_rows) {
    const std::string key = silence_key(row.list, row.member);
    if (row.last == kNoInstant) {
      batch.Delete(key);
    } else {
      put(key, encode_silence_row(row));
    }
  }
  if (!commit.heard.empty()) {
    put(heard_key(commit.sequence), encode_heard_row(commit.heard));
    impl_->heard.push_back(commit.sequence);
  }
  if (!commit.requests.empty()) put(request_key(commit.sequence), encode_requests(commit.requests));
  // Each journal, contribution, request and heard row is put once and deleted once, so single deletes do: inside one
  // memtable they cancel out before anything reaches a file.
  const uint64_t journal_end = std::min(commit.journal_from, commit.sequence);
  for (; impl_->journal_next < journal_end; ++impl_->journal_next) batch.SingleDelete(journal_key(impl_->journal_next));
  const uint64_t contributions_end = std::min(commit.contributions_from, commit.sequence);
  for (; impl_->contributions_next < contributions_end; ++impl_->contributions_next)
    batch.SingleDelete(contribution_key(impl_->contributions_next));
  const uint64_t requests_end = std::min(commit.requests_from, commit.sequence);
  for (; impl_->requests_next < requests_end; ++impl_->requests_next)
    batch.SingleDelete(request_key(impl_->requests_next));
  for (; !impl_->heard.empty() && impl_->heard.front() < std::min(commit.heard_from, commit.sequence);
       impl_->heard.pop_front())
    batch.SingleDelete(heard_key(impl_->heard.front()));

  Meta meta = impl_->meta;
  meta.sequence = commit.sequence;
  meta.global_seq = commit.global_seq;
  put(meta_key(), encode_meta(meta));

  const int64_t forgotten_said = impl_->forgotten_said + commit.forgotten_said;
  if (commit.forgotten_said != 0) put(forgotten_key(), encode_forgotten(forgotten_said));

  rocksdb::DB& rocks = impl_->database.rocks();
  rocksdb::WriteOptions write;
  write.sync = impl_->options.sync;
  if (impl_->options.two_writes) {
    rocksdb::WriteBatch cursors;
    for (const SourceRow& row : commit.sources) cursors.Put(source_key(row.name), encode_source(row));
    if (const auto status = rocks.Write(write, &cursors); !status.ok()) return failed(status, "write cursors");
  }
  impl_->last_batch_bytes = batch.GetDataSize();
  impl_->wal_bytes += impl_->last_batch_bytes;
  if (const auto status = rocks.Write(write, &batch); !status.ok())
    return failed(status, "write commit " + std::to_string(commit.sequence) + " to " + impl_->options.folder.string());
  impl_->meta = meta;
  impl_->forgotten_said = forgotten_said;
  // On disk: whoever is told of it from here on may rely on the store to know it.
  return impl_->mark ? impl_->mark->note(commit.sequence, std::chrono::steady_clock::now()) : Result<void>();
}

}  // namespace roomtone::store
