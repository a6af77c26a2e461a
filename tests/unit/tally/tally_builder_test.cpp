#include "tally/tally_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "model/delta.hpp"
#include "support/nothing_left.hpp"
#include "tally/signature.hpp"

namespace roomtone::tally {
namespace {

constexpr SipKey kKey{7, 8};
constexpr Instant kNine{std::chrono::microseconds(1'767'258'000'000'000)};
const std::vector<std::string> kKeys = {"room", "t/derby", "t/launch"};

Tokens words(const std::vector<std::string>& list) {
  Tokens tokens;
  for (const std::string& word : list) {
    Token token;
    token.begin = static_cast<uint32_t>(tokens.normalised.size());
    tokens.normalised += word;
    token.end = static_cast<uint32_t>(tokens.normalised.size());
    token.hash = word_hash(word);
    tokens.tokens.push_back(token);
    ++tokens.words;
  }
  return tokens;
}

struct Said {
  std::string author;
  std::string text;
  Instant at;
  Mood mood;
  std::vector<uint32_t> rooms;
};

std::vector<Said> crowd(uint64_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::vector<Said> all;
  for (std::size_t i = 0; i < count; ++i) {
    Said said;
    said.author = "did:plc:" + std::to_string(random() % 700);
    said.text = "word" + std::to_string(random() % 300);
    said.at = kNine + std::chrono::milliseconds(random() % 45'000);
    said.mood = {static_cast<int32_t>(random() % 2'000'001) - 1'000'000, MoodLabel::neutral, random() % 4 != 0};
    said.rooms = {0};
    if (random() % 3 == 0) said.rooms.push_back(1);
    if (random() % 5 == 0) said.rooms.push_back(2);
    all.push_back(said);
  }
  return all;
}

/// Adds a message as the pipeline does, without words.
void add(TallyBuilder& builder, const Message& message, const Tokens& tokens, Mood mood,
         std::span<const uint32_t> rooms, std::span<const RoomMood> own = {}) {
  const SampleWords none;
  const bool wanted = builder.note(message, tokens, rooms);
  builder.add(mood, own, wanted ? &none : nullptr);
}

Tally tally_of(TallyBuilder& builder, const std::vector<Said>& all, std::size_t from, std::size_t to,
               bool contributions = false) {
  builder.begin(kKeys, contributions);
  for (std::size_t i = from; i < to; ++i) {
    Message message;
    const std::string id = "id" + std::to_string(i);
    message.author = all[i].author;
    message.id = id;
    message.event_time = all[i].at;
    add(builder, message, words({all[i].text}), all[i].mood, all[i].rooms);
  }
  Tally tally;
  builder.finish(tally);
  return tally;
}

using Panes = std::map<std::pair<std::string, SpanIndex>, Rollup>;
void merge(const std::string& deltas, Panes& panes) {
  ByteReader in(deltas);
  while (!in.at_end()) {
    const DeltaView delta = read_delta(in);
    ASSERT_TRUE(in.ok());
    ASSERT_TRUE(merge_encoded_rollup(delta.rollup, panes[{std::string(delta.key), delta.pane}]));
  }
}

TEST(TallyBuilder, GivesTheSamePanesWhateverTheBatches) {
  const auto all = crowd(1, 5000);
  TallyBuilder builder(kKey);
  Panes whole;
  merge(tally_of(builder, all, 0, all.size()).deltas, whole);
  EXPECT_EQ(whole.size(), 15u);  // three rooms, panes from 0 to 4
  for (const std::size_t cut : {1u, 7u, 1000u}) {
    SCOPED_TRACE(cut);
    Panes cut_up;
    for (std::size_t from = 0; from < all.size(); from += cut)
      merge(tally_of(builder, all, from, std::min(all.size(), from + cut)).deltas, cut_up);
    EXPECT_EQ(cut_up, whole);
  }
}

TEST(TallyBuilder, CountsWhatItWasGiven) {
  const auto all = crowd(2, 100);
  TallyBuilder builder(kKey);
  const Tally tally = tally_of(builder, all, 0, all.size());
  EXPECT_EQ(tally.ledger[Column::counted], 100);
  Panes panes;
  merge(tally.deltas, panes);
  int64_t in_room = 0;
  int64_t in_derby = 0;
  int64_t expected_derby = 0;
  for (const auto& [key, rollup] : panes) {
    if (key.first == "room") in_room += rollup.n;
    if (key.first == "t/derby") in_derby += rollup.n;
  }
  for (const Said& said : all) expected_derby += std::ranges::count(said.rooms, 1u);
  EXPECT_EQ(in_room, 100);
  EXPECT_EQ(in_derby, expected_derby);
}

TEST(TallyBuilder, GivesTheSamePanesWhetherContributionsAreKept) {
  const auto all = crowd(3, 2000);
  TallyBuilder builder(kKey);
  const Tally without = tally_of(builder, all, 0, all.size());
  const Tally with = tally_of(builder, all, 0, all.size(), true);
  EXPECT_EQ(with.deltas, without.deltas);
}

TEST(TallyBuilder, SamplesWhatIsSaidAgainAsOftenAsItIsSaid) {
  TallyBuilder builder(kKey);
  builder.begin(kKeys, false);
  const std::vector<uint32_t> room = {0};
  for (int i = 0; i < 40; ++i) {
    Message message;
    message.author = "did:plc:parrot";
    message.event_time = kNine + std::chrono::microseconds(i);
    add(builder, message, words({"polly"}), {}, room);
  }
  Tally tally;
  builder.finish(tally);
  Panes panes;
  merge(tally.deltas, panes);
  EXPECT_EQ(panes.begin()->second.sample.entries().size(), 40u);
}

TEST(TallyBuilder, KeepsEachMessageThatHasAnIdWhenAsked) {
  const auto all = crowd(3, 20);
  TallyBuilder builder(kKey);
  EXPECT_TRUE(tally_of(builder, all, 0, all.size()).contributions.empty());
  const Tally tally = tally_of(builder, all, 0, all.size(), true);
  BlockReader reader(tally.contributions);
  Contribution contribution;
  std::size_t count = 0;
  while (!reader.at_end()) {
    ASSERT_TRUE(reader.next(contribution));
    EXPECT_EQ(contribution.pane, span_of(all[count].at, Tier::pane));
    EXPECT_EQ(contribution.part.mood.scored, all[count].mood.scored);
    EXPECT_EQ(contribution.rooms.size(), all[count].rooms.size());
    EXPECT_EQ(reader.keys()[contribution.rooms[0]], "room");
    ++count;
  }
  EXPECT_EQ(count, all.size());
}

/// A crowd whose messages have another mood in some rooms; what it adds, and the block that it leaves.
Tally moody(uint64_t seed, std::size_t count, Panes& added) {
  std::mt19937_64 random(seed);
  TallyBuilder builder(kKey);
  builder.begin(kKeys, true);
  const auto all = crowd(seed, count);
  for (std::size_t i = 0; i < all.size(); ++i) {
    Message message;
    const std::string id = "id" + std::to_string(i);
    message.id = id;
    message.author = all[i].author;
    message.event_time = all[i].at;
    std::vector<RoomMood> own;
    for (const uint32_t room : all[i].rooms) {
      const Mood other{static_cast<int32_t>(random() % 2'000'001) - 1'000'000, MoodLabel::positive, true};
      if (room != 0 && random() % 2 == 0) own.push_back({room, random() % 8 == 0 ? all[i].mood : other});
    }
    add(builder, message, words({all[i].text}), all[i].mood, all[i].rooms, own);
  }
  Tally tally;
  builder.finish(tally);
  merge(tally.deltas, added);
  return tally;
}

/// Takes back what the records of a block say; with `one_mood`, as if each had one mood everywhere.
void take_back(const std::string& block, Panes& panes, bool one_mood) {
  BlockReader reader(block);
  Contribution record;
  while (!reader.at_end()) {
    ASSERT_TRUE(reader.next(record));
    if (one_mood) record.moods.clear();
    record.for_each_room([&](uint32_t room, const MessagePart& part) {
      add_part(panes[{std::string(reader.keys()[room]), record.pane}], part, record.pane, -1);
    });
  }
}

bool all_empty(const Panes& panes) {
  return std::ranges::all_of(panes, [](const auto& pane) { return test::nothing_left(pane.second); });
}

TEST(TallyBuilder, WhatWasAddedInSeveralMoodsIsTakenBackExactly) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    Panes panes;
    const Tally tally = moody(seed, 60, panes);
    Panes wrong = panes;
    take_back(tally.contributions, panes, false);
    EXPECT_TRUE(all_empty(panes));
    take_back(tally.contributions, wrong, true);
    EXPECT_FALSE(all_empty(wrong));  // the moods do matter
  }
}

TEST(TallyBuilder, AMoodOfItsOwnCountsInThatRoomAlone) {
  TallyBuilder builder(kKey);
  builder.begin(kKeys, false);
  Message message;
  message.event_time = kNine;
  const std::vector<uint32_t> rooms = {0, 1, 2};
  const std::vector<RoomMood> own = {{2, {-500'000, MoodLabel::negative, true}}};
  add(builder, message, words({"sick"}), {300'000, MoodLabel::positive, true}, rooms, own);
  Tally tally;
  builder.finish(tally);
  Panes panes;
  merge(tally.deltas, panes);
  std::map<std::string, std::pair<int64_t, int64_t>> sums;  // valence, negative ones
  for (const auto& [key, rollup] : panes) sums[key.first] = {rollup.valence_micro_sum, rollup.neg};
  EXPECT_EQ(sums, (decltype(sums){{"room", {300'000, 0}}, {"t/derby", {300'000, 0}}, {"t/launch", {-500'000, 1}}}));
  EXPECT_EQ(tally.ledger[Column::counted], 1);
}

TEST(TallyBuilder, AMoodThatIsTheSameLeavesNoTrace) {
  const std::vector<uint32_t> rooms = {0, 1};
  const Mood mood{300'000, MoodLabel::positive, true};
  const std::vector<RoomMood> same = {{1, mood}};
  std::string blocks[2];
  for (const bool given : {false, true}) {
    TallyBuilder builder(kKey);
    builder.begin(kKeys, true);
    Message message;
    message.id = "id";
    message.event_time = kNine;
    add(builder, message, words({"sick"}), mood, rooms,
        given ? std::span<const RoomMood>(same) : std::span<const RoomMood>());
    Tally tally;
    builder.finish(tally);
    blocks[given ? 1 : 0] = tally.contributions;
  }
  EXPECT_EQ(blocks[0], blocks[1]);
}

TEST(TallyBuilder, TellsOfEachDeltaAlsoByItsSeconds) {
  TallyBuilder builder(kKey, true);
  const Tally tally = tally_of(builder, crowd(11, 500), 0, 500);
  ByteReader deltas(tally.deltas);
  ByteReader seconds(tally.seconds);
  int panes = 0;
  while (!deltas.at_end()) {
    const DeltaView delta = read_delta(deltas);
    ASSERT_TRUE(deltas.ok());
    Rollup rollup;
    ASSERT_TRUE(merge_encoded_rollup(delta.rollup, rollup));
    SecondSums whole;
    ASSERT_TRUE(read_seconds(seconds, [&](std::size_t, const SecondSums& sums) { whole.add(sums); }));
    EXPECT_EQ(whole, (SecondSums{rollup.n, rollup.scored(), rollup.valence_micro_sum, rollup.valence_sq_micro_sum}));
    ++panes;
  }
  EXPECT_GT(panes, 3);
  EXPECT_TRUE(seconds.at_end());
}

TEST(TallyBuilder, TellsOfNoSecondsWhereNobodyAsks) {
  TallyBuilder builder(kKey);
  EXPECT_TRUE(tally_of(builder, crowd(11, 50), 0, 50).seconds.empty());
}

TEST(TallyBuilder, ADeleteOnASourceThatFoldsFindsNothing) {
  TallyBuilder builder(kKey);
  builder.begin(kKeys, false);
  Message message;
  message.target = "id1";
  builder.retract(message);
  EXPECT_EQ(builder.ledger()[Column::retraction], 1);
  EXPECT_EQ(builder.ledger()[Beside::retraction_unmatched], 1);
}

TEST(Signature, IsOfTheWordsInTheirOrder) {
  EXPECT_EQ(signature_of(words({"buy", "now"}), kKey), signature_of(words({"buy", "now"}), kKey));
  EXPECT_NE(signature_of(words({"buy", "now"}), kKey), signature_of(words({"now", "buy"}), kKey));
  EXPECT_NE(signature_of(words({"buy", "now"}), kKey), signature_of(words({"buy", "now", "now"}), kKey));
  EXPECT_NE(signature_of(words({"buy", "now"}), kKey), signature_of(words({"buy", "now"}), SipKey{9, 9}));
}

TEST(Signature, LeavesOutWhatCopiesVary) {
  Tokens copy = words({"buy", "now", "42", "someone"});
  copy.tokens[2].flags = kDigitFirst;
  copy.tokens[3].kind = TokenKind::mention;
  EXPECT_EQ(signature_of(copy, kKey), signature_of(words({"buy", "now"}), kKey));
}

TEST(Signature, OfNothingIsZero) { EXPECT_EQ(signature_of(Tokens{}, kKey), 0u); }

}  // namespace
}  // namespace roomtone::tally
