#include "app/rule_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "support/temporary_folder.hpp"

namespace roomtone::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RuleBookTest : public testing::Test {
 protected:
  RuleBookTest() {
    configure("derby = 'derby'\n");
    catalog_.store(start());
  }
  ~RuleBookTest() override { std::fclose(told_); }

  void configure(const std::string& topics) {
    std::ofstream(file()) << "[store]\npath = '" << folder_.path().string() << "'\n[mood]\nmodel = '"
                          << ROOMTONE_SOURCE_DIR "/deploy/models/social.mood"
                          << "'\n[topics]\n"
                          << topics << "[[source]]\nname = 's'\nkind = 'stdin'\n";
  }
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "roomtone.toml"; }
  [[nodiscard]] std::string told() const {
    std::fflush(told_);
    std::ostringstream text;
    text << std::ifstream(folder_.path() / "log").rdbuf();
    return text.str();
  }
  /// What a daemon that starts now would hear by.
  [[nodiscard]] std::shared_ptr<const Catalog> start() const {
    const auto config = load_config(file());
    ROOMTONE_ASSERT(config.has_value());
    const auto catalog = load_catalog(*config);
    ROOMTONE_ASSERT(catalog.has_value());
    return *catalog;
  }
  [[nodiscard]] std::vector<std::string> topics() const { return ids(*catalog_.load()); }
  [[nodiscard]] static std::vector<std::string> ids(const Catalog& catalog) {
    std::vector<std::string> all;
    for (uint32_t i = 0; i < catalog.rules.size(); ++i) all.emplace_back(catalog.rules.id(topics::TopicIndex{i}));
    return all;
  }
  std::string ask(const std::string& request, const std::string& body = "") {
    auto answer = book_.answer(request, body);
    return answer ? *answer : "refused: " + answer.error().context;
  }
  /// The version in force.
  std::string version(const std::string& id) {
    std::istringstream lines(ask("rules list"));
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with(id + "\t")) return line.substr(id.size() + 1, 8);
    return "";
  }

  test::TemporaryFolder folder_;
  AnchoredClock clock_;
  std::FILE* told_ = std::fopen((folder_.path() / "log").c_str(), "w");
  Log log_{told_, LogLevel::info, clock_, true};
  ReloadState state_;
  Published<Catalog> catalog_{nullptr};
  RuleBook book_{file(), folder_.path(), catalog_, state_, clock_, log_};
};

TEST_F(RuleBookTest, ListsWhatIsInForce) {
  ask("rules put any", "[topics.oaks]\nrule = 'oaks'\ntags = ['sport', 'turf']\nentities = { a = 'a', b = 'b' }\n");
  EXPECT_THAT(ask("rules list"), testing::MatchesRegex("rules\t[0-9a-f]+\nderby\t[0-9a-f]+\tconfigured\t\t\n"
                                                       "oaks\t[0-9a-f]+\tput\tsport,turf\ta,b\n"));
}

TEST_F(RuleBookTest, WhatIsPutIsHeardAtOnceAndAfterARestart) {
  EXPECT_THAT(ask("rules put any", "[topics]\noaks = 'oaks'\n"),
              testing::MatchesRegex("rules\t[0-9a-f]+\noaks\t[0-9a-f]+\tnew\n"));
  EXPECT_THAT(topics(), ElementsAre("derby", "oaks"));
  EXPECT_THAT(ids(*start()), ElementsAre("derby", "oaks"));
  EXPECT_EQ(start()->rules.version(), catalog_.load()->rules.version());
}

TEST_F(RuleBookTest, WhatIsPutStandsInPlaceOfTheConfiguredUntilItIsRemoved) {
  const std::string configured = version("derby");
  EXPECT_THAT(ask("rules put any", "[topics]\nderby = 'derby OR oaks'\n"), HasSubstr("\t" + configured + "\n"));
  EXPECT_NE(version("derby"), configured);
  EXPECT_THAT(topics(), ElementsAre("derby"));
  EXPECT_THAT(ask("rules remove derby any"), HasSubstr("rules\t"));
  EXPECT_EQ(version("derby"), configured);
}

TEST_F(RuleBookTest, AConfiguredTopicCannotBeRemoved) {
  EXPECT_THAT(ask("rules remove derby any"), HasSubstr("topic 'derby': was not put, it stands at "));
  EXPECT_THAT(ask("rules remove oaks any"), HasSubstr("topic 'oaks': there is none that was put"));
}

TEST_F(RuleBookTest, AVersionThatIsNoLongerInForceChangesNothing) {
  const std::string first = version("derby");
  ask("rules put " + first, "[topics]\nderby = 'derby day'\n");
  const std::string second = version("derby");
  EXPECT_NE(second, first);
  EXPECT_THAT(ask("rules put " + first, "[topics]\nderby = 'another'\n"),
              HasSubstr("refused: topic 'derby': found version " + second + ", expected " + first));
  EXPECT_THAT(ask("rules remove derby " + first), HasSubstr("refused: "));
  EXPECT_THAT(ask("rules put new", "[topics]\nderby = 'another'\n"), HasSubstr("refused: "));
  EXPECT_EQ(version("derby"), second);
  EXPECT_THAT(ask("rules put new", "[topics]\noaks = 'oaks'\n"), HasSubstr("oaks\t"));
}

TEST_F(RuleBookTest, WhatCannotBeHeardIsRefusedAndChangesNothing) {
  EXPECT_THAT(ask("rules put any", "[topics]\noaks = 'oaks)'\n"), HasSubstr("refused: rules:2:13: topics.oaks: found"));
  EXPECT_THAT(ask("rules put any", "[topics.oaks]\nrule = 'oaks'\nmatch = ['a derby']\n"),
              HasSubstr("refused: rules:1: topics.oaks: match[0] 'a derby' does not match: it lacks oaks"));
  EXPECT_THAT(ask("rules put any", ""), HasSubstr("refused: found no topic"));
  EXPECT_THAT(topics(), ElementsAre("derby"));
  EXPECT_FALSE(std::filesystem::exists(put_rules_file(folder_.path())));
}

TEST_F(RuleBookTest, OtherRequestsAreRefused) {
  for (const char* request : {"", "rules", "rules list all", "rules put", "rules remove derby", "votes list"})
    EXPECT_THAT(ask(request), HasSubstr("refused: this daemon knows"));
}

TEST_F(RuleBookTest, AReloadKeepsWhatWasPut) {
  ask("rules put any", "[topics]\noaks = 'oaks'\n");
  configure("derby = 'derby'\nguineas = 'guineas'\n");
  book_.reload();
  EXPECT_TRUE(state_.successful);
  EXPECT_THAT(topics(), testing::UnorderedElementsAre("derby", "guineas", "oaks"));
}

TEST_F(RuleBookTest, AReloadHandsOnAConfigurationThatIsGoodAndNoOther) {
  std::vector<std::size_t> topics;
  book_.on_reload([&](const Config& config) { topics.push_back(config.topics.size()); });
  configure("derby = 'derby'\noaks = 'oaks'\n");
  book_.reload();
  configure("derby = 'derby'\n[alerts]\nfalse_alarm_days = 0\n");
  book_.reload();
  EXPECT_THAT(topics, ElementsAre(2));
  EXPECT_THAT(told(), HasSubstr("alerts.false_alarm_days: got 0"));
}

TEST_F(RuleBookTest, AReloadWithAnExampleThatIsNotTrueKeepsTheOldRulesAndSaysWhich) {
  configure("derby = { rule = 'derby', no_match = ['a derby'] }\n");
  book_.reload();
  EXPECT_FALSE(state_.successful);
  EXPECT_THAT(told(), HasSubstr("topics.derby: no_match[0] 'a derby' matches: it has derby"));
  EXPECT_THAT(topics(), ElementsAre("derby"));
}

TEST_F(RuleBookTest, MoreThanAllowedAreNotPut) {
  std::string many = "[topics]\n";
  for (std::size_t i = 0; i < limits::kPutTopics; ++i) many += "t" + std::to_string(i) + " = 'x'\n";
  EXPECT_THAT(ask("rules put any", many), HasSubstr("rules\t"));
  EXPECT_THAT(ask("rules put any", "[topics]\nt0 = 'y'\n"), HasSubstr("rules\t"));
  EXPECT_THAT(ask("rules put any", "[topics]\none-more = 'x'\n"), HasSubstr("refused: found 1001 topics"));
}

}  // namespace
}  // namespace roomtone::app
