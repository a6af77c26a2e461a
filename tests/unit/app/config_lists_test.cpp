#include "app/config_lists.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "app/config.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::app {
namespace {

using testing::HasSubstr;

class ConfigLists : public testing::Test {
 protected:
  std::string write(const char* name, const std::string& text) {
    const auto file = folder_.path() / name;
    std::ofstream(file) << text;
    return file.string();
  }
  Result<people::Lists> load(const std::string& text) {
    const auto config = load_config(write("c.toml", "[[source]]\nname = \"s\"\nkind = \"stdin\"\n" + text));
    if (!config) return tl::unexpected(config.error());
    return load_lists(config->lists);
  }
  std::string problem(const std::string& text) {
    const auto lists = load(text);
    return lists ? "accepted" : lists.error().context;
  }
  std::string of_file(const std::string& file) { return "[[list]]\nid = \"l\"\nfile = \"" + file + "\"\n"; }
  test::TemporaryFolder folder_;
};

TEST_F(ConfigLists, MembersInTheConfigurationTakeWhatTheListSays) {
  const auto lists = load(R"(
[[list]]
id = "racing"
rooms = ["topics", "list"]
topics = ["derby"]
events = true
weight = 1.5
expected_gap = "6h"
[[list.member]]
id = "a"
[[list.member]]
handle = "@B"
network = "x"
role = "jockey"
weight = 2
expected_gap = "own"
)");
  ASSERT_TRUE(lists) << lists.error().context;
  const people::List& list = lists->list(0);
  EXPECT_EQ(list.rooms, (people::RoomsWanted{true, false, true, false}));
  EXPECT_EQ(list.topics, std::vector<std::string>{"derby"});
  EXPECT_TRUE(list.events);
  EXPECT_FALSE(list.show_authors);
  EXPECT_EQ(list.roles, (std::vector<std::string>{"member", "jockey"}));
  EXPECT_EQ(list.members[0].weight, 1500u);
  EXPECT_EQ(list.members[0].expected_gap, std::chrono::hours(6));
  EXPECT_EQ(list.members[1].weight, 2000u);
  EXPECT_EQ(list.members[1].expected_gap, Expectation::kOwnHabit);
  EXPECT_EQ(list.members[1].shown, "B");
}

TEST_F(ConfigLists, AFileIsTomlOrCsvByItsName) {
  const auto csv = load(of_file(write("l.csv", "id,role\na,jockey\n")));
  const auto toml = load(of_file(write("l.toml", "[[member]]\nid = \"a\"\nrole = \"jockey\"\n")));
  ASSERT_TRUE(csv) << csv.error().context;
  ASSERT_TRUE(toml) << toml.error().context;
  EXPECT_EQ(csv->list(0).members[0].key, toml->list(0).members[0].key);
  EXPECT_EQ(csv->list(0).roles, toml->list(0).roles);
}

TEST_F(ConfigLists, S10_FourRolesLoadFromCsvAndFromToml) {
  const std::vector<std::string> roles = {"handicapper", "jockey", "trainer", "owner"};
  std::string csv = "id,role\n";
  std::string toml;
  for (const std::string& role : roles) {
    csv += "of-" + role + "," + role + "\n";
    toml += "[[member]]\nid = \"of-" + role + "\"\nrole = \"" + role + "\"\n";
  }
  for (const std::string& file : {write("four.csv", csv), write("four.toml", toml)}) {
    const auto lists = load(of_file(file));
    ASSERT_TRUE(lists) << lists.error().context;
    EXPECT_EQ(lists->list(0).roles, roles);
    EXPECT_EQ(lists->list(0).members.size(), 4U);
  }
}

TEST_F(ConfigLists, ErrorsNameFileLineAndKey) {
  const std::string csv = write("l.csv", "id\na b\n");
  EXPECT_EQ(problem(of_file(csv)), csv + ":2:1: got the id 'a b', expected an id without blanks of at most 512 bytes");
  const std::string toml =
      write("l.toml", "[[member]]\nid = \"a\"\nweight = 0.0001\n[[member]]\nnetwork = \"usenet\"\n");
  const std::string all = problem(of_file(toml));
  EXPECT_THAT(all, HasSubstr(toml + ":3: member[0].weight: expected a number from 0 to 1000"));
  EXPECT_THAT(all,
              HasSubstr(toml + ":5: member[1].network: got \"usenet\", expected one of own, atproto, fediverse, x"));
  EXPECT_THAT(all, HasSubstr("member[1].id: missing"));
  const std::string twice = write("t.toml", "[[member]]\nid = \"a\"\n[[member]]\nid = \"a\"\n");
  EXPECT_EQ(problem(of_file(twice)),
            twice + ":3: got 'a' again, who stands at " + twice + ":1 already, expected each once on a list");
  EXPECT_THAT(problem(of_file("/nowhere/l.csv")), HasSubstr("open the list /nowhere/l.csv"));
}

TEST_F(ConfigLists, ProblemsOfAListAreListedWithTheOthers) {
  const std::string all =
      problem("[[list]]\nid = \"The List\"\nrooms = [\"list\", \"attic\"]\nevents = 1\nextra = 1\n");
  EXPECT_THAT(all, HasSubstr("list[0].id: got \"The List\""));
  EXPECT_THAT(all, HasSubstr("list[0].rooms: got \"attic\", expected list, roles, topics or topic_roles"));
  EXPECT_THAT(all, HasSubstr("list[0].events"));
  EXPECT_THAT(all, HasSubstr("list[0].extra: unknown key"));
  EXPECT_THAT(all, HasSubstr("list[0].file: missing"));
  EXPECT_THAT(problem("[[list]]\nid = \"l\"\nfile = \"l.csv\"\n[[list.member]]\nid = \"a\"\n"),
              HasSubstr("is given beside [[list.member]]"));
  EXPECT_THAT(problem("[[list]]\nid = \"l\"\nfile = \"l.txt\"\n"),
              HasSubstr("expected a file that ends in .csv or .toml"));
}

}  // namespace
}  // namespace roomtone::app
