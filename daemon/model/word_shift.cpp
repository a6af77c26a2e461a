#include "model/word_shift.hpp"

#include "model/campaigns.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <unordered_map>

namespace roomtone {

namespace {

constexpr int64_t kEffectsOfOne = 127;        // an effect is in 127ths of valence
constexpr int64_t kMicro = 1'000'000;         // a valence in millionths
constexpr double kExact = 127.0 * 1'000'000;  // both are whole in this unit

/// What the samples of one span say of a word.
struct Said {
  double weight = 0;   // messages that it stands in, counted as often as it does
  double effects = 0;  // in units of kExact
  int64_t sampled = 0;
};

/// A few different voices; more need not be told apart.
class Voices {
 public:
  void add(uint64_t voice) {
    if (voice == 0 || count_ == kWordVoicesMin) return;
    const auto end = few_.begin() + static_cast<std::ptrdiff_t>(count_);
    if (std::find(few_.begin(), end, voice) == end) few_[count_++] = voice;
  }
  [[nodiscard]] bool enough() const { return count_ == kWordVoicesMin; }

 private:
  std::array<uint64_t, kWordVoicesMin> few_{};
  std::size_t count_ = 0;
};

struct Word {
  Said before;
  Said now;
  Voices voices;
};
using Words = std::unordered_map<std::string_view, Word>;  // views into the spans

/// Sums of one span.
struct Sums {
  double weight = 0;   // scored messages
  double valence = 0;  // in units of kExact
  int64_t sampled = 0;
};

Sums add_up(const SampledSpan& span, Said Word::*side, const Keep& keep, Words& words) {
  Sums sums;
  for (const auto& [entry, weight] : span.sampled()) {
    const SampleEntry::Said& said = entry.said;
    if (!said.scored || (keep && !keep(said))) continue;
    sums.weight += weight;
    sums.valence += weight * static_cast<double>(said.valence_micro * kEffectsOfOne);
    sums.sampled += entry.n;
    const uint64_t voice = voice_of(said);
    said.text.words.for_each([&, n = entry.n, w = weight](std::string_view text, int8_t effect) {
      Word& word = words[text];
      Said& here = word.*side;
      here.weight += w;
      here.effects += w * static_cast<double>(effect * kMicro);
      here.sampled += n;
      word.voices.add(voice);
    });
  }
  return sums;
}

std::optional<double> effect_of(const Said& said) {
  if (said.weight <= 0) return std::nullopt;
  return said.effects / said.weight / kExact;
}

WordShift shift_of(std::string_view text, const Word& word, const Sums& before, const Sums& now) {
  WordShift shift;
  shift.word = text;
  shift.share_before = word.before.weight / before.weight;
  shift.share_now = word.now.weight / now.weight;
  shift.effect_before = effect_of(word.before);
  shift.effect_now = effect_of(word.now);
  shift.sampled_before = word.before.sampled;
  shift.sampled_now = word.now.sampled;
  shift.contribution = word.now.effects / now.weight / kExact - word.before.effects / before.weight / kExact;
  if (shift.effect_before && shift.effect_now)
    shift.mood = (*shift.effect_now - *shift.effect_before) * (shift.share_before + shift.share_now) / 2;
  shift.frequency = shift.contribution - shift.mood;
  return shift;
}

std::optional<double> tone_of(const Rollup& rollup) {
  if (rollup.scored() <= 0) return std::nullopt;
  return static_cast<double>(rollup.valence_micro_sum) / static_cast<double>(kMicro * rollup.scored());
}

}  // namespace

uint64_t voice_of(const SampleEntry::Said& said) { return said.author != 0 ? said.author : text_of(said); }

Shift word_shift(const SampledSpan& before, const SampledSpan& now) {
  Words words;
  const Sums sums_before = add_up(before, &Word::before, {}, words);
  const Sums sums_now = add_up(now, &Word::now, {}, words);
  Shift shift;
  shift.sampled_before = sums_before.sampled;
  shift.sampled_now = sums_now.sampled;
  if (sums_before.weight <= 0 || sums_now.weight <= 0) return shift;
  shift.change = sums_now.valence / sums_now.weight / kExact - sums_before.valence / sums_before.weight / kExact;
  for (const auto& [text, word] : words)
    if (word.voices.enough()) shift.words.push_back(shift_of(text, word, sums_before, sums_now));
  std::ranges::sort(shift.words, [](const WordShift& a, const WordShift& b) {
    const double of_a = std::abs(a.contribution);
    const double of_b = std::abs(b.contribution);
    return of_a != of_b ? of_a > of_b : a.word < b.word;
  });
  double told = 0;  // added in a fixed order, so that every machine has the same remainder
  for (const WordShift& word : shift.words) told += word.contribution;
  shift.rest = shift.change - told;
  if (const auto was = tone_of(before.whole()), is = tone_of(now.whole()); was && is)
    shift.gap = *is - *was - shift.change;
  return shift;
}

std::vector<Term> top_terms(const SampledSpan& span, std::size_t terms_max, const Keep& keep) {
  Words words;
  const Sums sums = add_up(span, &Word::now, keep, words);
  std::vector<Term> terms;
  for (const auto& [text, word] : words) {
    if (!word.voices.enough() || word.now.weight <= 0) continue;
    terms.push_back(
        {std::string(text), word.now.weight / sums.weight, effect_of(word.now).value_or(0), word.now.sampled});
  }
  std::ranges::sort(
      terms, [](const Term& a, const Term& b) { return a.share != b.share ? a.share > b.share : a.word < b.word; });
  if (terms.size() > terms_max) terms.resize(terms_max);
  return terms;
}

std::optional<double> sampled_tone(const SampledSpan& span, const Keep& keep) {
  double weight = 0;
  double valence = 0;
  for (const auto& sampled : span.sampled()) {
    const SampleEntry::Said& said = sampled.entry.said;
    if (!said.scored || (keep && !keep(said))) continue;
    weight += sampled.weight;
    valence += sampled.weight * static_cast<double>(said.valence_micro);
  }
  if (weight <= 0) return std::nullopt;
  return valence / weight / static_cast<double>(kMicro);
}

}  // namespace roomtone
