#include "mood/network.hpp"

#include <algorithm>

#include "mood/layers.hpp"

namespace roomtone::mood {

namespace {

constexpr std::size_t kLineBytes = 64;

/// Where in the table a feature is, if it is there.
class Table {
 public:
  explicit Table(const Network& net) : net_(net) {}

  /// 1 if the feature may be there, 0 if it surely is not. Asked of every feature, without a branch.
  [[nodiscard]] uint64_t maybe(uint64_t key) const {
    const uint64_t bit = key >> 20 & net_.filter_mask;
    return net_.filter[bit / 64] >> (bit % 64) & 1;
  }
  void prefetch(uint64_t key) const { __builtin_prefetch(line(key)); }
  /// The feature's row, or nullptr.
  [[nodiscard]] const int8_t* find(uint64_t key) const {
    const uint8_t* const at = line(key);
    const auto mark = static_cast<uint16_t>(key >> 48 | 1);
    for (std::size_t i = 0; i < kLineBytes; i += net_.lanes) {
      uint16_t there;
      __builtin_memcpy(&there, at + i, sizeof there);
      if (there == mark) return reinterpret_cast<const int8_t*>(at + i);
    }
    return nullptr;
  }

 private:
  [[nodiscard]] const uint8_t* line(uint64_t key) const { return net_.table.data() + (key & net_.line_mask) * kLineBytes; }

  const Network& net_;
};

/// The row of a word that is written long, under the first spelling that the model knows.
const int8_t* find_short(const Table& table, std::string_view word) {
  for (const uint64_t key : short_spellings(word)) {
    if (key == 0 || table.maybe(key) == 0) continue;
    if (const int8_t* row = table.find(key); row != nullptr) return row;
  }
  return nullptr;
}

/// Fills `known` with the first features of the text that the model knows; returns how many, and in `words` how many of
/// them are words.
std::size_t find_known(const Network& net, const Tokens& tokens, const Features& features, Known* known, uint32_t& words) {
  const Table table(net);
  std::array<uint16_t, kFeaturesMax> candidates;
  std::size_t count = 0;
  for (std::size_t i = 0; i < features.count; ++i) {
    const Feature& feature = features.list[i];
    candidates[count] = static_cast<uint16_t>(i);
    const uint64_t maybe = table.maybe(feature.hash) | (feature.flags / kLong & 1);
    if (maybe != 0) table.prefetch(feature.hash);
    count += maybe;
  }
  std::size_t found = 0;
  for (std::size_t i = 0; i < count && found < kKnownMax; ++i) {
    const Feature& feature = features.list[candidates[i]];
    const Token& token = tokens.tokens[feature.token];
    const int8_t* row = table.maybe(feature.hash) != 0 ? table.find(feature.hash) : nullptr;
    if (row == nullptr && (feature.flags & kLong) != 0) row = find_short(table, tokens.view(token));
    if (row == nullptr) continue;
    known[found++] = {row, feature.flags};
    words += (feature.flags & kSingle) != 0 && token.kind == TokenKind::word ? 1 : 0;
  }
  return found;
}

template <typename Kind>
Outputs run(const Network& net, const Tokens& tokens, Features& features) {
  Outputs outputs;
  std::array<Known, kKnownMax> known;
  const std::size_t count = find_known(net, tokens, features, known.data(), outputs.known_words);
  features.dense[kDenseKnown] = static_cast<uint8_t>(std::min<std::size_t>(count, kDenseMax));

  Inputs inputs;
  const unsigned used = Kind::pool(net, {known.data(), count}, inputs);
  const std::size_t pooled = kSums * net.lanes;
  for (std::size_t i = 0; i < kDenseCount; ++i) {
    inputs.at[pooled + i] = net.dense[i * (kDenseMax + 1U) + features.dense[i]];
  }
  const std::size_t size = net.inputs();
  alignas(32) std::array<int32_t, kHiddenMax> sums;
  Kind::layer(net, net.hidden_weights.data(), net.hidden_bias.data(), inputs, size, used, net.hidden, sums.data());
  for (std::size_t i = 0; i < net.hidden; ++i) {
    inputs.at[size + i] = static_cast<int16_t>(std::clamp(rounded_shift(sums[i], net.hidden_shift), 0, kWeightMax));
  }
  Kind::layer(net, net.output_weights.data(), net.output_bias.data(), inputs, size + net.hidden, used, kOutputs, sums.data());
  for (std::size_t i = 0; i < kOutputs; ++i) outputs.at[i] = rounded_shift(sums[i], net.output_shift);
  return outputs;
}

}  // namespace

Instructions best_instructions() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") != 0 ? Instructions::avx2 : Instructions::portable;
#else
  return Instructions::portable;
#endif
}

Outputs forward(const Network& net, const Tokens& tokens, Features& features, Instructions instructions) {
  return instructions == Instructions::avx2 ? run<Avx2>(net, tokens, features) : run<Portable>(net, tokens, features);
}

}  // namespace roomtone::mood
