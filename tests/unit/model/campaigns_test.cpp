#include "model/campaigns.hpp"

#include <gtest/gtest.h>

#include "model/figures.hpp"
#include "unit/model/said.hpp"

namespace roomtone {
namespace {

/// What a text of twelve bins says of likeness when `other` of them are those of another text.
uint64_t likeness(uint64_t text, int other) {
  uint64_t bits = text & 0xffff'ffff'ffff;
  for (int bin = 0; bin < other; ++bin) bits ^= uint64_t{5} << (4 * bin);
  return bits;
}
constexpr uint64_t kText = 0x1234'5678'9abc;

void copies(Rollup& rollup, uint64_t author, int count, uint64_t first_signature, uint8_t traits = 0) {
  for (int i = 0; i < count; ++i) {
    MessagePart part = said(author, -0.5);
    part.signature = hash_of(first_signature + static_cast<uint64_t>(i));
    part.traits = traits;
    SampleText text;
    text.likeness = likeness(kText, i % 3);
    add_part(rollup, part, i, 1, &text);
  }
}

TEST(Campaigns, NearCopiesByOneVoiceAreOne) {
  Rollup rollup;
  copies(rollup, 1, 20, 500);
  for (uint64_t author = 2; author <= 21; ++author) say(rollup, author, 0.3);
  const auto found = find_campaigns(rollup);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].n, 20);
  EXPECT_DOUBLE_EQ(found[0].share, 0.5);
  EXPECT_EQ(found[0].voices, 1);
  EXPECT_EQ(found[0].authors, std::vector<uint64_t>{hash_of(1)});
}

TEST(Campaigns, TheirCopiesAreOneTextOfTheUniqueVolume) {
  Rollup rollup;
  copies(rollup, 1, 20, 500);
  EXPECT_EQ(rollup.campaigns.distinct(), 20);
  EXPECT_EQ(unique_volume(rollup), 1);
}

TEST(Campaigns, FourCopiesAreNone) {
  Rollup rollup;
  copies(rollup, 1, kCampaignCopiesMin - 1, 500);
  EXPECT_TRUE(find_campaigns(rollup).empty());
}

TEST(Campaigns, AHeadlineThatManyPassOnIsNone) {
  Rollup rollup;
  for (uint64_t author = 1; author <= 30; ++author) copies(rollup, author, 1, 500);
  EXPECT_TRUE(find_campaigns(rollup).empty());
}

TEST(Campaigns, AHeadlineThatYoungAccountsPassOnIsOne) {
  Rollup rollup;
  for (uint64_t author = 1; author <= 30; ++author)
    copies(rollup, author, 1, 500, static_cast<uint8_t>(1U << static_cast<unsigned>(Trait::young)));
  const auto found = find_campaigns(rollup);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].voices, 30);
}

TEST(Campaigns, TheLargestIsTheFirst) {
  Rollup rollup;
  copies(rollup, 1, 6, 500);
  for (int i = 0; i < 9; ++i) {
    MessagePart part = said(2, 0.1);
    part.signature = hash_of(900);
    say(rollup, part, i);
  }
  const auto found = find_campaigns(rollup);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].id, hash_of(900));
  EXPECT_EQ(found[0].n, 9);
  EXPECT_EQ(found[1].n, 6);
}

TEST(Campaigns, OneThatWasTakenBackIsGone) {
  Rollup rollup;
  copies(rollup, 1, 20, 500);
  for (int i = 0; i < 20; ++i) {
    MessagePart part = said(1, -0.5);
    part.signature = hash_of(500 + static_cast<uint64_t>(i));
    add_part(rollup, part, i, -1);
  }
  EXPECT_TRUE(find_campaigns(rollup).empty());
  EXPECT_EQ(unique_volume(rollup), 0);
}

}  // namespace
}  // namespace roomtone
