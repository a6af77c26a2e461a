#include "people/clients.hpp"

#include <gtest/gtest.h>

namespace roomtone::people {
namespace {

Clients compiled(const std::vector<std::string>& names) {
  auto clients = Clients::compile(names);
  EXPECT_TRUE(clients) << clients.error().context;
  return std::move(*clients);
}

struct ClientCase {
  const char* name;
  std::string client;
  bool scheduled;
};
class AutomationClients : public testing::TestWithParam<ClientCase> {};
TEST_P(AutomationClients, AreKnownByTheirNames) {
  const Clients clients = compiled({"IFTTT", "Zap", "Zapier*", "Zapier Beta*", "dlvr.it", std::string(128, 'l')});
  EXPECT_EQ(clients.has(GetParam().client), GetParam().scheduled);
}
INSTANTIATE_TEST_SUITE_P(
    Clients, AutomationClients,
    testing::Values(ClientCase{"whole", "IFTTT", true}, ClientCase{"whatever_its_capitals", "Dlvr.IT", true},
                    ClientCase{"its_beginning_alone_is_none", "IFTT", false},
                    ClientCase{"and_more_is_none", "IFTTT for Teams", false},
                    ClientCase{"with_a_star_any_rest_may_follow", "zapier.com", true},
                    ClientCase{"or_none", "ZAPIER", true}, ClientCase{"a_longer_beginning_too", "Zapier Beta 2", true},
                    ClientCase{"but_not_less", "Zapie", false}, ClientCase{"before_all", "A", false},
                    ClientCase{"behind_all", "zz", false}, ClientCase{"none_given", "", false},
                    ClientCase{"as_long_as_a_name_may_be", std::string(128, 'L'), true},
                    ClientCase{"longer", std::string(129, 'L'), false},
                    ClientCase{"much_longer_with_a_known_beginning", "Zapier" + std::string(9000, '!'), true}),
    [](const auto& row) { return row.param.name; });

TEST(Clients, WhereThereAreNoneNothingIsOne) { EXPECT_FALSE(Clients().has("IFTTT")); }

TEST(Clients, TheUsualOnesAreSchedulersAndNoneIsWhatPeopleTalkWith) {
  const Clients usual = compiled({kUsualAutomationClients.begin(), kUsualAutomationClients.end()});
  for (const char* scheduler : {"Hootsuite Inc.", "Buffer", "IFTTT", "Zapier.com", "Cheap Bots, Done Quick!"})
    EXPECT_TRUE(usual.has(scheduler)) << scheduler;
  for (const char* talk : {"Web", "Twitter for iPhone", "Twitter Web App", "TweetDeck", "Tusky", "Ivory for iOS"})
    EXPECT_FALSE(usual.has(talk)) << talk;
}

struct WrongCase {
  const char* name;
  std::vector<std::string> names;
  std::string error;
};
class WrongClients : public testing::TestWithParam<WrongCase> {};
TEST_P(WrongClients, AreRefused) {
  const auto clients = Clients::compile(GetParam().names);
  ASSERT_FALSE(clients);
  EXPECT_EQ(clients.error().context, GetParam().error);
}
INSTANTIATE_TEST_SUITE_P(
    Clients, WrongClients,
    testing::Values(
        WrongCase{"empty", {"Web", ""}, "got \"\", expected the name of a posting client, of 1 to 128 bytes"},
        WrongCase{"everything", {"*"}, "got \"*\", expected the name of a posting client, of 1 to 128 bytes"},
        WrongCase{"in_the_middle", {"a*b"}, "got \"a*b\", expected '*' at the end of a name only"},
        WrongCase{"too_many", std::vector<std::string>(1001, "a"), "got 1001 names, expected at most 1000"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::people
