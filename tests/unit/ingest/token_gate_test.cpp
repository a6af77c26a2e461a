#include "ingest/token_gate.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace roomtone::ingest {
namespace {

using Verdict = TokenGate::Verdict;
constexpr Mono kStart{std::chrono::hours(1)};

TokenGate gate() { return TokenGate({{"one", sha256("first")}, {"two", sha256("second")}}); }

struct Shown {
  const char* name;
  std::string token;
  Verdict verdict;
};
class Tokens : public testing::TestWithParam<Shown> {};
TEST_P(Tokens, AreJudged) { EXPECT_EQ(gate().judge("peer", GetParam().token, kStart), GetParam().verdict); }
INSTANTIATE_TEST_SUITE_P(TokenGate, Tokens,
                         testing::Values(Shown{"the_first", "first", Verdict::welcome},
                                         Shown{"the_second", "second", Verdict::welcome},
                                         Shown{"none", "", Verdict::wrong},
                                         Shown{"the_start_of_one", "firs", Verdict::wrong},
                                         Shown{"one_and_more", "first ", Verdict::wrong},
                                         Shown{"a_hash_as_in_the_file", hex_of(sha256("first")), Verdict::wrong},
                                         Shown{"too_long", std::string(limits::kTokenBytes + 1, 'x'), Verdict::wrong}),
                         [](const auto& row) { return row.param.name; });

TEST(TokenGate, WithoutTokensEverybodyIsWelcome) {
  EXPECT_EQ(TokenGate({}).judge("peer", "", kStart), Verdict::welcome);
}

TEST(TokenGate, AfterTooManyWrongOnesAnAddressIsNotHeardForAWhile) {
  TokenGate gate = ingest::gate();
  for (std::size_t i = 0; i < limits::kWrongTokens; ++i) EXPECT_EQ(gate.judge("peer", "wrong", kStart), Verdict::wrong);
  EXPECT_EQ(gate.judge("peer", "first", kStart), Verdict::wait);
  EXPECT_EQ(gate.judge("another", "first", kStart), Verdict::welcome);
  EXPECT_EQ(gate.judge("peer", "first", kStart + limits::kWrongTokenWindow), Verdict::wait);
  EXPECT_EQ(gate.judge("peer", "first", kStart + limits::kWrongTokenWindow + 1ns), Verdict::welcome);
}

TEST(TokenGate, WrongOnesSpreadOverTimeDoNotAddUp) {
  TokenGate gate = ingest::gate();
  Mono now = kStart;
  for (std::size_t i = 0; i < 5 * limits::kWrongTokens; ++i, now += 2s)
    EXPECT_EQ(gate.judge("peer", "wrong", now), Verdict::wrong);
}

TEST(TokenGate, TenThousandAddressesAreTurnedAwayAndARightOneIsHeard) {
  TokenGate gate = ingest::gate();
  for (int i = 0; i < 10'000; ++i) EXPECT_NE(gate.judge(std::to_string(i), "wrong", kStart), Verdict::welcome);
  EXPECT_EQ(gate.judge("honest", "first", kStart), Verdict::welcome);
}

struct Header {
  const char* name;
  std::string_view authorization;
  std::string_view token;
};
class Bearers : public testing::TestWithParam<Header> {};
TEST_P(Bearers, AreRead) { EXPECT_EQ(bearer_token(GetParam().authorization), GetParam().token); }
INSTANTIATE_TEST_SUITE_P(TokenGate, Bearers,
                         testing::Values(Header{"usual", "Bearer abc", "abc"}, Header{"any_case", "bEARER abc", "abc"},
                                         Header{"more_spaces", "Bearer   abc ", "abc"}, Header{"nothing", "", ""},
                                         Header{"no_token", "Bearer ", ""}, Header{"no_space", "Bearerabc", ""},
                                         Header{"basic", "Basic YWJj", ""}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::ingest
