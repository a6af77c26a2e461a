#include "mood/word_effects.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <span>

#include "mood/judgement.hpp"

namespace roomtone::mood {

namespace {

constexpr int32_t kMicroPerStep = 1'000'000 / 32'767;  // of an Effect
constexpr int32_t kTold = 127;                         // as SampleWords has it
constexpr int32_t kTelling = 2;                        // a smaller effect, of 127, is none

int16_t step_of(int32_t micro) { return static_cast<int16_t>(std::clamp(micro / kMicroPerStep, -32'767, 32'767)); }

/// Whether people would call it a word.
bool is_word(const Token& token) {
  if ((token.flags & kFromHashtag) != 0 || (token.flags & kDigitFirst) != 0) return false;
  return token.kind == TokenKind::word || token.kind == TokenKind::hashtag || token.kind == TokenKind::emoji ||
         token.kind == TokenKind::emoticon;
}

/// Tokens by what they add up to, the largest first; of equals the first said.
class Largest {
 public:
  [[nodiscard]] bool lets(int32_t sum) const { return std::abs(sum) > least_; }

  /// A token whose sum it lets.
  void take(int32_t sum, uint16_t token) {
    std::size_t place = std::min(count_, kSampleWords - 1);
    count_ = std::min(count_ + 1, kSampleWords);
    for (; place > 0 && std::abs(at_[place - 1].sum) < std::abs(sum); --place) at_[place] = at_[place - 1];
    at_[place] = {sum, token};
    if (count_ == kSampleWords) least_ = std::abs(at_.back().sum);
  }

  struct Told {
    int32_t sum;  // of effects
    uint16_t token;
  };
  [[nodiscard]] std::span<const Told> all() const { return {at_.data(), count_}; }

 private:
  std::array<Told, kSampleWords> at_{};
  std::size_t count_ = 0;
  int32_t least_ = 0;  // what has to be exceeded
};

}  // namespace

WordEffects::WordEffects(const Network& net, Instructions instructions) : net_(&net) {
  by_row_.resize(net.table.size() / net.lanes);
  const auto valence = [&](const int8_t* row, uint8_t flags) {
    return mood_of(net, forward_row(net, row, flags, instructions).at).valence_micro;
  };
  const int32_t unknown = valence(nullptr, 0);
  for (std::size_t i = 0; i < by_row_.size(); ++i) {
    const auto* const row = reinterpret_cast<const int8_t*>(net.table.data()) + i * net.lanes;
    if (row[0] == 0 && row[1] == 0) continue;  // no row has the mark 0
    by_row_[i] = {step_of(valence(row, 0) - unknown), step_of(valence(row, kNegated) - unknown)};
  }
}

void WordEffects::words_of(const Tokens& tokens, const Features& features, SampleWords& words) const {
  words.clear();
  const int64_t alone = std::max<int64_t>(1, net_->pool[1]);
  const int64_t scale = net_->pool[std::min<std::size_t>(features.dense[kDenseKnown], net_->pool.size() - 1)];
  const auto* const table = reinterpret_cast<const int8_t*>(net_->table.data());
  const int row_bits = std::countr_zero(net_->lanes);
  Largest largest;
  // Known features are in the order of tokens, so those of one token lie side by side.
  const std::span known(features.known.data(), features.known_count);
  for (std::size_t i = 0; i < known.size();) {
    const auto token = static_cast<uint16_t>(known[i].place / 2U);
    int32_t sum = 0;
    for (; i < known.size() && known[i].place / 2U == token; ++i) {
      const Effect& effect = by_row_[static_cast<std::size_t>(known[i].row - table) >> row_bits];
      sum += (known[i].flags & kNegated) != 0 ? effect.negated : effect.plain;
    }
    if (largest.lets(sum) && is_word(tokens.tokens[token])) largest.take(sum, token);
  }
  for (const Largest::Told& told : largest.all()) {
    const int64_t of_127 = told.sum * scale / alone * kTold / 32'767;
    if (std::abs(of_127) < kTelling) return;  // the others are smaller
    const auto effect = static_cast<int8_t>(std::clamp<int64_t>(of_127, -kTold, kTold));
    const Token& token = tokens.tokens[told.token];
    const std::string_view text = tokens.view(token);
    if (token.kind != TokenKind::hashtag) {
      words.add(text, effect);
    } else if (text.size() < kSampleWordBytesMax) {
      std::array<char, kSampleWordBytesMax> tag;
      tag[0] = '#';
      std::ranges::copy(text, tag.begin() + 1);
      words.add({tag.data(), text.size() + 1}, effect);
    }
  }
}

}  // namespace roomtone::mood
