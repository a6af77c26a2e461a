#include "model/explanation.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "model/campaigns.hpp"
#include "model/figures.hpp"
#include "model/likeness.hpp"

namespace roomtone {

namespace {

/// The texts of one campaign, by which its messages are known in other samples.
class CampaignTexts {
 public:
  /// `id` is the campaign's; its copies hang together in chains, as find_campaigns() has joined them.
  CampaignTexts(uint64_t id, const Rollup& rollup) {
    texts_.insert(id);
    for (bool grown = true; grown;) {
      grown = false;
      for (const SampleEntry& entry : rollup.sample.entries()) {
        if (entry.n <= 0 || !entry.said.known || !holds(entry.said)) continue;
        const bool is_new = texts_.insert(text_of(entry.said)).second;
        const bool is_other = std::ranges::find(likenesses_, entry.said.text.likeness) == likenesses_.end();
        if (is_other) likenesses_.push_back(entry.said.text.likeness);
        grown = grown || is_new || is_other;
      }
    }
  }

  [[nodiscard]] bool holds(const SampleEntry::Said& said) const {
    const uint64_t text = text_of(said);
    if (text == 0) return false;
    return texts_.contains(text) ||
           std::ranges::any_of(likenesses_, [&](uint64_t likeness) { return alike(likeness, said.text.likeness); });
  }

 private:
  std::unordered_set<uint64_t> texts_;
  std::vector<uint64_t> likenesses_;
};

ExplainedSide side_of(const Figures& figures, std::chrono::microseconds elapsed) {
  ExplainedSide side;
  side.n = figures.n;
  side.voices = figures.voices;
  side.tone = figures.raw.tone;
  side.ci_low = figures.raw.ci_low;
  side.ci_high = figures.raw.ci_high;
  side.dispersion = figures.dispersion;
  side.rate_per_min = rate_per_minute(figures.n, elapsed);
  side.name = name_of(figures);
  return side;
}

/// The share of a span's messages that `keep` keeps, of those that are in its samples.
double share_of(const SampledSpan& span, const Keep& keep) {
  double kept = 0;
  double whole = 0;
  for (const auto& [entry, weight] : span.sampled()) {
    whole += weight;
    if (keep(entry.said)) kept += weight;
  }
  return whole > 0 ? kept / whole : 0;
}

/// The part of the samples' change that is gone without the messages that `whose` are. Without a change, none.
double explains(const SampledSpan& before, const SampledSpan& now, double change, const Keep& whose) {
  if (change == 0) return 0;
  const Keep others = [&whose](const SampleEntry::Said& said) { return !whose(said); };
  const auto tone_now = sampled_tone(now, others);
  const auto tone_before = sampled_tone(before, others);
  if (!tone_now || !tone_before) return 1;  // nobody else said anything
  return 1 - (*tone_now - *tone_before) / change;
}

/// The voice that says most in the sample, and how much; 0 without names.
std::pair<uint64_t, double> loudest_voice(const SampledSpan& span) {
  std::unordered_map<uint64_t, double> by_author;
  double whole = 0;
  for (const auto& [entry, weight] : span.sampled()) {
    whole += weight;
    if (entry.said.author != 0) by_author[entry.said.author] += weight;
  }
  std::pair<uint64_t, double> most{0, 0};
  for (const auto& [author, weight] : by_author)
    if (weight > most.second || (weight == most.second && author < most.first)) most = {author, weight};
  if (whole > 0) most.second /= whole;
  return most;
}

/// Whose hash is below both sketches' thresholds stands in each sketch if it was heard at all: of these voices, and
/// they are a fair sample of all, the share that the baseline did not hear.
void set_new_voices(const Rollup& before, const Rollup& now, ExplainedVoices& voices) {
  const auto known = before.voices.entries();
  int64_t all = 0;
  int64_t all_messages = 0;
  int64_t fresh = 0;
  int64_t fresh_messages = 0;
  for (const VoiceEntry& voice : now.voices.entries()) {
    if (voice.n <= 0 || voice.hash > before.voices.threshold()) continue;
    const auto at = std::ranges::lower_bound(known, voice.hash, {}, &VoiceEntry::hash);
    const bool heard = at != known.end() && at->hash == voice.hash && at->n > 0;
    ++all;
    all_messages += voice.n;
    fresh += heard ? 0 : 1;
    fresh_messages += heard ? 0 : voice.n;
  }
  if (all == 0) return;
  voices.new_share = static_cast<double>(fresh) / static_cast<double>(all);
  voices.new_message_share = static_cast<double>(fresh_messages) / static_cast<double>(all_messages);
}

ExplainedVoices voices_of(const SampledSpan& before, const SampledSpan& now, const Figures& figures, double change) {
  ExplainedVoices voices;
  const auto [loudest, share] = loudest_voice(now);
  voices.loudest_share = share;
  if (loudest != 0) {
    const Keep its = [author = loudest](const SampleEntry::Said& said) { return said.author == author; };
    voices.loudest_share_before = share_of(before, its);
    voices.loudest_explains = explains(before, now, change, its);
  }
  set_new_voices(before.whole(), now.whole(), voices);
  voices.automation_share = figures.automation_share;
  voices.young_share = figures.young_share;
  return voices;
}

std::vector<ExplainedCampaign> campaigns_of(const SampledSpan& before, const SampledSpan& now,
                                            const std::vector<Campaign>& found, double change) {
  std::vector<ExplainedCampaign> campaigns;
  for (const Campaign& campaign : found) {
    if (campaigns.size() == kExplainedCampaignsMax) break;
    const CampaignTexts texts(campaign.id, now.whole());
    const Keep its = [&texts](const SampleEntry::Said& said) { return texts.holds(said); };
    ExplainedCampaign& explained = campaigns.emplace_back();
    explained.voices = campaign.voices;
    explained.share = share_of(now, its);
    explained.share_before = share_of(before, its);
    explained.tone = sampled_tone(now, its);
    explained.explains = explains(before, now, change, its);
    explained.terms = top_terms(now, kCampaignTermsMax, its);
  }
  return campaigns;
}

/// Words beyond the largest are told in the remainder.
void cut_words(Shift& shift) {
  for (std::size_t i = kShiftWordsMax; i < shift.words.size(); ++i) shift.rest += shift.words[i].contribution;
  if (shift.words.size() > kShiftWordsMax) shift.words.resize(kShiftWordsMax);
}

}  // namespace

Explanation explain(const ExplainedWindow& window, const SampledSpan& before, const SampledSpan& now) {
  Explanation explanation;
  explanation.key = window.key;
  explanation.window = window.window;
  explanation.end = window.end;
  explanation.start = window.end - spec_of(window.window).size;
  explanation.baseline_start = explanation.start - baseline_of(window.window);
  const Figures figures = figures_of(now.whole());
  explanation.now = side_of(figures, window.elapsed_now);
  explanation.before = side_of(figures_of(before.whole()), window.elapsed_before);
  explanation.shift = word_shift(before, now);
  cut_words(explanation.shift);
  explanation.terms = top_terms(now, kTermsMax);
  const double change = explanation.shift.change;
  explanation.voices = voices_of(before, now, figures, change);
  explanation.campaigns = campaigns_of(before, now, figures.campaigns, change);
  explanation.cause = cause_of(explanation);
  explanation.sentence = sentence_of(explanation);
  return explanation;
}

}  // namespace roomtone
