#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "model/bottom_k.hpp"
#include "model/mood.hpp"
#include "model/sample.hpp"
#include "model/tiers.hpp"

namespace roomtone {

/// Facts about a message that are counted per room.
enum class Trait : uint8_t { reply, question, link, reshare, automated, media, quote, young };
inline constexpr std::size_t kTraits = 8;
[[nodiscard]] constexpr bool has(uint8_t traits, Trait trait) {
  return (traits >> static_cast<unsigned>(trait) & 1) != 0;
}

/// One author's share of a pane.
struct VoiceEntry {
  uint64_t hash = 0;          // keyed hash of network and author; a sketch_hash
  int64_t n = 0;              // messages
  int64_t scored = 0;         // of them, those with a mood
  int64_t valence_micro = 0;  // their sum
  int64_t automated = 0;      // messages by declared automation
  int64_t young = 0;          // messages of an account that was under 30 days old

  void add(const VoiceEntry& other) {
    n += other.n;
    scored += other.scored;
    valence_micro += other.valence_micro;
    automated += other.automated;
    young += other.young;
  }
  [[nodiscard]] bool empty() const { return n == 0; }
  friend bool operator==(const VoiceEntry&, const VoiceEntry&) = default;
};

/// One text and how often it was said, with the same words in the same order.
struct CampaignEntry {
  uint64_t hash = 0;  // keyed signature, see tally/signature.hpp; a sketch_hash
  int64_t n = 0;
  uint64_t likeness = 0;  // by which near copies are found, see model/likeness.hpp; 0 for a text of few words

  void add(const CampaignEntry& other) {
    n += other.n;
    likeness = std::max(likeness, other.likeness);  // the same for the same words, or not worked out by one side
  }
  [[nodiscard]] bool empty() const { return n == 0; }
  friend bool operator==(const CampaignEntry&, const CampaignEntry&) = default;
};

/// Hashes in sketches have 48 bits, the upper ones, so that rows are small. Of a million authors one pair in 600 rooms
/// shares a hash.
inline constexpr uint64_t kSketchHashMask = 0xffff'ffff'ffff'0000;
[[nodiscard]] constexpr uint64_t sketch_hash(uint64_t hash) {
  const uint64_t cut = hash & kSketchHashMask;
  return cut == 0 ? uint64_t{1} << 16 : cut;
}

inline constexpr std::size_t kVoicesKept = 256;     // distinct voices within 6.3 %
inline constexpr std::size_t kCampaignsKept = 128;  // unique volume within 8.9 %
inline constexpr std::size_t kSampleKept = 44;      // a share of all messages within 7.5 % of them
inline constexpr std::size_t kHistogramBins = 21;   // valence -1.0, -0.9 .. 1.0, to the nearest tenth

/// What a pane or a window of one room adds up to, all in whole numbers.
///
/// merge is associative and commutative, with the empty rollup as identity, so batch cuts, thread counts and replays
/// give the same bytes. A retraction is a rollup with negative counts. Sums last 64 bits: 10^12 messages of |valence|
/// <= 10^6 millionths use 60.
struct Rollup {
  int64_t n = 0;
  int64_t pos = 0;
  int64_t neg = 0;
  int64_t neutral = 0;
  int64_t unscored = 0;
  int64_t valence_micro_sum = 0;     // millionths
  int64_t valence_sq_micro_sum = 0;  // sum over messages of round(valence^2 * 10^6)
  std::array<int64_t, kHistogramBins> histogram{};
  std::array<int64_t, kTraits> traits{};
  BottomK<VoiceEntry, kVoicesKept> voices;
  BottomK<CampaignEntry, kCampaignsKept> campaigns;
  BottomK<SampleEntry, kSampleKept> sample;

  void merge(const Rollup& other);

  /// Messages with a mood.
  [[nodiscard]] int64_t scored() const { return n - unscored; }
  [[nodiscard]] std::size_t memory_bytes() const {
    return sizeof(Rollup) + voices.memory_bytes() + campaigns.memory_bytes() + sample.memory_bytes();
  }

  friend bool operator==(const Rollup&, const Rollup&) = default;
};

/// The histogram bin of a valence.
[[nodiscard]] constexpr std::size_t histogram_bin(int32_t valence_micro) {
  const int32_t shifted = valence_micro + 1'050'000;  // -1.05 .. is the lower edge of bin 0
  const int32_t bin = shifted / 100'000;
  return static_cast<std::size_t>(bin < 0 ? 0 : bin > 20 ? 20 : bin);
}

/// round(valence^2 * 10^6) of a valence in millionths.
[[nodiscard]] constexpr int64_t square_micro(int32_t valence_micro) {
  const int64_t v = valence_micro;
  return (v * v + 500'000) / 1'000'000;
}

/// One message's part, for contributions that may be taken back. `sign` is 1 to add and -1 to retract.
struct MessagePart {
  uint64_t author = 0;     // keyed hash; 0 when the record named nobody
  uint64_t signature = 0;  // keyed; 0 when the text had none
  uint64_t mark = 0;       // tells apart what one author says with the same words: µs since the pane began
  Mood mood;
  uint8_t traits = 0;  // one bit per Trait
};

/// By which a message is sampled in a pane: each message by itself, or whoever says one thing a thousand times would be
/// in the sample a thousandfold or not at all.
[[nodiscard]] uint64_t sample_hash(const MessagePart& part, SpanIndex pane);

/// Adds the part in the pane `pane`. `text` is what only those need who keep the message in a sketch; null for a
/// retraction, and where no sketch keeps it.
void add_part(Rollup& rollup, const MessagePart& part, SpanIndex pane, int sign, const SampleText* text = nullptr);

/// Row and journal form: tagged fields, see store/FORMAT.md. Appends to `out`. The sample has a row of its own.
void encode_rollup(const Rollup& rollup, std::string& out);
void encode_figures(const Rollup& rollup, std::string& out);  // all but the sample
void encode_sample(const Rollup& rollup, std::string& out);   // nothing if it is empty

/// Adds an encoded rollup. False, with `into` in an unknown but valid state, when the bytes are malformed.
[[nodiscard]] bool merge_encoded_rollup(std::string_view bytes, Rollup& into);

/// Field tags of the encoded form; never reused.
namespace rollup_field {
inline constexpr uint64_t kCounts = 1;
inline constexpr uint64_t kHistogram = 2;
inline constexpr uint64_t kTraits = 3;
inline constexpr uint64_t kVoices = 4;
inline constexpr uint64_t kCampaigns = 5;
inline constexpr uint64_t kVoicesShort = 6;     // since format 4, in the place of 4
inline constexpr uint64_t kCampaignsShort = 7;  // since format 4, in the place of 5
inline constexpr uint64_t kSample = 8;          // since format 4
inline constexpr uint64_t kHistogramShort = 9;  // since format 4, in the place of 2
inline constexpr uint64_t kTraitsShort = 10;    // since format 4, in the place of 3
}  // namespace rollup_field

}  // namespace roomtone
