#include "model/erasure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/contribution.hpp"
#include "model/delta.hpp"
#include "model/figures.hpp"
#include "support/said.hpp"

namespace roomtone {
namespace {

constexpr SipKey kSecret{1, 2};

Erasure of(uint64_t author) { return {{author_hash(author)}, kSecret}; }

Rollup crowd(uint64_t count) {
  Rollup rollup;
  for (uint64_t author = 1; author <= count; ++author) say(rollup, {author, 0.25, {{"nice", 20}}});
  return rollup;
}

bool holds(const Rollup& rollup, uint64_t author) {
  const uint64_t hash = author_hash(author);
  return std::ranges::any_of(rollup.voices.entries(), [&](const VoiceEntry& e) { return e.hash == hash; }) ||
         std::ranges::any_of(rollup.sample.entries(), [&](const SampleEntry& e) { return e.said.author == hash; });
}

TEST(Erasure, LeavesSumsAndOthersAsTheyWere_S63) {
  Rollup rollup = crowd(20);
  Rollup others;
  for (uint64_t author = 1; author <= 20; ++author)
    if (author != 7) say(others, {author, 0.25, {{"nice", 20}}});
  ASSERT_TRUE(holds(rollup, 7));
  EXPECT_TRUE(of(7).from(rollup));
  EXPECT_FALSE(holds(rollup, 7));
  EXPECT_EQ(rollup.n, 20);
  EXPECT_EQ(rollup.valence_micro_sum, 20 * 250'000);
  EXPECT_EQ(rollup.voices, others.voices);
  EXPECT_EQ(rollup.sample, others.sample);
}

TEST(Erasure, OfSomebodyWhoIsNotThereChangesNothing) {
  Rollup rollup = crowd(20);
  EXPECT_FALSE(of(21).from(rollup));
  EXPECT_EQ(rollup, crowd(20));
}

/// Somebody who stands in the full sketches of a large crowd.
uint64_t one_in_both(const Rollup& rollup) {
  for (uint64_t author = 1; author <= 2'000; ++author)
    if (std::ranges::any_of(rollup.sample.entries(),
                            [&](const SampleEntry& e) { return e.said.author == author_hash(author); }) &&
        std::ranges::any_of(rollup.voices.entries(),
                            [&](const VoiceEntry& e) { return e.hash == author_hash(author); }))
      return author;
  ADD_FAILURE() << "nobody is in both";
  return 0;
}

// A sketch that lost one of its 256 entries would say "255 voices" of a crowd of 2,000.
TEST(Erasure, KeepsAFullSketchFull_S63) {
  Rollup rollup = crowd(2'000);
  const int64_t voices = rollup.voices.distinct();
  const uint64_t author = one_in_both(rollup);
  EXPECT_TRUE(of(author).from(rollup));
  EXPECT_FALSE(holds(rollup, author));
  EXPECT_TRUE(rollup.voices.saturated());
  EXPECT_TRUE(rollup.sample.saturated());
  EXPECT_NEAR(static_cast<double>(rollup.voices.distinct()), static_cast<double>(voices),
              static_cast<double>(voices) / 100);
}

TEST(Erasure, APlaceholderIsAnotherOneForEachErasureAndSaysNothing) {
  Rollup a = crowd(2'000);
  Rollup b = a;
  const uint64_t author = one_in_both(a);
  (void)Erasure({author_hash(author)}, {1, 2}).from(a);
  (void)Erasure({author_hash(author)}, {3, 4}).from(b);
  EXPECT_NE(a.voices, b.voices);
  const auto empty = std::ranges::find_if(a.voices.entries(), [](const VoiceEntry& e) { return e.empty(); });
  ASSERT_NE(empty, a.voices.entries().end());
  VoiceEntry nobody;
  nobody.hash = empty->hash;
  EXPECT_EQ(*empty, nobody);
}

// The rows of a room are merged when a window is read: one person must not leave a placeholder for each.
TEST(Erasure, RowsThatAreMergedLaterShareAPlaceholder) {
  Rollup first = crowd(2'000);
  Rollup second = crowd(2'000);
  Rollup whole = first;
  whole.merge(second);
  const uint64_t author = one_in_both(first);
  EXPECT_TRUE(of(author).from(first));
  EXPECT_TRUE(of(author).from(second));
  EXPECT_TRUE(of(author).from(whole));
  first.merge(second);
  EXPECT_EQ(first, whole);
}

TEST(Erasure, FindsThemInEncodedRows) {
  std::string bytes;
  encode_rollup(crowd(20), bytes);
  EXPECT_TRUE(of(7).may_be_in(bytes));
  EXPECT_FALSE(of(21).may_be_in(bytes));
}

TEST(Erasure, RewritesTheDeltasThatHoldThem) {
  std::string deltas;
  encode_delta("room", 5, crowd(3), deltas);
  encode_delta("t/derby", 6, crowd(2), deltas);
  bool ok = true;
  EXPECT_FALSE(of(9).from_deltas(deltas, ok));
  const auto left = of(3).from_deltas(deltas, ok);
  ASSERT_TRUE(ok && left);
  EXPECT_FALSE(of(3).may_be_in(*left));
  ByteReader in(*left);
  const DeltaView room = read_delta(in);
  EXPECT_EQ(room.key, "room");
  EXPECT_EQ(room.pane, 5);
  EXPECT_EQ(read_delta(in).key, "t/derby");
  EXPECT_TRUE(in.at_end() && in.ok());
  EXPECT_FALSE(of(3).from_deltas("\x05nonsense", ok));
  EXPECT_FALSE(ok);
}

TEST(Erasure, MakesContributionsNobodysAndMovesNoRecord) {
  std::string block;
  begin_block({"room", "t/derby"}, block);
  Contribution said;
  said.id = 77;
  said.alias = 78;
  said.pane = 5;
  said.part.author = author_hash(3);
  said.part.signature = sketch_hash(0x1234567890abcdefULL);
  said.part.mood = {250'000, MoodLabel::positive, true};
  said.rooms = {0, 1};
  encode_contribution(said, block);
  Contribution others = said;
  others.id = 79;
  others.part.author = author_hash(4);
  encode_contribution(others, block);
  std::string row;
  ByteWriter(row).string(block);
  ByteWriter(row).varint(0);

  bool ok = true;
  EXPECT_FALSE(of(9).from_contributions(row, ok));
  const auto left = of(3).from_contributions(row, ok);
  ASSERT_TRUE(ok && left);
  EXPECT_EQ(left->size(), row.size());
  EXPECT_FALSE(of(3).may_be_in(*left));
  ByteReader in(*left);
  BlockReader reader(in.string());
  Contribution read;
  ASSERT_TRUE(reader.next(read));
  EXPECT_EQ(read.id, 77U);
  EXPECT_EQ(read.part.author, 0U);
  EXPECT_EQ(read.part.mood, said.part.mood);
  ASSERT_TRUE(reader.next(read));
  EXPECT_EQ(read.part.author, author_hash(4));
  EXPECT_FALSE(of(3).from_contributions("\x05nonsense", ok));
  EXPECT_FALSE(ok);
}

}  // namespace
}  // namespace roomtone
