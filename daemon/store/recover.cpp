#include <utility>
#include <vector>

#include "store/keys.hpp"
#include "store/store_impl.hpp"

namespace roomtone::store {

namespace {

/// Decodes every row of a family into `rows`, in the order of the keys.
template <typename Row, typename Decode>
Result<void> read_all(const Database& database, char family, Decode decode, std::vector<Row>& rows) {
  return database.scan(family, [&](std::string_view key, std::string_view value) -> Result<void> {
    auto row = decode(key, value);
    if (!row) return tl::unexpected(std::move(row.error()));
    rows.push_back(std::move(*row));
    return {};
  });
}

Result<SourceRow> source_of(std::string_view key, std::string_view value) {
  return decode_source(key.substr(1), value);
}
Result<RoomRow> room_of(std::string_view key, std::string_view value) { return decode_room(key.substr(1), value); }

Result<VoiceRow> voice_of(std::string_view key, std::string_view value) {
  return decode_voice_row(key.substr(1), value);
}

Result<Recovered::JournalRecord> journal_of(std::string_view key, std::string_view value) {
  return decode_journal(trailing_number(key), value);
}

/// An opaque row with the number of the commit that wrote it.
using Numbered = std::pair<uint64_t, std::string>;

Result<Numbered> numbered(std::string_view key, Result<std::string> row) {
  if (!row) return tl::unexpected(std::move(row.error()));
  return Numbered(trailing_number(key), std::move(*row));
}

Result<Numbered> contributions_of(std::string_view key, std::string_view value) {
  return numbered(key, decode_contributions(value));
}

Result<Numbered> requests_of(std::string_view key, std::string_view value) {
  return numbered(key, decode_requests(value));
}

Result<Numbered> heard_of(std::string_view key, std::string_view value) {
  return numbered(key, decode_heard_row(value));
}

}  // namespace

Result<Recovered> Store::recover() const {
  Recovered recovered;
  recovered.epoch = impl_->meta.epoch;
  recovered.sketch_key = impl_->meta.sketch_key;
  recovered.sequence = impl_->meta.sequence;
  recovered.global_seq = impl_->meta.global_seq;

  const Database& database = impl_->database;
  auto forgotten = database.get(forgotten_key());
  if (!forgotten) return tl::unexpected(std::move(forgotten.error()));
  if (forgotten->has_value()) {
    auto said = decode_forgotten(**forgotten);
    if (!said) return tl::unexpected(std::move(said.error()));
    recovered.forgotten_said = *said;
  }
  impl_->forgotten_said = recovered.forgotten_said;

  auto done = read_all(database, kSourceFamily, source_of, recovered.sources);
  if (done) done = read_all(database, kRoomFamily, room_of, recovered.rooms);
  if (done) done = read_all(database, kJournalFamily, journal_of, recovered.journal);
  if (done) done = read_all(database, kContributionFamily, contributions_of, recovered.contributions);
  if (done) done = read_all(database, kProducerFamily, decode_producer, recovered.producers);
  if (done) done = read_all(database, kRequestFamily, requests_of, recovered.requests);
  if (done) done = read_all(database, kVoiceFamily, voice_of, recovered.voices);
  if (done) done = read_all(database, kSilenceFamily, decode_silence_row, recovered.silences);
  if (done) done = read_all(database, kHeardFamily, heard_of, recovered.heard);
  if (done) done = read_all(database, kAlertFamily, decode_alert_state, recovered.alerts);
  if (done) done = read_all(database, kSeasonFamily, decode_alert_state, recovered.seasons);
  if (!done) return tl::unexpected(std::move(done.error()));

  // What a later commit deletes begins with what is there now.
  const uint64_t next = recovered.sequence + 1;
  impl_->journal_next = recovered.journal.empty() ? next : recovered.journal.front().sequence;
  impl_->contributions_next = recovered.contributions.empty() ? next : recovered.contributions.front().first;
  impl_->requests_next = recovered.requests.empty() ? next : recovered.requests.front().first;
  impl_->heard.clear();
  for (const auto& [commit, row] : recovered.heard) impl_->heard.push_back(commit);
  return recovered;
}

Result<Recovered> Store::recover_room(std::string_view key) const {
  Recovered recovered;
  auto value = impl_->database.get(room_key(key));
  if (!value) return tl::unexpected(std::move(value.error()));
  if (value->has_value()) {
    auto row = decode_room(key, **value);
    if (!row) return tl::unexpected(std::move(row.error()));
    recovered.rooms.push_back(std::move(*row));
  }
  auto done = read_all(impl_->database, kJournalFamily, journal_of, recovered.journal);
  if (!done) return tl::unexpected(std::move(done.error()));
  return recovered;
}

}  // namespace roomtone::store
