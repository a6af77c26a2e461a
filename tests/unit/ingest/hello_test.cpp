#include "ingest/hello.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace roomtone::ingest {
namespace {

TEST(Hello, HasTokenProducerAndEpochInAnyOrder) {
  const auto hello = read_hello("ROOMTONE/1 epoch=3 token=t producer=p");
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->token, "t");
  EXPECT_EQ(hello->producer, "p");
  EXPECT_EQ(hello->epoch, 3u);
}

TEST(Hello, MayBeBare) { EXPECT_TRUE(read_hello("ROOMTONE/1").has_value()); }

struct Line {
  const char* name;
  std::string line;
};
class NoHello : public testing::TestWithParam<Line> {};
TEST_P(NoHello, IsALineLikeAnyOther) { EXPECT_FALSE(is_hello(GetParam().line)); }
INSTANTIATE_TEST_SUITE_P(Hello, NoHello,
                         testing::Values(Line{"json", R"({"text":"a"})"}, Line{"empty", ""},
                                         Line{"shorter", "ROOMTONE/"}, Line{"another_version", "ROOMTONE/12 token=t"},
                                         Line{"lower_case", "roomtone/1"}),
                         [](const auto& row) { return row.param.name; });

class BadHello : public testing::TestWithParam<Line> {};
TEST_P(BadHello, IsRefusedWithoutShowingWhatCouldBeAToken) {
  ASSERT_TRUE(is_hello(GetParam().line));
  const auto hello = read_hello(GetParam().line);
  ASSERT_FALSE(hello.has_value());
  EXPECT_EQ(hello.error().context.find("secret"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(
    Hello, BadHello,
    testing::Values(Line{"two_spaces", "ROOMTONE/1  token=secret"},
                    Line{"a_space_at_the_end", "ROOMTONE/1 token=secret "},
                    Line{"unknown_field", "ROOMTONE/1 toke=secret"}, Line{"no_value", "ROOMTONE/1 token"},
                    Line{"two_tokens", "ROOMTONE/1 token=secret token=secret"},
                    Line{"producer_without_epoch", "ROOMTONE/1 producer=p"},
                    Line{"epoch_without_producer", "ROOMTONE/1 epoch=1"},
                    Line{"epoch_with_a_sign", "ROOMTONE/1 producer=p epoch=-1"},
                    Line{"epoch_beyond_63_bits", "ROOMTONE/1 producer=p epoch=9223372036854775808"},
                    Line{"epoch_with_a_tail", "ROOMTONE/1 producer=p epoch=1x"},
                    Line{"producer_over_the_limit",
                         "ROOMTONE/1 epoch=1 producer=" + std::string(limits::kProducerNameBytes + 1, 'p')}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::ingest
