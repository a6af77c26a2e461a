#include "room/contributions.hpp"

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <map>

#include "model/delta.hpp"
#include "support/nothing_left.hpp"

namespace roomtone::room {
namespace {

constexpr Mono kStart{std::chrono::hours(1)};

/// One message of `room`, or a delete, as a block.
struct Said {
  uint64_t id = 0;
  uint64_t alias = 0;
  uint64_t version = 0;
  bool retraction = false;
};

std::string block_of(std::initializer_list<Said> all) {
  std::string block;
  begin_block({"room"}, block);
  for (const Said& said : all) {
    Contribution c;
    c.id = said.id;
    c.alias = said.alias;
    c.version = said.version;
    c.retraction = said.retraction;
    c.part.author = said.id << 16;
    if (!said.retraction) c.rooms = {0};
    encode_contribution(c, block);
  }
  return block;
}

/// An index with the rows that a store would hold.
struct Life {
  explicit Life(ContributionOptions with = {}) : options(with), index(with) {}

  Ledger hear(std::initializer_list<Said> all) {
    Ledger ledger;
    for (const Said& said : all) ++ledger[said.retraction ? Column::retraction : Column::counted];
    undo.clear();
    repeats.clear();
    EXPECT_TRUE(index.apply(block_of(all), undo, ledger, repeats));
    return ledger;
  }
  void commit() {
    if (std::string row = index.take_row(++sequence, now); !row.empty()) rows.emplace_back(sequence, std::move(row));
    const uint64_t from = index.expire(now);
    while (!rows.empty() && rows.front().first < from) rows.pop_front();
  }
  void restart() {
    index = ContributionIndex(options);
    for (const auto& [commit, row] : rows) EXPECT_TRUE(index.recover(commit, row, now));
  }
  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = 0;
    for (const auto& [commit, row] : rows) sum += row.size();
    return sum;
  }

  ContributionOptions options;
  ContributionIndex index;
  Mono now = kStart;
  uint64_t sequence = 0;
  std::deque<std::pair<uint64_t, std::string>> rows;
  std::string undo;
  std::vector<uint32_t> repeats;
};

int64_t retracted(const Ledger& ledger) { return ledger[Beside::retracted]; }

TEST(ContributionIndex, RepeatsLeaveNothingBehind) {
  Life life;
  life.hear({{.id = 7}});
  life.commit();
  const std::size_t bytes = life.bytes();
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(life.hear({{.id = 7}, {.id = 9, .retraction = true}})[Column::duplicate], 1);
    life.commit();
  }
  EXPECT_EQ(life.bytes(), bytes);
}

TEST(ContributionIndex, ARepeatBesideSomethingNewIsLeftOutAndTheRestStays) {
  Life life;
  life.hear({{.id = 7}});
  EXPECT_EQ(life.hear({{.id = 7}, {.id = 8}, {.id = 7}, {.id = 9}})[Column::duplicate], 2);
  life.commit();
  life.restart();
  EXPECT_EQ(life.hear({{.id = 7}, {.id = 8}, {.id = 9}, {.id = 10}})[Column::duplicate], 3);
}

TEST(ContributionIndex, ARepeatWithinOneBlockIsSeen) {
  Life life;
  EXPECT_EQ(life.hear({{.id = 7}, {.id = 7}})[Column::duplicate], 1);
}

TEST(ContributionIndex, TellsWhichRecordsAreRepeats) {
  Life life;
  life.hear({{.id = 7}});
  life.hear({{.id = 8}, {.id = 7}, {.id = 9, .retraction = true}, {.id = 8}, {.id = 10}});
  EXPECT_EQ(life.repeats, (std::vector<uint32_t>{1, 3}));
}

TEST(ContributionIndex, ADeleteFindsAMessageByTheNameItsSourceUses) {
  Life life;
  life.hear({{.id = 7, .alias = 70}});
  EXPECT_EQ(retracted(life.hear({{.id = 1, .alias = 70, .retraction = true}})), 1);
}

TEST(ContributionIndex, ARepeatBringsAnotherNameThatOutlivesARestart) {
  Life life;
  life.hear({{.id = 7, .alias = 70}});
  EXPECT_EQ(life.hear({{.id = 7, .alias = 71}})[Column::duplicate], 1);
  life.commit();
  life.restart();
  EXPECT_EQ(retracted(life.hear({{.id = 1, .alias = 71, .retraction = true}})), 1);
}

TEST(ContributionIndex, ADeleteByAnotherNameTakesBackTheNewestVersionAndOnce) {
  Life life;
  life.hear({{.id = 7, .alias = 70}, {.id = 7, .alias = 71}, {.id = 7, .alias = 70, .version = 2}});
  EXPECT_EQ(retracted(life.hear({{.id = 1, .alias = 71, .retraction = true}})), 1);
  const Ledger again = life.hear({{.id = 1, .alias = 70, .retraction = true}});
  EXPECT_EQ(retracted(again), 0);
  EXPECT_EQ(again[Beside::retraction_unmatched], 1);
}

TEST(ContributionIndex, WhatWasDeletedStaysDeletedAfterARestart) {
  Life life;
  life.hear({{.id = 7, .alias = 70}});
  life.hear({{.id = 1, .alias = 70, .retraction = true}});
  life.commit();
  life.restart();
  EXPECT_EQ(life.hear({{.id = 7, .version = 9}})[Column::duplicate], 1);
}

TEST(ContributionIndex, BeyondTheHorizonAnIdIsNew) {
  Life life({.horizon = 10s, .count_max = 1000});
  life.hear({{.id = 7, .alias = 70}});
  life.commit();
  life.now += 10s;
  life.commit();
  EXPECT_EQ(life.hear({{.id = 7, .alias = 70}})[Column::duplicate], 1);
  life.now += 1ms;
  life.commit();
  EXPECT_EQ(life.hear({{.id = 7}})[Column::duplicate], 0);
  EXPECT_EQ(retracted(life.hear({{.id = 1, .alias = 70, .retraction = true}})), 0);
}

TEST(ContributionIndex, HoldsNoMoreThanItsCount) {
  Life life({.horizon = 1h, .count_max = 100});
  for (uint64_t id = 1; id <= 1000; ++id) {
    life.hear({{.id = id, .alias = id + 5000}});
    life.commit();
  }
  EXPECT_LE(life.index.size(), 100u);
  EXPECT_EQ(life.rows.size(), life.index.size());
}

TEST(ContributionIndex, ReadsRowsThatHoldRepeatsStill) {
  const std::string block = block_of({{.id = 7}, {.id = 8}});
  BlockReader reader(block);
  Contribution first;
  ASSERT_TRUE(reader.next(first));
  std::string row;
  ByteWriter out(row);
  out.string(block);
  out.varint(1);
  out.varint(reader.offset());  // the second does not count
  Life life;
  ASSERT_TRUE(life.index.recover(1, row, kStart));
  EXPECT_EQ(life.hear({{.id = 7}})[Column::duplicate], 1);
  EXPECT_EQ(life.hear({{.id = 8}})[Column::duplicate], 0);
}

using Rooms = std::map<std::string, Rollup>;

/// A message in three rooms with a mood for each, at a time of its own: what it adds to each, and its record.
Contribution moody(uint64_t id, Rooms& added) {
  static const std::array<std::string, 3> kRooms = {"room", "t/derby", "t/launch"};
  Contribution c;
  c.id = id;
  c.part.mark = id;
  c.part.author = id << 16;
  c.part.signature = (id + 1) << 16;
  c.part.mood = {static_cast<int32_t>(id * 1000), MoodLabel::positive, id % 3 != 0};
  if (!c.part.mood.scored) c.part.mood = Mood{};
  for (uint32_t room = 0; room < kRooms.size(); ++room) {
    c.rooms.push_back(room);
    MessagePart there = c.part;
    if ((id >> room & 1) != 0) {
      there.mood = {-static_cast<int32_t>(id * 7000 + room), MoodLabel::negative, id % 5 != 0};
      if (!there.mood.scored) there.mood = Mood{};
      c.moods.push_back({room, there.mood});
    }
    add_part(added[kRooms[room]], there, c.pane, 1);
  }
  return c;
}

void merge_deltas(const std::string& deltas, Rooms& into) {
  ByteReader in(deltas);
  while (!in.at_end()) {
    const DeltaView delta = read_delta(in);
    ASSERT_TRUE(in.ok());
    ASSERT_TRUE(merge_encoded_rollup(delta.rollup, into[std::string(delta.key)]));
  }
}

TEST(ContributionIndex, ADeleteTakesBackTheMoodOfEachRoomAlsoAfterARestart) {
  for (const bool restarted : {false, true}) {
    Life life;
    Rooms rooms;
    std::string block;
    begin_block({"room", "t/derby", "t/launch"}, block);
    for (uint64_t id = 1; id <= 40; ++id) encode_contribution(moody(id, rooms), block);
    Ledger ledger;
    ASSERT_TRUE(life.index.apply(block, life.undo, ledger, life.repeats));
    ASSERT_TRUE(life.undo.empty());
    life.commit();
    if (restarted) life.restart();
    for (uint64_t id = 1; id <= 40; ++id) {
      life.hear({{.id = id, .retraction = true}});
      merge_deltas(life.undo, rooms);
    }
    EXPECT_EQ(rooms.size(), 3u);
    for (const auto& [key, rollup] : rooms) EXPECT_TRUE(test::nothing_left(rollup)) << key << restarted;
  }
}

TEST(Contribution, OfTheFirstFormatsStaysReadable) {
  // One message of one room and nothing else: id 7, scored and positive, version 2, pane 3, author 4 and signature 5
  // (times 65,536), valence 0.000001, no traits.
  const std::string block(
      "\x01\x04room"
      "\0\0\0\0\0\0\0\x07\x03\x02\x06\0\0\0\0\0\x04\0\0\0\0\0\0\0\x05\0\0\x02\0\x01\0",
      6 + 8 + 1 + 1 + 1 + 8 + 8 + 1 + 1 + 1 + 1);
  BlockReader reader(block);
  Contribution record;
  ASSERT_TRUE(reader.next(record));
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(record.pane, 3);
  EXPECT_EQ(record.part.mood, (Mood{1, MoodLabel::positive, true}));
  EXPECT_TRUE(record.moods.empty());
  std::string again;
  begin_block({"room"}, again);
  encode_contribution(record, again);
  EXPECT_EQ(again, block);
}

TEST(Contribution, CutAnywhereOrWithAMoodOfARoomItIsNotInIsMalformed) {
  Rooms rooms;
  Contribution good = moody(7, rooms);
  std::string block;
  begin_block({"room", "t/derby", "t/launch"}, block);
  const std::size_t begin = block.size();
  encode_contribution(good, block);
  Contribution read;
  for (std::size_t size = begin + 1; size < block.size(); ++size) {
    BlockReader reader(std::string_view(block).substr(0, size));
    EXPECT_FALSE(reader.next(read)) << size;
  }
  for (const std::vector<uint32_t>& of : {std::vector<uint32_t>{3}, {1, 0}, {2, 2}}) {
    good.moods.clear();
    for (const uint32_t room : of) good.moods.push_back({room, Mood{}});
    block.resize(begin);
    encode_contribution(good, block);
    BlockReader reader(block);
    EXPECT_FALSE(reader.next(read));
  }
}

}  // namespace
}  // namespace roomtone::room
