#include "room/contributions.hpp"

#include <gtest/gtest.h>

#include <deque>

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
    c.part.author = said.id;
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
    EXPECT_TRUE(index.apply(block_of(all), undo, ledger));
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

}  // namespace
}  // namespace roomtone::room
