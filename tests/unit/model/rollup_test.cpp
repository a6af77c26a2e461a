#include "model/rollup.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace roomtone {
namespace {

/// Messages of a small crowd, so that authors and texts repeat, with now and then a retraction.
std::vector<std::pair<MessagePart, int>> crowd(uint64_t seed, std::size_t count, uint64_t authors) {
  std::mt19937_64 random(seed);
  std::vector<std::pair<MessagePart, int>> parts;
  const auto hash = [](uint64_t x) { return sketch_hash((x + 1) * 0x9e3779b97f4a7c15ULL); };
  for (std::size_t i = 0; i < count; ++i) {
    MessagePart part;
    part.author = hash(random() % authors);
    part.signature = hash(1000 + random() % (authors * 2));
    part.mood.scored = random() % 5 != 0;
    if (part.mood.scored) {
      part.mood.valence_micro = static_cast<int32_t>(random() % 2'000'001) - 1'000'000;
      part.mood.label = part.mood.valence_micro > 0 ? MoodLabel::positive : MoodLabel::negative;
    }
    part.traits = static_cast<uint8_t>(random() % 256);
    parts.emplace_back(part, 1);
    if (random() % 10 == 0) parts.emplace_back(part, -1);
  }
  return parts;
}

/// What a text of that signature says: to a retraction nothing.
SampleText text_of(const MessagePart& part) {
  SampleText text;
  text.likeness = part.signature % 3 == 0 ? 0 : part.signature >> 16;
  for (uint64_t word = 0; word < part.signature / 65536 % 4; ++word)
    text.words.add("w" + std::to_string(part.signature % 97 + word), static_cast<int8_t>(part.signature / 65536 % 255));
  return text;
}

constexpr SpanIndex kPane = 176'725'800;

void add(Rollup& rollup, const std::pair<MessagePart, int>& said) {
  const SampleText text = text_of(said.first);
  add_part(rollup, said.first, kPane, said.second, said.second > 0 ? &text : nullptr);
}

Rollup sum(const std::vector<std::pair<MessagePart, int>>& parts) {
  Rollup rollup;
  for (const auto& part : parts) add(rollup, part);
  return rollup;
}

/// Cuts the parts into pieces, sums each and merges the sums in a shuffled order and grouping.
Rollup merged_in_pieces(const std::vector<std::pair<MessagePart, int>>& parts, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Rollup> pieces(1 + random() % 20);
  for (const auto& part : parts) add(pieces[random() % pieces.size()], part);
  std::ranges::shuffle(pieces, random);
  while (pieces.size() > 1) {
    const std::size_t at = random() % (pieces.size() - 1);
    pieces[at].merge(pieces[at + 1]);
    pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  return pieces.front();
}

TEST(Rollup, MergesToTheSameWhateverTheCutsOrderAndGrouping) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    const auto parts = crowd(seed, 50 + seed * 40, seed % 2 == 0 ? 20 : 5000);  // unsaturated and saturated sketches
    const Rollup whole = sum(parts);
    EXPECT_EQ(merged_in_pieces(parts, seed), whole);
    EXPECT_EQ(merged_in_pieces(parts, seed + 1000), whole);
  }
}

TEST(Rollup, TheEmptyRollupIsTheIdentity) {
  const Rollup whole = sum(crowd(7, 1000, 400));
  Rollup left;
  left.merge(whole);
  Rollup right = whole;
  right.merge(Rollup{});
  EXPECT_EQ(left, whole);
  EXPECT_EQ(right, whole);
}

TEST(Rollup, EncodingIsAsGoodAsTheRollup) {
  for (const std::size_t count : {0u, 1u, 16u, 17u, 5000u}) {
    SCOPED_TRACE(count);
    const Rollup whole = sum(crowd(3, count, 3000));
    std::string bytes;
    encode_rollup(whole, bytes);
    Rollup back;
    ASSERT_TRUE(merge_encoded_rollup(bytes, back));
    EXPECT_EQ(back, whole);
  }
}

TEST(Rollup, AsItWasBeforeFormat4IsReadAndMergesWithOthers) {
  // One message, +0.5 and a reply, with hashes of 64 bits.
  const std::string old(
      "\x01\x0b\x02\x02\x00\x00\x00\xc0\x84\x3d\xa0\xc2\x1e"
      "\x02\x03\x01\x0f\x02"
      "\x03\x03\x01\x00\x02"
      "\x04\x0e\x01\x97\x7f\x86\xc2\x15\xf3\x12\x34\x02\x02\xc0\x84\x3d"
      "\x05\x0a\x01\xac\xf1\x85\xa9\x44\xa5\x12\x34\x02",
      51);
  MessagePart part;
  part.author = 0x977f86c215f30000;
  part.signature = 0xacf185a944a50000;
  part.mood = {500'000, MoodLabel::positive, true};
  part.traits = 1U << static_cast<unsigned>(Trait::reply);
  Rollup expected;
  add_part(expected, part, kPane, 1);
  expected.sample.clear();
  Rollup read;
  ASSERT_TRUE(merge_encoded_rollup(old, read));
  EXPECT_EQ(read, expected);
  std::string now;
  encode_rollup(expected, now);
  ASSERT_TRUE(merge_encoded_rollup(now, read));
  EXPECT_EQ(read.n, 2);
  EXPECT_EQ(read.voices.distinct(), 1);
}

TEST(Rollup, BytesThatWereCutAreRefused) {
  std::string bytes;
  encode_rollup(sum(crowd(3, 30, 30)), bytes);
  std::size_t refused = 0;
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    Rollup back;
    refused += !merge_encoded_rollup(std::string_view(bytes).substr(0, size), back);
  }
  // A cut between two whole fields cannot be told from a shorter rollup: the row around it does that.
  EXPECT_GE(refused, bytes.size() - 6);
}

TEST(Rollup, AMessageTakenBackLeavesTheCountsAsIfItHadNeverBeen) {
  Rollup rollup = sum(crowd(5, 100, 50));
  const Rollup before = rollup;
  const auto extra = crowd(99, 1, 50).front().first;
  add_part(rollup, extra, kPane, 1);
  add_part(rollup, extra, kPane, -1);
  EXPECT_EQ(rollup.n, before.n);
  EXPECT_EQ(rollup.valence_micro_sum, before.valence_micro_sum);
  EXPECT_EQ(rollup.histogram, before.histogram);
  EXPECT_EQ(rollup.voices.distinct(), before.voices.distinct());
}

TEST(Rollup, ManyVoicesAreEstimatedWithinFourStandardErrors) {
  for (const uint64_t authors : {300u, 3000u, 30000u}) {
    SCOPED_TRACE(authors);
    Rollup rollup;
    std::mt19937_64 random(authors);
    for (uint64_t i = 0; i < authors; ++i) {
      MessagePart part;
      part.author = sketch_hash(random());
      add_part(rollup, part, kPane, 1);
      add_part(rollup, part, kPane, 1);
    }
    const double error = static_cast<double>(rollup.voices.distinct()) / static_cast<double>(authors) - 1;
    EXPECT_LT(std::abs(error), 4 * 0.063);
  }
}

struct BinCase {
  const char* name;
  int32_t valence_micro;
  std::size_t bin;
};
class HistogramBin : public testing::TestWithParam<BinCase> {};
TEST_P(HistogramBin, HoldsTheNearestTenth) { EXPECT_EQ(histogram_bin(GetParam().valence_micro), GetParam().bin); }
INSTANTIATE_TEST_SUITE_P(Rollup, HistogramBin,
                         testing::Values(BinCase{"lowest", -1'000'000, 0},
                                         BinCase{"lower_edge_of_the_middle", -50'000, 10},
                                         BinCase{"just_below_the_middle", -50'001, 9}, BinCase{"zero", 0, 10},
                                         BinCase{"upper_edge_of_the_middle", 49'999, 10}, BinCase{"next", 50'000, 11},
                                         BinCase{"highest", 1'000'000, 20}),
                         [](const auto& row) { return row.param.name; });

TEST(BottomK, AnItemBeyondTheKthNeverEnters) {
  BottomK<CampaignEntry, 4> sketch;
  for (const uint64_t hash : {50, 40, 30, 20, 10}) sketch.add({hash, 1});
  sketch.add({60, 1});
  std::vector<uint64_t> hashes;
  for (const CampaignEntry& entry : sketch.entries()) hashes.push_back(entry.hash);
  EXPECT_EQ(hashes, (std::vector<uint64_t>{10, 20, 30, 40}));
  EXPECT_EQ(sketch.threshold(), 40u);
}

/// What posts are like: valences of six digits for two in three, a likeness, perhaps with words of seven letters.
Rollup ordinary(uint64_t messages, uint64_t voices, int words) {
  std::mt19937_64 random(11);
  Rollup rollup;
  for (uint64_t i = 0; i < messages; ++i) {
    MessagePart part;
    part.author = sketch_hash((i % voices + 1) * 0x9e3779b97f4a7c15ULL);
    part.signature = sketch_hash(random());
    part.mark = random();
    part.mood.scored = i % 3 != 0;
    if (part.mood.scored) part.mood.valence_micro = static_cast<int32_t>(random() % 1'800'001) - 900'000;
    part.traits = static_cast<uint8_t>(1U << random() % kTraits);
    SampleText text;
    text.likeness = random() >> 16;
    for (int word = 0; word < words; ++word) text.words.add("ordinar", static_cast<int8_t>(word));
    add_part(rollup, part, kPane, 1, &text);
  }
  return rollup;
}

struct Size {
  std::size_t figures;
  std::size_t whole;
};
Size size_of(const Rollup& rollup) {
  std::string figures;
  std::string whole;
  encode_figures(rollup, figures);
  encode_rollup(rollup, whole);
  return {figures.size(), whole.size()};
}

TEST(Rollup, OfNineMessagesByNineVoicesTakesARowOf256Bytes) {
  for (const uint64_t messages : {1u, 5u, 9u}) EXPECT_LE(size_of(ordinary(messages, 9, 6)).figures, 256u);
}

TEST(Rollup, TakesEightKibibytesWhenAllSketchesAreFull) {
  for (const uint64_t voices : {300u, 5000u}) {
    const Rollup full = ordinary(20'000, voices, 0);
    ASSERT_TRUE(full.voices.saturated() && full.campaigns.saturated() && full.sample.saturated());
    EXPECT_LE(size_of(full).whole, 8u * 1024);
    EXPECT_LE(size_of(ordinary(20'000, voices, 3)).whole, 8u * 1024);
  }
}

}  // namespace
}  // namespace roomtone
