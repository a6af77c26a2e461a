#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "model/bottom_k.hpp"
#include "model/mood.hpp"

namespace roomtone {

/// Facts about a message that are counted per room.
enum class Trait : uint8_t { reply, question, link, reshare, automated, media, quote };
inline constexpr std::size_t kTraits = 7;

/// One author's share of a pane.
struct VoiceEntry {
  uint64_t hash = 0;          // keyed hash of network and author
  int64_t n = 0;              // messages
  int64_t scored = 0;         // of them, those with a mood
  int64_t valence_micro = 0;  // their sum

  void add(const VoiceEntry& other) {
    n += other.n;
    scored += other.scored;
    valence_micro += other.valence_micro;
  }
  [[nodiscard]] bool empty() const { return n == 0; }
  friend bool operator==(const VoiceEntry&, const VoiceEntry&) = default;
};

/// One near-identical text and how often it was said.
struct CampaignEntry {
  uint64_t hash = 0;  // keyed signature, see tally/signature.hpp
  int64_t n = 0;

  void add(const CampaignEntry& other) { n += other.n; }
  [[nodiscard]] bool empty() const { return n == 0; }
  friend bool operator==(const CampaignEntry&, const CampaignEntry&) = default;
};

inline constexpr std::size_t kVoicesKept = 256;     // distinct voices within 6.3 %
inline constexpr std::size_t kCampaignsKept = 128;  // unique volume within 8.9 %
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

  void merge(const Rollup& other);

  /// Messages with a mood.
  [[nodiscard]] int64_t scored() const { return n - unscored; }
  [[nodiscard]] std::size_t memory_bytes() const {
    return sizeof(Rollup) + voices.memory_bytes() + campaigns.memory_bytes();
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
  Mood mood;
  uint8_t traits = 0;  // one bit per Trait
};
void add_part(Rollup& rollup, const MessagePart& part, int sign);

/// Row and journal form: tagged fields, see store/FORMAT.md. Appends to `out`.
void encode_rollup(const Rollup& rollup, std::string& out);

/// Adds an encoded rollup. False, with `into` in an unknown but valid state, when the bytes are malformed.
[[nodiscard]] bool merge_encoded_rollup(std::string_view bytes, Rollup& into);

/// Field tags of the encoded form; never reused.
namespace rollup_field {
inline constexpr uint64_t kCounts = 1;
inline constexpr uint64_t kHistogram = 2;
inline constexpr uint64_t kTraits = 3;
inline constexpr uint64_t kVoices = 4;
inline constexpr uint64_t kCampaigns = 5;
}  // namespace rollup_field

}  // namespace roomtone
