#include "app/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/temporary_folder.hpp"

namespace roomtone::app {
namespace {

using testing::HasSubstr;

class ConfigTest : public testing::Test {
 protected:
  Result<Config> load(const std::string& text) {
    const auto file = folder_.path() / "roomtone.toml";
    std::ofstream(file) << text;
    return load_config(file);
  }
  std::string problem(const std::string& text) {
    const auto config = load(text);
    return config ? "accepted" : config.error().context;
  }
  test::TemporaryFolder folder_;
};

constexpr const char* kSource = "[[source]]\nname = \"s\"\nkind = \"stdin\"\n";

TEST_F(ConfigTest, NeedsNoMoreThanASource) {
  const auto config = load(kSource);
  ASSERT_TRUE(config.has_value()) << config.error().context;
  EXPECT_EQ(config->sources.size(), 1u);
  EXPECT_TRUE(config->store.sync);
  EXPECT_EQ(config->publish.feed, "tcp://127.0.0.1:5570");
}

TEST_F(ConfigTest, NetworkSourcesKeepContributionsAndFilesFold) {
  const auto config =
      load("[[source]]\nname = \"a\"\nkind = \"tcp\"\n[[source]]\nname = \"b\"\nkind = \"file\"\npath = \"x\"\n");
  ASSERT_TRUE(config.has_value()) << config.error().context;
  EXPECT_TRUE(config->sources[0].corrections);
  EXPECT_FALSE(config->sources[1].corrections);
}

TEST_F(ConfigTest, TheExampleIsAccepted) {
  const auto config = load_config(std::string(ROOMTONE_SOURCE_DIR) + "/deploy/roomtone.example.toml");
  EXPECT_TRUE(config.has_value()) << config.error().context;
}

TEST_F(ConfigTest, EveryProblemIsListedAtOnce) {
  const std::string all = problem("[store]\nsync = 1\n[admin]\nseries_max = 3\n");
  EXPECT_THAT(all, HasSubstr("store.sync"));
  EXPECT_THAT(all, HasSubstr("admin.series_max"));
  EXPECT_THAT(all, HasSubstr("source: missing"));
}

TEST_F(ConfigTest, S25_PostingClientsThatScheduleAreNamedOrTheUsualOnes) {
  const auto usual = load(kSource);
  EXPECT_EQ(usual->automation_clients.size(), people::kUsualAutomationClients.size());
  const auto own = load(std::string(kSource) + "[automation]\nclients = [\"Pipeline*\"]\n");
  EXPECT_EQ(own->automation_clients, std::vector<std::string>{"Pipeline*"});
  const auto none = load(std::string(kSource) + "[automation]\nclients = []\n");
  EXPECT_TRUE(none->automation_clients.empty());
  EXPECT_THAT(problem(std::string(kSource) + "[automation]\nclients = [\"*\"]\n"),
              HasSubstr("roomtone.toml:5: automation.clients: got \"*\", expected the name of a posting client"));
}

TEST_F(ConfigTest, ARuleAsksForSourcesAndListsThatAreThere) {
  const std::string lists = "[[list]]\nid = \"press\"\n[[list.member]]\nid = \"a\"\n";
  EXPECT_TRUE(load(kSource + lists + "[topics]\nd = 'source:s list:press'\n"));
  EXPECT_THAT(
      problem(std::string(kSource) + "[topics]\nd = 'derby source:nosuch'\n"),
      HasSubstr("roomtone.toml:5:12: topics.d: found 'source:nosuch', expected a [[source]] of the configuration: s"));
  const auto rules = folder_.path() / "rules.toml";
  std::ofstream(rules) << "[topics]\nd = 'derby list:pres'\n";
  EXPECT_THAT(problem(kSource + lists + "[rules]\nfiles = [\"" + rules.string() + "\"]\n"),
              HasSubstr(rules.string() +
                        ":2:12: topics.d: found 'list:pres', expected a [[list]] of the configuration: press"));
}

TEST_F(ConfigTest, LexiconsAreAFewFiles) {
  std::string many = "\"w.tsv\"";
  for (int i = 1; i < 64; ++i) many += ", \"w.tsv\"";
  const auto config = load("[mood]\nlexicons = [" + many + "]\n" + kSource);
  ASSERT_TRUE(config) << config.error().context;
  EXPECT_EQ(config->lexicons.size(), 64u);
  EXPECT_EQ(config->lexicons[63], "w.tsv");
  EXPECT_THAT(problem("[mood]\nlexicons = [" + many + ", \"w.tsv\"]\n" + kSource),
              HasSubstr("mood.lexicons: got 65 files, expected at most 64"));
}

struct Refused {
  const char* name;
  const char* text;
  const char* says;
};
class RefusedConfig : public ConfigTest, public testing::WithParamInterface<Refused> {};
TEST_P(RefusedConfig, NamesTheKeyWhatItGotAndWhatItExpected) {
  EXPECT_THAT(problem(std::string(GetParam().text) + kSource), HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    Config, RefusedConfig,
    testing::Values(
        Refused{"misspelt_key", "[store]\nsinc = true\n",
                "roomtone.toml:2: store.sinc: unknown key, did you mean sync?"},
        Refused{"misspelt_table", "[stor]\npath = \"x\"\n", "did you mean store?"},
        Refused{"wrong_type", "[store]\nsync = \"yes\"\n", "store.sync: got 'yes', expected true or false"},
        Refused{"out_of_range", "[pipeline]\nworkers = 65\n",
                "pipeline.workers: got 65, expected a whole number from 0 to 64"},
        Refused{"no_duration", "[store]\ncommit_every = \"soon\"\n",
                "store.commit_every: got 'soon', expected a duration"},
        Refused{"a_reader_with_half_a_key",
                "[publish]\nsecret_key_file = \"k\"\n[[publish.reader]]\nname = \"wall\"\npublic_key = \"short\"\n"
                "prefixes = [\"\"]\n",
                "publish.reader[0].public_key: expected the 40 characters"},
        Refused{"a_reader_without_prefixes",
                "[publish]\nsecret_key_file = \"k\"\n[[publish.reader]]\nname = \"wall\"\n"
                "public_key = \"rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\"\n",
                "publish.reader[0].prefixes: missing"},
        Refused{"readers_without_a_server_key",
                "[[publish.reader]]\nname = \"wall\"\npublic_key = \"rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\"\n"
                "prefixes = [\"\"]\n",
                "publish.reader: is given without secret_key_file"},
        Refused{"unknown_choice", "[publish]\nbody = \"xml\"\n",
                "publish.body: got \"xml\", expected one of json, protobuf"},
        Refused{"bad_sketch_key", "[store]\nsketch_key = \"abc\"\n",
                "store.sketch_key: expected 32 lower-case hexadecimal digits"},
        Refused{"no_room_to_wait_with", "[store]\nfree_min = \"1MiB\"\n",
                "store.free_min: got '1MiB', expected a size"},
        Refused{"panes_too_short_for_windows", "[retention]\npanes = \"30m\"\n",
                "retention.panes: got 1800000ms, expected 0ms, for ever, or at least 1h"},
        Refused{"minutes_gone_before_panes", "[retention]\npanes = \"30d\"\nminutes = \"7d\"\n",
                "retention.minutes: got 604800000ms, expected no less than retention.panes"},
        Refused{"alerts_that_may_always_be_wrong", "[alerts]\nfalse_alarm_days = 0\n",
                "alerts.false_alarm_days: got 0, expected a whole number from 1 to 3650"},
        Refused{"a_hold_that_is_none", "[alerts]\nhold = \"5s\"\n", "alerts.hold: got"},
        Refused{"a_severity_that_is_no_label", "[alerts]\nseverity = \"Very Bad\"\n",
                "alerts.severity: got \"Very Bad\", expected 1 to 64 of a-z, 0-9, - and _"},
        Refused{"quiet_hours_that_are_none", "[alerts]\nquiet_hours = [\"22:00-07:00\", \"at night\"]\n",
                "alerts.quiet_hours: got \"at night\", expected hours such as \"22:00-07:00\""},
        Refused{"a_zone_that_is_nowhere", "[alerts]\ntime_zone = \"Mars/Base\"\n",
                "alerts.time_zone: got \"Mars/Base\", expected \"UTC\", an offset such as \"+02:00\""},
        Refused{"a_budget_without_end", "[alerts]\nbudget = 1001\n",
                "alerts.budget: got 1001, expected a whole number from 0 to 1000"},
        Refused{"a_budget_of_no_time", "[alerts]\nbudget_per = \"1s\"\n", "alerts.budget_per: got"},
        Refused{"a_rule_that_is_not_there", "[alerts]\npass = [\"tone_shift\"]\n",
                "alerts.pass: got \"tone_shift\", expected some of tone-shift, polarised"},
        Refused{"a_ceiling_below_any_store", "[retention]\ndisk_max = \"1MiB\"\n",
                "retention.disk_max: got 1048576, expected 0, no ceiling, or at least 64MiB"},
        Refused{"topic_that_is_no_string", "[topics]\nderby = 5\n", "topics.derby: expected a rule in quotes"},
        Refused{"key_of_another_kind", "[[source]]\nname = \"f\"\nkind = \"stdin\"\nlisten = \"x\"\n",
                "source[0].listen: unknown key"},
        Refused{"file_without_path", "[[source]]\nname = \"f\"\nkind = \"file\"\n", "source[0].path: missing"},
        Refused{"bad_pace", "[[source]]\nname = \"f\"\nkind = \"file\"\npath = \"x\"\npace = \"x0\"\n",
                "source[0].pace: got \"x0\""},
        Refused{"twice_the_same_name", "[[source]]\nname = \"s\"\nkind = \"tcp\"\n", "got \"s\" twice"},
        Refused{"lexicons_that_are_no_files", "[mood]\nlexicons = [5]\n", "mood.lexicons: "},
        Refused{"broken_syntax", "[store\n", "syntax"}),
    [](const auto& row) { return row.param.name; });

constexpr const char* kSky = "[[source]]\nname = \"sky\"\nkind = \"jetstream\"\nhosts = [\"wss://a.example\"]\n";

TEST_F(ConfigTest, AJetstreamNeedsNoMoreThanItsHosts) {
  const auto config = load(kSky);
  ASSERT_TRUE(config.has_value()) << config.error().context;
  const SourceConfig& source = config->sources.at(0);
  EXPECT_EQ(source.format, Format::jetstream);
  EXPECT_TRUE(source.live());
  EXPECT_TRUE(source.corrections);
  EXPECT_FALSE(source.may_be_quiet());
  EXPECT_EQ(source.jetstream.collections, (std::vector<std::string>{"app.bsky.feed.post"}));
}

TEST_F(ConfigTest, AJetstreamOfChosenPeopleMayBeQuietUnlessToldOtherwise) {
  const std::string chosen = std::string(kSky) + "dids = [\"did:plc:a\"]\n";
  EXPECT_TRUE(load(chosen).value().sources.at(0).may_be_quiet());
  EXPECT_FALSE(load(chosen + "silence = \"1h\"\n").value().sources.at(0).may_be_quiet());
  EXPECT_TRUE(load(std::string(kSky) + "silence = \"0ms\"\n").value().sources.at(0).may_be_quiet());
}

TEST_F(ConfigTest, AJetstreamMayWantEverything) {
  EXPECT_TRUE(load(std::string(kSky) + "collections = []\n").value().sources.at(0).jetstream.collections.empty());
}

TEST_F(ConfigTest, AJetstreamsKeysAreChecked) {
  EXPECT_THAT(problem("[[source]]\nname = \"sky\"\nkind = \"jetstream\"\n"), HasSubstr("source[0].hosts: missing"));
  EXPECT_THAT(problem(std::string(kSky) + "retry_min = \"2s\"\nretry_max = \"1s\"\n"),
              HasSubstr("retry_max: is less than"));
  EXPECT_THAT(problem(std::string(kSky) + "format = \"own\"\n"), HasSubstr("format: unknown key"));
  EXPECT_THAT(problem(std::string(kSky) + "corrections = false\n"), HasSubstr("corrections: got false"));
  EXPECT_THAT(problem(std::string(kSky) + "rewind = \"2h\"\n"), HasSubstr("source[0].rewind: got"));
  EXPECT_THAT(problem("[[source]]\nname = \"lines\"\nkind = \"tcp\"\nhosts = [\"wss://a.example\"]\n"),
              HasSubstr("hosts: unknown key"));
}

struct Problem {
  const char* name;
  const char* text;
  const char* says;
};
class SendingProblems : public testing::TestWithParam<Problem> {};
TEST_P(SendingProblems, NameTheKeyWhatItGotAndWhatItExpected) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "roomtone.toml";
  std::ofstream(file) << GetParam().text;
  const auto config = load_config(file);
  ASSERT_FALSE(config.has_value());
  EXPECT_THAT(config.error().context, HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    ConfigTest, SendingProblems,
    testing::Values(
        Problem{"empty_tokens", "[[source]]\nname = \"s\"\nkind = \"http\"\ntokens = \"\"\n",
                "tokens: got an empty path, expected a file"},
        Problem{"tokens_for_pull", "[[source]]\nname = \"s\"\nkind = \"zmq\"\ntokens = \"x\"\n", "tokens: unknown key"},
        Problem{"unknown_kind", "[[source]]\nname = \"s\"\nkind = \"router\"\n", "zmq_router"},
        Problem{"no_folder", "[record]\nsize_max = \"1GiB\"\n[[source]]\nname = \"s\"\nkind = \"stdin\"\n",
                "record.folder: missing, expected the folder"},
        Problem{"record_too_small",
                "[record]\nfolder = \"x\"\nsize_max = \"16MiB\"\n[[source]]\nname = \"s\"\nkind = \"stdin\"\n",
                "record.size_max: got less than a segment for each source"},
        Problem{"request_window", "[store]\nrequest_window = \"0s\"\n[[source]]\nname = \"s\"\nkind = \"stdin\"\n",
                "store.request_window: got"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::app
