#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "cli/cli.hpp"
#include "cli/rules_explained.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::cli {
namespace {

using testing::HasSubstr;

struct Ran {
  ExitCode code;
  std::string out;
  std::string err;
};

class RulesCommand : public testing::Test {
 protected:
  Ran rules(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"roomtone", "rules"});
    std::vector<const char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const ExitCode code = run(static_cast<int>(pointers.size()), pointers.data());
    std::string out = testing::internal::GetCapturedStdout();
    return {code, std::move(out), testing::internal::GetCapturedStderr()};
  }
  std::string file(const std::string& text) {
    const auto path = folder_.path() / "rules.toml";
    std::ofstream(path) << text;
    return path.string();
  }
  const std::string derby_ = R"([topics.derby]
rule = 'derby lang:en -crypto'
tags = ["sport", "turf"]
match = [{ text = "the derby", lang = "en" }]
no_match = ["the derby"]
end = 2026-05-03T00:00:00Z
entities = { sham = 'sham' }
[topics.oaks]
rule = 'oaks OR sham'
tags = ["sport"]
)";
  test::TemporaryFolder folder_;
};

TEST_F(RulesCommand, TestTriesTheExamples) {
  const Ran good = rules({"test", file(derby_)});
  EXPECT_EQ(good.code, ExitCode::ok) << good.err;
  EXPECT_EQ(good.out, "2 topics, 2 examples, all true\n");
  const Ran bad = rules({"test", file("[topics.a]\nrule = 'a b'\nmatch = ['a']\n"), "--json"});
  EXPECT_EQ(bad.code, ExitCode::no);
  EXPECT_EQ(bad.out, "{\"topics\":1,\"examples\":1,\"failing\":1}\n");
  EXPECT_THAT(bad.err, HasSubstr("rules.toml:1: topics.a: match[0] 'a' does not match: it lacks b"));
}

TEST_F(RulesCommand, TestSaysWhichTopicsHearEachText) {
  const std::vector<std::string> texts = {"sham in the derby", "derby", "crypto derby", ""};
  std::vector<std::string> arguments = {"test", file(derby_), "--lang", "en", "--at", "2026-05-02T22:00:00Z"};
  arguments.insert(arguments.end(), texts.begin(), texts.end());
  const Ran ran = rules(arguments);
  EXPECT_EQ(ran.code, ExitCode::ok) << ran.err;
  EXPECT_EQ(ran.out, "derby,derby/e/sham,oaks\tsport,turf\nderby\tsport,turf\n-\t-\n-\t-\n");
  arguments[5] = "2026-05-03T00:00:00Z";
  EXPECT_EQ(rules(arguments).out, "oaks\tsport\n-\t-\n-\t-\n-\t-\n");
}

TEST_F(RulesCommand, TestSaysNoWhenNothingIsHeard) {
  EXPECT_EQ(rules({"test", file(derby_), "nothing"}).code, ExitCode::no);
}

TEST_F(RulesCommand, TestSpeaksJson) {
  const Ran ran = rules({"test", file(derby_), "--json", "oaks", "x"});
  EXPECT_THAT(ran.out,
              testing::MatchesRegex("\\{\"line\":1,\"topics\":\\[\\{\"id\":\"oaks\",\"version\":\"[0-9a-f]+\","
                                    "\"tags\":\\[\"sport\"\\]\\}\\]\\}\n\\{\"line\":2,\"topics\":\\[\\]\\}\n"));
}

TEST_F(RulesCommand, ABadRuleIsRefusedWithItsPlace) {
  for (const char* command : {"test", "explain", "put"}) {
    const Ran ran = rules({command, file("[topics]\na = 'b AND c'\n")});
    EXPECT_EQ(ran.code, ExitCode::config) << command;
    EXPECT_THAT(ran.err, HasSubstr("rules.toml:2:8: topics.a: found 'AND'")) << command;
  }
}

TEST_F(RulesCommand, AFileThatIsNotThereIsNotAvailable) {
  EXPECT_EQ(rules({"put", "/nowhere/rules.toml"}).code, ExitCode::unavailable);
}

TEST_F(RulesCommand, ExplainShowsTheTreeAndWhatDecides) {
  const Ran ran = rules({"explain", file(derby_), "derby", "a crypto derby", "--lang", "en", "--color", "never"});
  EXPECT_EQ(ran.code, ExitCode::no);
  EXPECT_EQ(ran.out,
            "t/derby does not match: it has crypto\n"
            "- all of these\n"
            "  + derby       found\n"
            "  + lang:en     found\n"
            "  - not crypto  found\n");
}

TEST_F(RulesCommand, ExplainOfAnEntityBeginsWithItsTopic) {
  const Ran ran = rules({"explain", file(derby_), "derby/e/sham", "sham derby", "--lang", "en"});
  EXPECT_EQ(ran.code, ExitCode::ok);
  EXPECT_THAT(ran.out, HasSubstr("t/derby matches: it has derby, lang:en; it lacks crypto\n"));
  EXPECT_THAT(ran.out, HasSubstr("t/derby/e/sham matches: it has sham\n+ sham  found\n"));
}

TEST_F(RulesCommand, ExplainKnowsTheTimesOfAnEvent) {
  const Ran ran = rules({"explain", file(derby_), "derby", "derby", "--lang", "en", "--at", "2026-05-03T00:00:00Z"});
  EXPECT_EQ(ran.code, ExitCode::no);
  EXPECT_THAT(ran.out, HasSubstr("t/derby hears nothing at 2026-05-03T00:00:00.000000Z\n"));
}

TEST_F(RulesCommand, ExplainNamesATopicThatIsNotThere) {
  EXPECT_THAT(rules({"explain", file(derby_), "ascot", "x"}).err, HasSubstr("no topic 'ascot'"));
  EXPECT_THAT(rules({"explain", file(derby_), "derby/e/x", "x"}).err, HasSubstr("no topic 'derby/e/x'"));
}

TEST_F(RulesCommand, WithoutADaemonThereIsNothingToChange) {
  const Ran ran = rules({"list", "--data", folder_.path().string()});
  EXPECT_EQ(ran.code, ExitCode::unavailable);
  EXPECT_THAT(ran.err, HasSubstr("ask the daemon of " + folder_.path().string()));
}

TEST(RuleTree, IsColouredByWhatHolds) {
  topics::Explanation leaf;
  leaf.operand = "🐎";
  leaf.found = true;
  EXPECT_EQ(tree_of(leaf, true), "\x1b[32m+ 🐎  found\x1b[0m\n");
  leaf.negated = true;
  EXPECT_EQ(tree_of(leaf, true), "\x1b[31m- not 🐎  found\x1b[0m\n");
}

}  // namespace
}  // namespace roomtone::cli
