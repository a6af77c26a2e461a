#pragma once

#include <cstdint>
#include <vector>

#include "model/rollup.hpp"

namespace roomtone {

/// One text that few voices say again and again, in near copies.
struct Campaign {
  uint64_t id = 0;                // the smallest of its copies' in the sample: the same while that one is sampled
  double share = 0;               // of the room's messages, 0..1; standard error at most 0.075 where the sample is full
  int64_t n = 0;                  // messages, estimated likewise
  int64_t voices = 0;             // that are in the sample
  std::vector<uint64_t> authors;  // these, ascending, as in VoiceEntry

  friend bool operator==(const Campaign&, const Campaign&) = default;
};

/// Fewer copies in the sample are no campaign: people do repeat each other.
inline constexpr int64_t kCampaignCopiesMin = 5;

/// Copies for each voice from which they are a campaign, and not a headline that many pass on: of those in the sample;
/// or, where it holds only some of the copies, of all, with the number of voices behind them told by how often two
/// copies are of one voice (Simpson, "Measurement of diversity", 1949), which it must be in a few pairs at least.
inline constexpr int64_t kCampaignCopiesPerVoice = 2;
inline constexpr double kCampaignCopiesPerVoiceOfAll = 4;
inline constexpr int64_t kCampaignPairsMin = 3;

/// What a sampled message says, by which copies are known: its likeness or, of few words, its signature; 0 for nothing.
[[nodiscard]] uint64_t text_of(const SampleEntry::Said& said);

/// The campaigns that the sample shows, the largest first. Copies that are mostly of declared automation or of
/// accounts under 30 days old are one, however many voices say them. Pure; about 10 us for a full sample.
[[nodiscard]] std::vector<Campaign> find_campaigns(const Rollup& rollup);

/// How many messages there would be if near copies were said once: a text that is alone among those kept stands for as
/// many as BottomK::distinct() says, and several that are near copies of each other are one, which is seen whole.
[[nodiscard]] int64_t unique_volume(const Rollup& rollup);

}  // namespace roomtone
