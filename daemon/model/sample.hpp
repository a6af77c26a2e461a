#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

namespace roomtone {

inline constexpr std::size_t kSampleWords = 3;
inline constexpr std::size_t kSampleWordsBytes = 28;
inline constexpr std::size_t kSampleWordBytesMax = 24;  // a longer one says nothing that people would recognise

/// Words of one message with the effect that each had on its valence, in 127ths: those with the largest effects, as
/// they fit into kSampleWordsBytes. Links, mentions and numbers are none.
class SampleWords {
 public:
  /// False when it does not fit.
  bool add(std::string_view word, int8_t effect) {
    if (word.size() > kSampleWordBytesMax || size_ + word.size() + 2 > kSampleWordsBytes) return false;
    bytes_[size_++] = static_cast<char>(word.size());
    std::ranges::copy(word, bytes_.begin() + size_);
    size_ = static_cast<uint8_t>(size_ + word.size());
    bytes_[size_++] = static_cast<char>(effect);
    return true;
  }
  void clear() {
    bytes_ = {};
    size_ = 0;
  }

  /// Calls `visit(word, effect)` for each.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::size_t at = 0; at < size_;) {
      const auto length = static_cast<uint8_t>(bytes_[at]);
      visit(std::string_view(bytes_.data() + at + 1, length), static_cast<int8_t>(bytes_[at + 1 + length]));
      at += length + std::size_t{2};
    }
  }

  /// As it is stored: of each word its length, its bytes and its effect, a byte each but for the word.
  [[nodiscard]] std::string_view bytes() const { return {bytes_.data(), size_}; }
  /// False, and nothing taken, when the bytes are no words.
  bool assign(std::string_view bytes) {
    if (bytes.size() > kSampleWordsBytes) return false;
    for (std::size_t at = 0; at < bytes.size();) {
      const auto length = static_cast<uint8_t>(bytes[at]);
      if (length == 0 || length > kSampleWordBytesMax || length + std::size_t{2} > bytes.size() - at) return false;
      at += length + std::size_t{2};
    }
    clear();
    std::ranges::copy(bytes, bytes_.begin());
    size_ = static_cast<uint8_t>(bytes.size());
    return true;
  }

  friend bool operator==(const SampleWords&, const SampleWords&) = default;
  friend bool operator<(const SampleWords& a, const SampleWords& b) { return a.bytes() < b.bytes(); }

 private:
  std::array<char, kSampleWordsBytes> bytes_{};
  uint8_t size_ = 0;
};

/// What is worked out of a text only when a sketch keeps it.
struct SampleText {
  uint64_t likeness = 0;  // see model/likeness.hpp
  SampleWords words;

  friend bool operator==(const SampleText&, const SampleText&) = default;
  friend bool operator<(const SampleText& a, const SampleText& b) {
    return std::tie(a.likeness, a.words) < std::tie(b.likeness, b.words);
  }
};

/// One message of a uniform sample of a room's messages. What the same author says with the same words in the same
/// microsecond is one entry.
struct SampleEntry {
  uint64_t hash = 0;  // keyed hash of author, signature, pane and mark (see MessagePart); a sketch_hash
  int64_t n = 0;      // how often it was said

  // What was said; of those that share the hash the smallest, so that merging does not know an order.
  struct Said {
    bool known = false;  // false: only taken back so far
    bool scored = false;
    uint8_t traits = 0;         // one bit per Trait
    int32_t valence_micro = 0;  // as in this room
    uint64_t author = 0;        // as in VoiceEntry
    uint64_t signature = 0;     // as in CampaignEntry; 0 where the text has a likeness, which says more
    SampleText text;

    friend bool operator==(const Said&, const Said&) = default;
    friend bool operator<(const Said& a, const Said& b) {
      return std::tie(a.known, a.scored, a.traits, a.valence_micro, a.author, a.signature, a.text) <
             std::tie(b.known, b.scored, b.traits, b.valence_micro, b.author, b.signature, b.text);
    }
  } said;

  void add(const SampleEntry& other) {
    n += other.n;
    if (other.said.known && (!said.known || other.said < said)) said = other.said;
  }
  [[nodiscard]] bool empty() const { return n == 0; }
  friend bool operator==(const SampleEntry&, const SampleEntry&) = default;
};

}  // namespace roomtone
