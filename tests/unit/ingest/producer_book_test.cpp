#include "ingest/producer_book.hpp"

#include <gtest/gtest.h>

#include <string>

namespace roomtone::ingest {
namespace {

constexpr SipKey kKey{1, 2};
constexpr Instant kNow{std::chrono::microseconds(1'767'258'000'000'000)};

void take(ProducerBook& book, uint64_t producer, uint64_t epoch, uint64_t sequence, Instant at = kNow) {
  for (const ProducerPosition& position : book.positions_for(producer, epoch, sequence, at)) book.enter(position);
}

struct Sent {
  const char* name;
  uint64_t epoch;
  uint64_t sequence;
  Admission admission;
};
class AfterFiveOfEpochThree : public testing::TestWithParam<Sent> {};

TEST_P(AfterFiveOfEpochThree, IsJudged) {
  const auto& [name, epoch, sequence, admission] = GetParam();
  const ProducerBook book(kKey, {{7, 3, 5, kNow}});
  EXPECT_EQ(book.admit(7, epoch, sequence, kNow), admission);
}

INSTANTIATE_TEST_SUITE_P(
    ProducerBook, AfterFiveOfEpochThree,
    testing::Values(Sent{"the_next", 3, 6, Admission::next}, Sent{"the_last", 3, 5, Admission::repeat},
                    Sent{"the_first", 3, 1, Admission::repeat}, Sent{"one_too_far", 3, 7, Admission::gap},
                    Sent{"an_older_epoch", 2, 6, Admission::old_epoch}, Sent{"a_new_epoch", 4, 1, Admission::next},
                    Sent{"a_new_epoch_not_from_one", 4, 6, Admission::gap}),
    [](const auto& row) { return row.param.name; });

TEST(ProducerBook, ABookThatBeginsIsWhatWasCommitted) {
  const ProducerBook book(kKey, {{7, 3, 5, kNow}});
  EXPECT_EQ(book.standing(7, 3).committed, 5u);
  EXPECT_EQ(book.standing(7, 3).taken, 5u);
}

TEST(ProducerBook, WhatIsTakenIsCommittedOnlyWhenAReceiptSaysSo) {
  ProducerBook book(kKey, {});
  take(book, 7, 3, 1);
  take(book, 7, 3, 2);
  EXPECT_EQ(book.standing(7, 3).committed, 0u);
  book.committed({7, 3, 1, kNow});
  EXPECT_EQ(book.standing(7, 3).committed, 1u);
  EXPECT_EQ(book.standing(7, 3).taken, 2u);
}

TEST(ProducerBook, AReceiptOfAnEarlierEpochSaysNothingOfThisOne) {
  ProducerBook book(kKey, {});
  take(book, 7, 3, 9);
  take(book, 7, 4, 1);
  book.committed({7, 3, 9, kNow});
  EXPECT_EQ(book.standing(7, 4).committed, 0u);
}

TEST(ProducerBook, AProducerTooManyIsRefused) {
  ProducerBook book(kKey, {{1, 0, 1, kNow}, {2, 0, 1, kNow}}, 2);
  EXPECT_EQ(book.admit(3, 0, 1, kNow + limits::kProducerSilence), Admission::full);
  EXPECT_EQ(book.admit(2, 0, 2, kNow), Admission::next);
}

TEST(ProducerBook, TakesThePlaceOfTheLongestSilentOnceThatIsSilentForLong) {
  ProducerBook book(kKey, {{1, 0, 1, kNow + 1s}, {2, 0, 1, kNow}}, 2);
  const Instant later = kNow + limits::kProducerSilence + 1us;
  ASSERT_EQ(book.admit(3, 0, 1, later), Admission::next);
  const auto positions = book.positions_for(3, 0, 1, later);
  EXPECT_EQ(positions, (std::vector<ProducerPosition>{{2, 0, 1, kNoInstant}, {3, 0, 1, later}}));
  for (const ProducerPosition& position : positions) book.enter(position);
  EXPECT_EQ(book.size(), 2u);
  EXPECT_EQ(book.admit(2, 0, 2, later), Admission::full);
}

TEST(ProducerBook, NamesAreHashedUnderTheKey) {
  EXPECT_NE(ProducerBook(kKey, {}).id_of("a"), ProducerBook({3, 4}, {}).id_of("a"));
  EXPECT_EQ(ProducerBook(kKey, {}).id_of("a"), ProducerBook(kKey, {}).id_of("a"));
}

struct Named {
  const char* name;
  std::string text;
  bool valid;
};
class Names : public testing::TestWithParam<Named> {};
TEST_P(Names, AreOfAFewPrintableCharacters) { EXPECT_EQ(valid_name(GetParam().text, 8), GetParam().valid); }
INSTANTIATE_TEST_SUITE_P(ProducerBook, Names,
                         testing::Values(Named{"one", "a", true}, Named{"empty", "", false},
                                         Named{"at_the_limit", "abcdefgh", true},
                                         Named{"over_the_limit", "abcdefghi", false}, Named{"a_space", "a b", false},
                                         Named{"a_control", "a\x1b", false}, Named{"not_ascii", "\xc3\xa9", false},
                                         Named{"the_first_and_last", "!~", true}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::ingest
