#include "mood/network.hpp"

#include <algorithm>
#include <bit>

#include "mood/layers.hpp"

namespace roomtone::mood {

namespace {

constexpr std::size_t kLineBytes = 64;

constexpr std::size_t kMoodOutputs = 8;
static_assert(kPositive < kMoodOutputs && kValence < kMoodOutputs);
static_assert(kDenseCount == kDenseInputs);

/// Where in the table a feature is, if it is there. A line holds rows of `Lanes` bytes.
template <std::size_t Lanes>
class Table {
 public:
  explicit Table(const Network& net) : lines_(net.table.data()), mask_(net.line_mask) {}

  /// The feature's row, or nullptr.
  [[nodiscard]] const int8_t* find(uint64_t key) const {
    const uint8_t* const line = lines_ + (key & mask_) * kLineBytes;
    const auto mark = static_cast<uint16_t>(key >> 48 | 1);
    const uint8_t* row = nullptr;
    for (std::size_t i = kLineBytes; i > 0; i -= Lanes) {
      uint16_t there;
      __builtin_memcpy(&there, line + i - Lanes, sizeof there);
      row = there == mark ? line + i - Lanes : row;
    }
    return reinterpret_cast<const int8_t*>(row);
  }

 private:
  const uint8_t* lines_;
  uint64_t mask_;
};

/// The row of a word that is written long, under the first spelling that the model knows.
template <std::size_t Lanes>
const int8_t* find_short(const Table<Lanes>& table, const FeatureFilter& filter, std::string_view word) {
  for (const uint64_t key : short_spellings(word)) {
    if (key == 0 || filter.passes(key) == 0) continue;
    if (const int8_t* row = table.find(key); row != nullptr) return row;
  }
  return nullptr;
}

/// Fills in the first features of the text that the model knows.
template <std::size_t Lanes>
void find_known(const Network& net, const Tokens& tokens, Features& features) {
  const Table<Lanes> table(net);
  std::size_t found = 0;
  // As many at a time as may all be known, so that only the rest of a very long text is counted again.
  for (std::size_t i = 0; i < features.count && found < kKnownMax;) {
    const std::size_t end = std::min(features.count, i + (kKnownMax - found));
    for (; i < end; ++i) {
      const uint64_t key = features.keys[i];
      const uint16_t place = features.places[i];
      const uint8_t flags = features.flags_at[place];
      const int8_t* row = table.find(key);
      if ((flags & kLong) != 0) [[unlikely]] {
        const FeatureFilter filter(net.filter);
        if (filter.passes(key) == 0) row = nullptr;  // listed for its length alone
        if (row == nullptr) row = find_short(table, filter, tokens.view(tokens.tokens[features.token(i)]));
      }
      features.known[found] = {row, flags, place};
      found += row != nullptr ? 1 : 0;
    }
  }
  features.known_count = found;
  features.dense[kDenseKnown] = static_cast<uint8_t>(std::min<std::size_t>(found, kDenseMax));
}

/// Two inputs in one store: layers load them in one, which has to wait long for two that are not yet in memory.
void put_pair(Inputs& inputs, std::size_t at, int32_t first, int32_t second) {
  const auto pair = static_cast<uint32_t>(first & 0xffff) | static_cast<uint32_t>(second) << 16;
  static_assert(std::endian::native == std::endian::little);
  __builtin_memcpy(inputs.at.data() + at, &pair, sizeof pair);
}

/// From the rows of a text and the facts about it to the outputs.
template <typename Kind>
Outputs run_rows(const Network& net, std::span<const Known> known, const std::array<uint8_t, kDenseCount>& facts,
                 std::size_t wanted) {
  Inputs inputs;
  const unsigned used = Kind::pool(net, known, inputs);
  const std::size_t pooled = kSums * net.lanes;
  const auto dense = [&](std::size_t i) { return net.dense[i * (kDenseMax + 1U) + facts[i]]; };
  for (std::size_t i = 0; i < kDenseCount; i += 2) put_pair(inputs, pooled + i, dense(i), dense(i + 1));
  Outputs outputs{};
  Kind::layers(net, inputs, used, wanted, outputs.at.data());
  for (std::size_t i = 0; i < wanted; ++i) outputs.at[i] = rounded_shift(outputs.at[i], net.output_shift);
  return outputs;
}

template <typename Kind>
Outputs run(const Network& net, const Tokens& tokens, Features& features, std::size_t wanted) {
  net.lanes == 32 ? find_known<32>(net, tokens, features) : find_known<64>(net, tokens, features);
  return run_rows<Kind>(net, {features.known.data(), features.known_count}, features.dense, wanted);
}

}  // namespace

Instructions best_instructions() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") != 0 ? Instructions::avx2 : Instructions::portable;
#else
  return Instructions::portable;
#endif
}

Outputs forward(const Network& net, const Tokens& tokens, Features& features, Instructions instructions,
                Wanted wanted) {
  const std::size_t outputs = wanted == Wanted::mood ? kMoodOutputs : kOutputs;
  return instructions == Instructions::avx2 ? run<Avx2>(net, tokens, features, outputs)
                                            : run<Portable>(net, tokens, features, outputs);
}

Outputs forward_row(const Network& net, const int8_t* row, uint8_t flags, Instructions instructions) {
  const Known known{row, flags, 1};
  const std::size_t count = row == nullptr ? 0 : 1;
  std::array<uint8_t, kDenseCount> facts{};
  facts[kDenseWords] = 1;
  facts[kDenseKnown] = static_cast<uint8_t>(count);
  return instructions == Instructions::avx2 ? run_rows<Avx2>(net, {&known, count}, facts, kMoodOutputs)
                                            : run_rows<Portable>(net, {&known, count}, facts, kMoodOutputs);
}

}  // namespace roomtone::mood
