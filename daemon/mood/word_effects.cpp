#include "mood/word_effects.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

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

struct Told {
  int32_t effect = 0;  // of 127
  uint16_t token = 0;
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
  // Features are in the order of tokens, so those of one token lie side by side.
  std::array<Told, kSampleWords> told{};
  std::size_t count = 0;
  const int64_t alone = std::max<int64_t>(1, net_->pool[1]);
  const int64_t scale = net_->pool[std::min<std::size_t>(features.dense[kDenseKnown], net_->pool.size() - 1)];
  for (std::size_t i = 0; i < features.count;) {
    const std::size_t at = features.token(i);
    int64_t sum = 0;
    for (; i < features.count && features.token(i) == at; ++i) {
      const int8_t* const row = find_row(*net_, features.keys[i]);
      if (row == nullptr) continue;
      const Effect& effect =
          by_row_[static_cast<std::size_t>(row - reinterpret_cast<const int8_t*>(net_->table.data())) / net_->lanes];
      sum += (features.flags(i) & kNegated) != 0 ? effect.negated : effect.plain;
    }
    const Token& token = tokens.tokens[at];
    if (!is_word(token)) continue;
    const auto effect = static_cast<int32_t>(std::clamp<int64_t>(sum * scale / alone * kTold / 32'767, -kTold, kTold));
    if (std::abs(effect) < kTelling) continue;
    // Kept in order while it grows: there are few.
    std::size_t place = count;
    while (place > 0 && std::abs(told[place - 1].effect) < std::abs(effect)) --place;
    if (place == kSampleWords) continue;
    count = std::min(count + 1, kSampleWords);
    std::move_backward(told.begin() + static_cast<std::ptrdiff_t>(place),
                       told.begin() + static_cast<std::ptrdiff_t>(count) - 1,
                       told.begin() + static_cast<std::ptrdiff_t>(count));
    told[place] = {effect, static_cast<uint16_t>(at)};
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Token& token = tokens.tokens[told[i].token];
    const std::string_view text = tokens.view(token);
    const auto effect = static_cast<int8_t>(told[i].effect);
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
