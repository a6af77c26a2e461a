#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <vector>

#include "model/explanation.hpp"

// Which cause an explanation names, and the sentence for it: rules over figures, so that the same figures always give
// the same words.

namespace roomtone {

namespace {

// Tones of neighbouring spans of a calm room differ by about 0.02 at 1,000 messages: less than this is not worth a word
// even where the intervals are narrow enough to tell it.
constexpr double kChangeMin = 0.05;
// From twice as much, or down to half, the volume is news.
constexpr double kVolumeFactor = 2;
constexpr double kVolumeDeviations = 3;  // of what chance gives (Poisson)
constexpr double kVolumeMin = 10;        // messages more or fewer, below which it is chance anyway
// More than half of the change goes with it: it outweighs everything else together.
constexpr double kMostOf = 0.5;
// A voice that says less is one among many, whatever its words.
constexpr double kLoudShare = 0.1;
// The three words that did most are the cause if they make up a quarter of the change. People seldom share three words:
// where a mood is said in many, the cause is words all the same if those that are told make up half, whatever they are.
constexpr std::size_t kWordsNamed = 3;
constexpr double kFewWordsShare = 0.25;
constexpr double kManyWordsShare = 0.5;
// Not worth a name beside the others.
constexpr double kWordShare = 0.02;
// Where the samples miss more than half of the change, they do not show what made it.
constexpr double kGapMax = 0.5;

double half_width(const ExplainedSide& side) {
  return side.ci_low && side.ci_high ? (*side.ci_high - *side.ci_low) / 2 : 1;
}

double change_of(const Explanation& e) { return *e.now.tone - *e.before.tone; }

/// The difference of two means is outside its 95 % interval, and large enough to matter.
bool changed(const Explanation& e) {
  const double change = std::abs(change_of(e));
  return change >= kChangeMin && change > std::hypot(half_width(e.now), half_width(e.before));
}

/// How many times as much is said as before; nothing where chance could have done it.
std::optional<double> volume_factor(const Explanation& e) {
  if (e.before.rate_per_min <= 0 || e.now.rate_per_min <= 0) return std::nullopt;
  const double factor = e.now.rate_per_min / e.before.rate_per_min;
  const double expected = static_cast<double>(e.now.n) / factor;
  const double more = std::abs(static_cast<double>(e.now.n) - expected);
  if (more < kVolumeMin || more < kVolumeDeviations * std::sqrt(expected)) return std::nullopt;
  if (factor < kVolumeFactor && factor > 1 / kVolumeFactor) return std::nullopt;
  return factor;
}

const ExplainedCampaign* campaign_behind(const Explanation& e) {
  const auto most = std::ranges::max_element(e.campaigns, {}, &ExplainedCampaign::explains);
  return most != e.campaigns.end() && most->explains >= kMostOf ? &*most : nullptr;
}

/// The words that pulled the way the tone went.
struct WordsBehind {
  std::vector<const WordShift*> named;  // those that did most; none if words are not the cause
  bool many = false;                    // they are only the first of many
};
WordsBehind words_behind(const Explanation& e) {
  WordsBehind behind;
  double of_named = 0;
  double of_all = 0;
  for (const WordShift& word : e.shift.words) {
    const double part = word.contribution / e.shift.change;
    of_all += part;
    if (part < kWordShare || behind.named.size() == kWordsNamed) continue;
    behind.named.push_back(&word);
    of_named += part;
  }
  behind.many = of_named < kFewWordsShare;
  if (behind.many && of_all < kManyWordsShare) behind.named.clear();
  return behind;
}

template <typename... Values>
std::string text(const char* format, Values... values) {
  char out[192];
  const int size = std::snprintf(out, sizeof out, format, values...);
  return {out, static_cast<std::size_t>(std::clamp<int>(size, 0, sizeof out - 1))};
}

std::string percent(double share) { return text("%.0f %%", std::clamp(share, 0.0, 1.0) * 100); }

std::string before_words(const Explanation& e) {
  switch (e.window) {
    case WindowSize::minute:
    case WindowSize::five_minutes: return "the hour before";
    case WindowSize::hour: return "the day before";
    case WindowSize::day: return "the week before";
  }
  return "the time before";
}

/// What happened to a word: "more 'awful'".
enum class Turn { more, less, brighter, darker };
Turn turn_of(const WordShift& word) {
  if (std::abs(word.frequency) >= std::abs(word.mood))
    return word.share_now >= word.share_before ? Turn::more : Turn::less;
  return word.mood > 0 ? Turn::brighter : Turn::darker;
}

std::string quoted(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
    out += "'" + words[i] + "'";
  }
  return out;
}

/// "more 'awful' and 'sad', less 'love'".
std::string turns(const std::vector<const WordShift*>& words) {
  std::string out;
  for (const Turn turn : {Turn::more, Turn::less, Turn::brighter, Turn::darker}) {
    std::vector<std::string> same;
    for (const WordShift* word : words)
      if (turn_of(*word) == turn) same.push_back(word->word);
    if (same.empty()) continue;
    if (!out.empty()) out += ", ";
    if (turn == Turn::more) out += "more ";
    if (turn == Turn::less) out += "less ";
    out += quoted(same);
    if (turn == Turn::brighter) out += " in a brighter mood";
    if (turn == Turn::darker) out += " in a darker mood";
  }
  return out;
}

std::string campaign_words(const ExplainedCampaign& campaign) {
  std::string out = "a campaign accounts for " + percent(campaign.explains) +
                    " of it: " + text("%lld", static_cast<long long>(campaign.voices)) +
                    (campaign.voices == 1 ? " voice wrote " : " voices wrote ") + percent(campaign.share) +
                    " of the messages in near copies";
  std::vector<std::string> words;
  for (std::size_t i = 0; i < campaign.terms.size() && i < kWordsNamed; ++i) words.push_back(campaign.terms[i].word);
  return words.empty() ? out : out + ", with " + quoted(words);
}

std::string why(const Explanation& e) {
  switch (e.cause) {
    case Cause::campaign:
      if (const ExplainedCampaign* campaign = campaign_behind(e)) return campaign_words(*campaign);
      break;
    case Cause::voice:
      return "one voice accounts for " + percent(e.voices.loudest_explains) + " of it and wrote " +
             percent(e.voices.loudest_share) + " of the messages";
    case Cause::words: {
      const WordsBehind behind = words_behind(e);
      return (behind.many ? "many words, first of all " : "") + turns(behind.named);
    }
    default: break;
  }
  return "no campaign, voice or word stands out";
}

}  // namespace

Cause cause_of(const Explanation& e) {
  if (!e.now.tone || !e.before.tone) return Cause::nothing_to_compare;
  if (!changed(e)) return volume_factor(e) ? Cause::volume : Cause::no_clear_change;
  if (e.shift.change == 0 || std::abs(e.shift.gap.value_or(0)) > kGapMax * std::abs(change_of(e)))
    return Cause::unclear;
  if (campaign_behind(e) != nullptr) return Cause::campaign;
  if (e.voices.loudest_share >= kLoudShare && e.voices.loudest_explains >= kMostOf) return Cause::voice;
  return words_behind(e).named.empty() ? Cause::unclear : Cause::words;
}

std::string sentence_of(const Explanation& e) {
  const std::string who = e.key == "room" ? "The room" : e.key;
  const std::string before = before_words(e);
  if (!e.now.tone)
    return who + (e.now.n == 0 ? " was silent." : " cannot be judged: nothing that was said could be scored.");
  const std::string is =
      text("%+.2f", *e.now.tone) + " (" + std::string(kAtmosphereNames[static_cast<std::size_t>(e.now.name)]) + ")";
  if (!e.before.tone) return who + " is at " + is + "; there is nothing in " + before + " to compare it with.";
  const std::string was = text("%+.2f", *e.before.tone) + " in " + before;
  if (e.cause == Cause::no_clear_change || e.cause == Cause::volume) {
    std::string out = who + " did not clearly change: " + is + ", " + was;
    if (const auto factor = volume_factor(e)) {
      out += *factor > 1 ? text("; but %.1f times as much is said", *factor)
                         : "; but only " + percent(*factor) + " as much is said";
    }
    return out + ".";
  }
  const double change = change_of(e);
  return who + (change < 0 ? " fell by " : " rose by ") + text("%.2f", std::abs(change)) + " to " + is + " from " +
         was + ": " + why(e) + ".";
}

}  // namespace roomtone
