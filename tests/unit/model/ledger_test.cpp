#include "model/ledger.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace roomtone {
namespace {

/// A ledger with a different number in every place, so that a sum that forgets or swaps one shows.
Ledger numbered(int64_t factor) {
  Ledger ledger;
  int64_t next = 1;
  for (int64_t& value : ledger.columns) value = factor * next++;
  for (int64_t& value : ledger.ignored) value = factor * next++;
  for (int64_t& value : ledger.beside) value = factor * next++;
  return ledger;
}

TEST(Ledger, AddsEveryPlaceToItsOwn) {
  Ledger sum = numbered(1);
  sum.add(numbered(100));
  EXPECT_EQ(sum, numbered(101));
}

TEST(Ledger, AddsInAnyOrderAndGrouping) {
  Ledger left = numbered(1);
  left.add(numbered(7));
  left.add(numbered(50));

  Ledger right = numbered(50);
  Ledger inner = numbered(7);
  inner.add(numbered(1));
  right.add(inner);

  EXPECT_EQ(left, right);
}

TEST(Ledger, AddingAnEmptyOneChangesNothing) {
  Ledger ledger = numbered(3);
  ledger.add(Ledger{});
  EXPECT_EQ(ledger, numbered(3));
}

TEST(Ledger, RecordsAreTheSumOfTheColumnsAlone) {
  Ledger ledger;
  ledger[Column::counted] = 5;
  ledger[Column::shed] = 2;
  ledger[Ignored::like] = 100;
  ledger[Beside::late] = 100;
  EXPECT_EQ(ledger.records(), 7);
}

TEST(Ledger, HasAPlaceAndANameForTheLastOfEachKind) {
  EXPECT_EQ(static_cast<std::size_t>(Column::shed) + 1, kColumns);
  EXPECT_EQ(static_cast<std::size_t>(Ignored::unknown) + 1, kIgnoredKinds);
  EXPECT_EQ(static_cast<std::size_t>(Beside::rooms_capped) + 1, kBesides);
  EXPECT_EQ(kColumnNames.back(), "shed");
  EXPECT_EQ(kIgnoredNames.back(), "unknown");
  EXPECT_EQ(kBesideNames.back(), "rooms_capped");
}

TEST(Ledger, NamesAreDistinctWithinTheirKind) {
  EXPECT_EQ(std::set(kColumnNames.begin(), kColumnNames.end()).size(), kColumns);
  EXPECT_EQ(std::set(kIgnoredNames.begin(), kIgnoredNames.end()).size(), kIgnoredKinds);
  EXPECT_EQ(std::set(kBesideNames.begin(), kBesideNames.end()).size(), kBesides);
}

}  // namespace
}  // namespace roomtone
