#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/commit.hpp"
#include "model/pane_loader.hpp"

/// Values of the store's rows, see FORMAT.md. Every value begins with a version byte; one that does not read to its
/// very end is an error and never a figure. (RocksDB's own checksums tell flipped bits.)
namespace roomtone::store {

/// The row under meta_key().
struct Meta {
  uint32_t format = 0;
  uint64_t epoch = 0;
  SipKey sketch_key;
  uint64_t sequence = 0;
  uint64_t global_seq = 0;
};

inline constexpr uint32_t kFormat = 4;  // refused when the store's is greater

[[nodiscard]] std::string encode_meta(const Meta& meta);
[[nodiscard]] Result<Meta> decode_meta(std::string_view value);

[[nodiscard]] std::string encode_source(const SourceRow& row);
[[nodiscard]] Result<SourceRow> decode_source(std::string_view name, std::string_view value);

[[nodiscard]] std::string encode_room(const RoomRow& row);
[[nodiscard]] Result<RoomRow> decode_room(std::string_view key, std::string_view value);

[[nodiscard]] std::string encode_pane(const PaneRow& row);
[[nodiscard]] Result<StoredRollup> decode_pane(SpanIndex index, std::string_view value);
[[nodiscard]] std::string encode_sample_row(const PaneRow& row);
/// Adds the sample to what its pane's row gave.
[[nodiscard]] Result<void> decode_sample_row(std::string_view value, Rollup& into);

[[nodiscard]] std::string encode_journal(const Commit& commit);
[[nodiscard]] Result<Recovered::JournalRecord> decode_journal(uint64_t sequence, std::string_view value);

/// How many messages of `room` retention has taken away.
[[nodiscard]] std::string encode_forgotten(int64_t said);
[[nodiscard]] Result<int64_t> decode_forgotten(std::string_view value);

/// Contribution rows are opaque here: only wrapped.
[[nodiscard]] std::string encode_contributions(std::string_view row);
[[nodiscard]] Result<std::string> decode_contributions(std::string_view value);

[[nodiscard]] std::string encode_producer(const ProducerPosition& position);
/// `key` is the row's whole key, which holds the source's name and the producer's hash.
[[nodiscard]] Result<ProducerRow> decode_producer(std::string_view key, std::string_view value);

/// Rows of request keys are opaque here: only wrapped.
[[nodiscard]] std::string encode_requests(std::string_view row);
[[nodiscard]] Result<std::string> decode_requests(std::string_view value);
[[nodiscard]] std::string encode_heard_row(std::string_view row);
[[nodiscard]] Result<std::string> decode_heard_row(std::string_view value);

[[nodiscard]] std::string encode_voice_row(const VoiceRow& row);
[[nodiscard]] Result<VoiceRow> decode_voice_row(std::string_view list, std::string_view value);

[[nodiscard]] std::string encode_alert_state(std::string_view bytes);
[[nodiscard]] Result<AlertStateRow> decode_alert_state(std::string_view key, std::string_view value);

[[nodiscard]] std::string encode_silence_row(const SilenceRow& row);
/// `key` is the row's whole key, which holds the list and the member's hash.
[[nodiscard]] Result<SilenceRow> decode_silence_row(std::string_view key, std::string_view value);

}  // namespace roomtone::store
