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
        Refused{"topic_that_is_no_string", "[topics]\nderby = 5\n", "topics.derby: expected a rule in quotes"},
        Refused{"key_of_another_kind", "[[source]]\nname = \"f\"\nkind = \"stdin\"\nlisten = \"x\"\n",
                "source[0].listen: unknown key"},
        Refused{"file_without_path", "[[source]]\nname = \"f\"\nkind = \"file\"\n", "source[0].path: missing"},
        Refused{"bad_pace", "[[source]]\nname = \"f\"\nkind = \"file\"\npath = \"x\"\npace = \"x0\"\n",
                "source[0].pace: got \"x0\""},
        Refused{"twice_the_same_name", "[[source]]\nname = \"s\"\nkind = \"tcp\"\n", "got \"s\" twice"},
        Refused{"broken_syntax", "[store\n", "syntax"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::app
