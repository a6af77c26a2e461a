#include "store/records.hpp"

#include "base/bytes.hpp"
#include "store/keys.hpp"

namespace roomtone::store {

namespace {

constexpr uint8_t kVersion = 1;
// Of rooms and journal records since format 2, which have the revisions of windows.
constexpr uint8_t kVersionWithRevisions = 2;

std::string begin(uint8_t version = kVersion) { return std::string(1, static_cast<char>(version)); }

/// Checks the version byte and, when done, that everything was read.
class RecordReader : public ByteReader {
 public:
  explicit RecordReader(std::string_view value, uint8_t version_max = kVersion)
      : ByteReader(value), version_max_(version_max) {
    version_ = u8();
  }

  [[nodiscard]] bool whole() const { return at_end() && readable(); }
  [[nodiscard]] bool readable() const { return ok() && version_ >= kVersion && version_ <= version_max_; }
  [[nodiscard]] bool has_revisions() const { return version_ >= kVersionWithRevisions; }

 private:
  const uint8_t version_max_;
  uint8_t version_ = 0;
};

tl::unexpected<Error> malformed(const std::string& what) {
  return fail(ErrorCode::corrupt, "read " + what + ": malformed row");
}

std::string wrapped(std::string_view row) {
  std::string value = begin();
  value += row;
  return value;
}

Result<std::string> unwrapped(std::string_view value, const char* what) {
  if (value.empty() || static_cast<uint8_t>(value[0]) != kVersion) return malformed(what);
  return std::string(value.substr(1));
}

/// Windows end at multiples of 10 s.
constexpr int64_t kEndUnit_us = 10'000'000;

void write_revision(ByteWriter& out, const WindowRevisions::Entry& entry) {
  out.varint(entry.revision);
  if (entry.revision > 0) out.zigzag(micros(entry.end) / kEndUnit_us);
}

WindowRevisions::Entry read_revision(RecordReader& in) {
  WindowRevisions::Entry entry;
  entry.revision = static_cast<uint32_t>(in.varint());
  if (entry.revision == 0) return {};
  const int64_t end = in.zigzag();
  constexpr int64_t kEndMax = kMicrosMax / kEndUnit_us;
  if (end >= -kEndMax && end <= kEndMax) entry.end = instant_of_micros(end * kEndUnit_us);
  return entry;
}

}  // namespace

std::string encode_meta(const Meta& meta) {
  std::string value = begin();
  ByteWriter out(value);
  out.varint(meta.format);
  out.u64_be(meta.epoch);
  out.u64_be(meta.sketch_key.k0);
  out.u64_be(meta.sketch_key.k1);
  out.varint(meta.sequence);
  out.varint(meta.global_seq);
  return value;
}

Result<Meta> decode_meta(std::string_view value) {
  RecordReader in(value);
  Meta meta;
  meta.format = static_cast<uint32_t>(in.varint());
  if (in.readable() && meta.format > kFormat) {
    return fail(ErrorCode::unsupported, "this store has format " + std::to_string(meta.format) +
                                            ", this program reads up to " + std::to_string(kFormat) +
                                            ": use a newer roomtone");
  }
  meta.epoch = in.u64_be();
  meta.sketch_key.k0 = in.u64_be();
  meta.sketch_key.k1 = in.u64_be();
  meta.sequence = in.varint();
  meta.global_seq = in.varint();
  if (!in.whole()) return malformed("the store's meta row");
  return meta;
}

std::string encode_source(const SourceRow& row) {
  std::string value = begin();
  ByteWriter out(value);
  out.string(row.cursor);
  out.zigzag(row.newest_event == kNoInstant ? -1 : micros(row.newest_event));
  const auto counts = [&out](const auto& array) {
    out.varint(array.size());
    for (const int64_t count : array) out.zigzag(count);
  };
  counts(row.ledger.columns);
  counts(row.ledger.ignored);
  counts(row.ledger.beside);
  return value;
}

Result<SourceRow> decode_source(std::string_view name, std::string_view value) {
  RecordReader in(value);
  SourceRow row;
  row.name = name;
  row.cursor = in.string();
  if (const int64_t us = in.zigzag(); us >= 0) row.newest_event = instant_of_micros(us);
  // A later version may have added kinds: what is beyond ours is an error, what is missing is zero.
  const auto counts = [&in](auto& array) {
    const uint64_t size = in.varint();
    if (size > array.size()) return false;
    for (uint64_t i = 0; i < size; ++i) array[i] = in.zigzag();
    return in.ok();
  };
  const bool good = counts(row.ledger.columns) && counts(row.ledger.ignored) && counts(row.ledger.beside);
  if (!good || !in.whole()) return malformed("the row of source '" + row.name + "'");
  return row;
}

std::string encode_room(const RoomRow& row) {
  std::string value = begin(kVersionWithRevisions);
  ByteWriter out(value);
  out.zigzag(row.marks.minute);
  out.zigzag(row.marks.hour);
  out.zigzag(row.newest_pane);
  out.varint(row.key_seq.size());
  for (const uint64_t seq : row.key_seq) out.varint(seq);
  for (const WindowRevisions::Entries& revisions : row.revisions)
    for (const WindowRevisions::Entry& entry : revisions) write_revision(out, entry);
  return value;
}

Result<RoomRow> decode_room(std::string_view key, std::string_view value) {
  RecordReader in(value, kVersionWithRevisions);
  RoomRow row;
  row.key = key;
  row.marks.minute = in.zigzag();
  row.marks.hour = in.zigzag();
  row.newest_pane = in.zigzag();
  const uint64_t windows = in.varint();
  for (uint64_t w = 0; w < windows && w < row.key_seq.size(); ++w) row.key_seq[w] = in.varint();
  for (uint64_t w = 0; in.has_revisions() && w < windows && w < row.key_seq.size(); ++w)
    for (WindowRevisions::Entry& entry : row.revisions[w]) entry = read_revision(in);
  if (windows > row.key_seq.size() || !in.whole()) return malformed("the row of room '" + row.key + "'");
  return row;
}

std::string encode_pane(const PaneRow& row) {
  std::string value = begin();
  ByteWriter(value).varint(row.covered);
  value += row.rollup;
  return value;
}

std::string encode_sample_row(const PaneRow& row) { return begin() + row.sample; }

Result<void> decode_sample_row(std::string_view value, Rollup& into) {
  RecordReader in(value);
  if (!in.readable() || !merge_encoded_rollup(value.substr(value.size() - in.left()), into))
    return malformed("a sample row");
  return {};
}

Result<StoredRollup> decode_pane(SpanIndex index, std::string_view value) {
  RecordReader in(value);
  StoredRollup stored;
  stored.index = index;
  stored.covered = in.varint();
  if (!in.readable() || !merge_encoded_rollup(value.substr(value.size() - in.left()), stored.rollup))
    return malformed("a pane row");
  return stored;
}

std::string encode_journal(const Commit& commit) {
  std::string value = begin(kVersionWithRevisions);
  ByteWriter out(value);
  out.varint(commit.advances.size());
  for (const SequenceAdvance& advance : commit.advances) {
    out.string(advance.key);
    out.u8(static_cast<uint8_t>(advance.window));
    out.varint(advance.key_seq);
    write_revision(out, advance.published);
  }
  value += commit.deltas;
  return value;
}

Result<Recovered::JournalRecord> decode_journal(uint64_t sequence, std::string_view value) {
  RecordReader in(value, kVersionWithRevisions);
  Recovered::JournalRecord record;
  record.sequence = sequence;
  const uint64_t advances = in.varint();
  for (uint64_t i = 0; i < advances && in.ok(); ++i) {
    SequenceAdvance advance;
    advance.key = in.string();
    const uint8_t window = in.u8();
    advance.key_seq = in.varint();
    if (in.has_revisions()) advance.published = read_revision(in);
    if (window >= kWindowSizes) return malformed("journal record " + std::to_string(sequence));
    advance.window = static_cast<WindowSize>(window);
    record.advances.push_back(std::move(advance));
  }
  if (!in.readable()) return malformed("journal record " + std::to_string(sequence));
  record.deltas = value.substr(value.size() - in.left());
  return record;
}

std::string encode_forgotten(int64_t said) {
  std::string value = begin();
  ByteWriter(value).zigzag(said);
  return value;
}

Result<int64_t> decode_forgotten(std::string_view value) {
  RecordReader in(value);
  const int64_t said = in.zigzag();
  if (!in.whole()) return malformed("the row of what is forgotten");
  return said;
}

std::string encode_contributions(std::string_view row) { return wrapped(row); }

Result<std::string> decode_contributions(std::string_view value) { return unwrapped(value, "a contribution row"); }

std::string encode_requests(std::string_view row) { return wrapped(row); }

Result<std::string> decode_requests(std::string_view value) { return unwrapped(value, "a row of request keys"); }

std::string encode_heard_row(std::string_view row) { return wrapped(row); }

Result<std::string> decode_heard_row(std::string_view value) { return unwrapped(value, "a row of who was heard"); }

std::string encode_producer(const ProducerPosition& position) {
  std::string value = begin();
  ByteWriter out(value);
  out.varint(position.epoch);
  out.varint(position.sequence);
  out.zigzag(micros(position.heard));
  return value;
}

Result<ProducerRow> decode_producer(std::string_view key, std::string_view value) {
  constexpr std::size_t kAround = 1 + 1 + 8;  // family, the 0 after the name, the hash
  if (key.size() < kAround) return malformed("the key of a producer");
  RecordReader in(value);
  ProducerRow row;
  row.source = key.substr(1, key.size() - kAround);
  row.position.producer = trailing_number(key);
  row.position.epoch = in.varint();
  row.position.sequence = in.varint();
  row.position.heard = instant_of_micros(in.zigzag());
  if (!in.whole()) return malformed("a producer of source '" + row.source + "'");
  return row;
}

std::string encode_voice_row(const VoiceRow& row) {
  std::string value = begin();
  ByteWriter(value).varint(row.key_seq);
  return value;
}

Result<VoiceRow> decode_voice_row(std::string_view list, std::string_view value) {
  RecordReader in(value);
  VoiceRow row{std::string(list), in.varint()};
  if (!in.whole()) return malformed("the voices of list '" + row.list + "'");
  return row;
}

std::string encode_alert_state(std::string_view bytes) { return begin().append(bytes); }

Result<AlertStateRow> decode_alert_state(std::string_view key, std::string_view value) {
  AlertStateRow row{std::string(key.substr(1)), {}};
  RecordReader in(value);
  if (!in.readable()) return malformed("the alerts of room '" + row.key + "'");
  row.bytes = value.substr(1);
  return row;
}

std::string encode_silence_row(const SilenceRow& row) {
  std::string value = begin();
  ByteWriter out(value);
  out.zigzag(micros(row.last));
  out.varint(row.gaps.size());
  for (const uint32_t gap : row.gaps) out.varint(gap);
  return value;
}

Result<SilenceRow> decode_silence_row(std::string_view key, std::string_view value) {
  constexpr std::size_t kAround = 1 + 1 + 8;  // family, zero, hash
  if (key.size() <= kAround) return malformed("the silence of somebody");
  SilenceRow row;
  row.list = key.substr(1, key.size() - kAround);
  row.member = trailing_number(key);
  RecordReader in(value);
  row.last = instant_of_micros(in.zigzag());
  const uint64_t gaps = in.varint();
  for (uint64_t i = 0; i < gaps && in.ok(); ++i) row.gaps.push_back(static_cast<uint32_t>(in.varint()));
  if (!in.whole()) return malformed("the silence of somebody on list '" + row.list + "'");
  return row;
}

}  // namespace roomtone::store
