#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/atmosphere.hpp"
#include "model/sampled_span.hpp"
#include "model/word_shift.hpp"

namespace roomtone {

/// What a window is compared with: the span of this length that ends where the window begins.
[[nodiscard]] constexpr std::chrono::seconds baseline_of(WindowSize size) {
  switch (size) {
    case WindowSize::minute:
    case WindowSize::five_minutes: return std::chrono::hours(1);
    case WindowSize::hour: return std::chrono::hours(24);
    case WindowSize::day: return std::chrono::hours(7 * 24);
  }
  return std::chrono::hours(1);
}

/// What most likely moved the tone of a room.
enum class Cause : uint8_t {
  nothing_to_compare,  // one of the two spans has no tone
  no_clear_change,     // the two intervals allow for the same tone
  volume,              // likewise, but much more or less is said
  campaign,            // leave out one text and its near copies, and most of the change is gone
  voice,               // likewise one voice
  words,               // a few words, by many voices, make up a good part of it
  unclear,             // none of these, or the sample does not show the change
};
inline constexpr std::array<std::string_view, 7> kCauseNames = {
    "nothing_to_compare", "no_clear_change", "volume", "campaign", "voice", "words", "unclear"};

/// One of the two spans.
struct ExplainedSide {
  int64_t n = 0;
  int64_t voices = 0;
  std::optional<double> tone;  // raw
  std::optional<double> ci_low;
  std::optional<double> ci_high;
  std::optional<double> dispersion;
  double rate_per_min = 0;
  AtmosphereName name = AtmosphereName::unknown;
  friend bool operator==(const ExplainedSide&, const ExplainedSide&) = default;
};

/// Who moved it, without saying who.
struct ExplainedVoices {
  double loudest_share = 0;         // of the window's messages, by the voice that says most in the sample
  double loudest_share_before = 0;  // of the baseline's, by the same voice
  double loudest_explains = 0;      // see ExplainedCampaign::explains
  double new_share = 0;             // of the window's voices, that were not heard in the baseline
  double new_message_share = 0;     // of the window's messages, by these
  double automation_share = 0;      // of messages, declared automation
  double young_share = 0;           // of voices, accounts under 30 days old
  friend bool operator==(const ExplainedVoices&, const ExplainedVoices&) = default;
};

/// One text and its near copies.
struct ExplainedCampaign {
  int64_t voices = 0;          // in the sample
  double share = 0;            // of the window's messages
  double share_before = 0;     // of the baseline's
  std::optional<double> tone;  // of its messages
  double explains = 0;         // of the change, that is not there without its messages; beyond 0..1 it overshoots
  std::vector<Term> terms;     // by how often they are said in it; none if too few voices say them
  friend bool operator==(const ExplainedCampaign&, const ExplainedCampaign&) = default;
};

/// Why a window is as it is. All of it may be published: no ids, no texts, and words only of several voices.
struct Explanation {
  std::string key;
  WindowSize window = WindowSize::minute;
  Instant baseline_start = kNoInstant;
  Instant start = kNoInstant;  // the baseline's end, too
  Instant end = kNoInstant;
  ExplainedSide now;
  ExplainedSide before;
  Shift shift;
  std::vector<Term> terms;
  ExplainedVoices voices;
  std::vector<ExplainedCampaign> campaigns;  // the largest first
  Cause cause = Cause::nothing_to_compare;
  std::string sentence;  // plain English, for people
  friend bool operator==(const Explanation&, const Explanation&) = default;
};

inline constexpr std::size_t kShiftWordsMax = 20;
inline constexpr std::size_t kTermsMax = 10;
inline constexpr std::size_t kExplainedCampaignsMax = 3;
inline constexpr std::size_t kCampaignTermsMax = 5;

/// What is explained, and how much of both spans has passed with a daemon listening.
struct ExplainedWindow {
  std::string key;
  WindowSize window = WindowSize::minute;
  Instant end = kNoInstant;  // a multiple of the window's hop
  std::chrono::microseconds elapsed_now{};
  std::chrono::microseconds elapsed_before{};
};

/// Works out all of it. Pure; some milliseconds for the largest spans.
[[nodiscard]] Explanation explain(const ExplainedWindow& window, const SampledSpan& before, const SampledSpan& now);

/// The likeliest cause, from what else is in the explanation. Thresholds, with their reasons, are in the source file.
[[nodiscard]] Cause cause_of(const Explanation& explanation);

/// One sentence that names room, direction and size of the change, and its cause.
[[nodiscard]] std::string sentence_of(const Explanation& explanation);

}  // namespace roomtone
