#include "ingest/request_book.hpp"

#include <gtest/gtest.h>

#include <string>

namespace roomtone::ingest {
namespace {

using Known = RequestBook::Known;
constexpr Mono kStart{std::chrono::hours(1)};

Remembered remembered(std::size_t requests_max = 10) {
  Remembered remembered;
  remembered.key = {1, 2};
  remembered.request_window = 10s;
  remembered.requests_max = requests_max;
  return remembered;
}

TEST(RequestBook, KnowsAKeyUntilItsWindowHasPassed) {
  RequestBook book(remembered(), kStart);
  const RequestKey request = book.request("k", "body");
  EXPECT_EQ(book.find(request, kStart), Known::no);
  book.enter(request, kStart);
  EXPECT_EQ(book.find(request, kStart + 10s), Known::yes);
  EXPECT_EQ(book.find(request, kStart + 10s + 1ns), Known::no);
}

TEST(RequestBook, TellsAKeyThatComesWithAnotherBody) {
  RequestBook book(remembered(), kStart);
  book.enter(book.request("k", "body"), kStart);
  EXPECT_EQ(book.find(book.request("k", "another"), kStart), Known::with_another_body);
}

TEST(RequestBook, ForgetsTheOldestBeyondItsCount) {
  RequestBook book(remembered(3), kStart);
  for (const char* key : {"a", "b", "c", "d"}) book.enter(book.request(key, ""), kStart);
  EXPECT_EQ(book.size(), 3u);
  EXPECT_EQ(book.find(book.request("a", ""), kStart), Known::no);
  EXPECT_EQ(book.find(book.request("b", ""), kStart), Known::yes);
}

TEST(RequestBook, KnowsAfterARestartWhatWasCommitted) {
  RequestBook before(remembered(), kStart);
  Remembered stored = remembered();
  stored.requests = {before.request("k", "body")};
  RequestBook after(stored, kStart);
  EXPECT_EQ(after.find(after.request("k", "body"), kStart), Known::yes);
}

}  // namespace
}  // namespace roomtone::ingest
