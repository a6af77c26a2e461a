#include "cli/simulate.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/src.hpp>

#include "base/hash.hpp"

namespace roomtone::cli {
namespace {

namespace json = boost::json;

/// Keeps what is written; can be told to be a reader that leaves.
class MemoryOutput final : public Output {
 public:
  explicit MemoryOutput(std::size_t leave_after = SIZE_MAX) : leave_after_(leave_after) {}
  Result<bool> write(std::string_view lines) override {
    if (leave_after_-- == 0) return false;
    bytes.append(lines);
    return true;
  }
  Result<void> finish() override {
    finished = true;
    return {};
  }
  std::string bytes;
  bool finished = false;

 private:
  std::size_t leave_after_;
};

SimulateOptions options_of(uint64_t count, WireFormat format = WireFormat::jetstream) {
  return {
      .scenario = {.seed = 1, .turn_at_s = 300, .topics = 1000, .topic_share = 0.25, .noise = 0, .authors = 100'000},
      .format = format,
      .rate_milli = 10'000,
      .count = count,
      .seconds = {},
      .start = *parse_rfc3339("2026-05-02T14:00:00Z"),
      .live = false,
      .paced = false};
}

struct Written {
  std::string bytes;
  RunFacts facts;
  Truth truth;
  std::string truth_text;
};

Written run_of(const SimulateOptions& options) {
  MemoryOutput output;
  const ManualClock clock(*parse_rfc3339("2030-01-01T00:00:00Z"));
  Scenario scenario(options.scenario);
  const auto facts = simulate(options, scenario, output, clock, [] { return false; });
  EXPECT_TRUE(facts.has_value() && output.finished);
  return {output.bytes, *facts, scenario.truth(), truth_json(*facts, scenario)};
}

std::vector<std::string_view> lines_of(std::string_view bytes) {
  std::vector<std::string_view> out;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    out.push_back(bytes.substr(0, end));
    bytes.remove_prefix(end + 1);
  }
  return out;
}

std::string text_of(const json::value& event) {
  return std::string(event.at("commit").at("record").at("text").as_string());
}

TEST(Simulate, TheSameSeedGivesTheSameBytes) {
  EXPECT_EQ(run_of(options_of(5000)).bytes, run_of(options_of(5000)).bytes);
}

TEST(Simulate, AnotherSeedGivesOtherBytes) {
  auto other = options_of(100);
  other.scenario.seed = 2;
  EXPECT_NE(run_of(options_of(100)).bytes, run_of(other).bytes);
}

TEST(Simulate, AShorterRunIsThePrefixOfALongerOne) {
  const std::string longer = run_of(options_of(3000)).bytes;
  EXPECT_TRUE(longer.starts_with(run_of(options_of(1000)).bytes));
}

// Recordings of earlier versions are compared with new ones: whoever changes the story changes this line knowingly.
TEST(Simulate, SeedOneWritesTheGoldenStream) {
  const Written run = run_of(options_of(2000));
  EXPECT_EQ(
      lines_of(run.bytes).front(),
      R"json({"did":"did:plc:ns2h4nszdqhuzzpnzlnqafwi","time_us":1777730400000000,"kind":"commit","commit":{"rev":"3mkusijza22is","operation":"create","collection":"app.bsky.feed.post","rkey":"3mkusijwi5kxu","record":{"$type":"app.bsky.feed.post","createdAt":"2026-05-02T13:59:59.679Z","facets":[{"features":[{"$type":"app.bsky.richtext.facet#link","uri":"https://video.example/watch/224249497"}],"index":{"byteEnd":122,"byteStart":85}}],"langs":["ja"],"text":"今、電車で移動中です。あと二駅。 新しい記事を書きました。https://video.example/watch/224249497 今日の夕飯はカレーにします。"},"cid":"bafyreihwjbrvmckw5cdetaw52vsbike4vklybmpihdd3aempg6byt2kofu"}})json");
  EXPECT_EQ(word_hash(run.bytes), 11961719449355856715ULL);
}

class EveryFormat : public testing::TestWithParam<WireFormat> {};

TEST_P(EveryFormat, WritesOneJsonObjectALine) {
  auto options = options_of(20'000, GetParam());
  options.scenario.noise = 0.3;
  const Written run = run_of(options);
  uint64_t lines = 0;
  for (const std::string_view line : lines_of(run.bytes)) {
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(line.data(), line.size()), error);
    ASSERT_FALSE(error) << error.message() << ": " << line;
    ASSERT_TRUE(value.is_object()) << line;
    ++lines;
  }
  EXPECT_EQ(lines, run.facts.events);
  EXPECT_GT(lines, 12'000U);
}
INSTANTIATE_TEST_SUITE_P(Simulate, EveryFormat,
                         testing::Values(WireFormat::jetstream, WireFormat::mastodon, WireFormat::own),
                         [](const auto& row) {
                           return row.param == WireFormat::jetstream  ? "jetstream"
                                  : row.param == WireFormat::mastodon ? "mastodon"
                                                                      : "own";
                         });

TEST(Simulate, PostsHaveTheSizeOfRealOnes) {
  const Written run = run_of(options_of(20'000));
  std::size_t text_bytes = 0;
  for (const std::string_view line : lines_of(run.bytes))
    text_bytes += text_of(json::parse(json::string_view(line.data(), line.size()))).size();
  EXPECT_NEAR(static_cast<double>(text_bytes) / 20'000, 184, 10);
  EXPECT_NEAR(static_cast<double>(run.bytes.size()) / 20'000, 660, 40);
}

TEST(Simulate, RevisionsGrowAndNoKeyComesTwice) {
  auto options = options_of(20'000);
  options.rate_milli = 3'000'000'000;  // three events a microsecond: faster than time can tell apart
  std::string last_rev;
  std::set<std::string> keys;
  const Written run = run_of(options);
  for (const std::string_view line : lines_of(run.bytes)) {
    const json::value event = json::parse(json::string_view(line.data(), line.size()));
    const auto& commit = event.at("commit");
    const std::string rev(commit.at("rev").as_string());
    ASSERT_LT(last_rev, rev);
    ASSERT_EQ(rev.size(), 13U);
    last_rev = rev;
    ASSERT_TRUE(keys.insert(std::string(commit.at("rkey").as_string())).second) << line;
  }
}

TEST(Simulate, FacetsPointAtWhatTheyMark) {
  int seen = 0;
  const Written run = run_of(options_of(5000));
  for (const std::string_view line : lines_of(run.bytes)) {
    const json::value event = json::parse(json::string_view(line.data(), line.size()));
    const auto& record = event.at("commit").at("record").as_object();
    if (!record.contains("facets")) continue;
    const std::string text = text_of(event);
    for (const auto& facet : record.at("facets").as_array()) {
      const auto begin = static_cast<std::size_t>(facet.at("index").at("byteStart").as_int64());
      const auto end = static_cast<std::size_t>(facet.at("index").at("byteEnd").as_int64());
      ASSERT_LE(end, text.size());
      const auto& feature = facet.at("features").at(0).as_object();
      const std::string marked = text.substr(begin, end - begin);
      if (feature.contains("tag"))
        ASSERT_EQ(marked, "#" + std::string(feature.at("tag").as_string()));
      else if (feature.contains("uri"))
        ASSERT_EQ(marked, std::string(feature.at("uri").as_string()));
      else
        ASSERT_EQ(marked.front(), '@');
      ++seen;
    }
  }
  EXPECT_GT(seen, 500);
}

TEST(Simulate, NoPostIsLongerThanTheNetworkAllows) {
  const Written run = run_of(options_of(50'000));
  for (const std::string_view line : lines_of(run.bytes)) {
    const std::string text = text_of(json::parse(json::string_view(line.data(), line.size())));
    std::size_t characters = 0;
    for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
    ASSERT_LE(characters, 300U) << text;
  }
}

// A stand-in for the daemon's rules which knows the shapes that the simulator writes.
TEST(Simulate, TheTruthIsWhatTheTextsSay) {
  auto options = options_of(60'000);
  options.rate_milli = 60'000;
  const Written run = run_of(options);
  std::map<std::string, uint64_t> heard;
  const std::vector<std::pair<std::string, Activity>> rooms = {{"wedding", Activity::wedding},
                                                               {"launch", Activity::launch},
                                                               {"derby", Activity::derby},
                                                               {"followboost", Activity::campaign}};
  for (const std::string_view line : lines_of(run.bytes)) {
    const std::string text = text_of(json::parse(json::string_view(line.data(), line.size())));
    for (const auto& [room, activity] : rooms) {
      for (const auto anchor : anchors_of(activity)) {
        if (!holds_anchor(text, anchor)) continue;
        ++heard[room];
        break;
      }
    }
  }
  const auto n = [&](Activity activity) { return run.truth.activities[static_cast<std::size_t>(activity)].all(); };
  EXPECT_EQ(heard["wedding"], n(Activity::wedding));
  EXPECT_EQ(heard["launch"], n(Activity::launch));
  EXPECT_EQ(heard["derby"], n(Activity::derby) + n(Activity::experts) + n(Activity::flood));
  EXPECT_EQ(heard["followboost"], n(Activity::campaign));
}

TEST(Simulate, TheTruthIsOneJsonObjectWhoseRoomHoldsAllPosts) {
  const Written run = run_of(options_of(4000));
  const json::value truth = json::parse(run.truth_text);
  EXPECT_EQ(truth.at("rooms").at("room").at("n").as_int64(), 4000);
  EXPECT_EQ(truth.at("rooms").as_object().size(), 1005U);
  EXPECT_EQ(truth.at("turn").at("room").as_string(), "t/launch");
  EXPECT_TRUE(truth.at("turn").at("reached").as_bool());
}

double launch_negative_share(double from_s, double to_s, std::optional<double> turn_at_s) {
  Scenario scenario({.seed = 3, .turn_at_s = turn_at_s, .topics = 0, .topic_share = 0, .noise = 0, .authors = 1000});
  Event event;
  double negative = 0;
  double all = 0;
  for (double at = from_s; at < to_s; at += 0.005) {
    scenario.next(1'777'730'400'000'000 + static_cast<int64_t>(at * 1e6), at, event);
    if (event.activity != Activity::launch) continue;
    ++all;
    negative += event.mood == MoodLabel::negative ? 1 : 0;
  }
  return negative / all;
}

TEST(Scenario, TheLaunchIsLovedUntilTheTurn) { EXPECT_NEAR(launch_negative_share(0, 120, 120), 0.10, 0.04); }
TEST(Scenario, TheLaunchIsHatedRightAfterTheTurn) { EXPECT_NEAR(launch_negative_share(120, 180, 120), 0.82, 0.04); }
TEST(Scenario, WithoutATurnTheLaunchStaysLoved) { EXPECT_NEAR(launch_negative_share(120, 240, {}), 0.10, 0.04); }

TEST(Scenario, NoiseIsTheStatedShareOfEvents) {
  auto options = options_of(50'000);
  options.scenario.noise = 0.6;
  const Written run = run_of(options);
  EXPECT_NEAR(static_cast<double>(run.truth.kinds[0]) / 50'000, 0.4, 0.01);
}

TEST(Simulate, SecondsEndTheRunInEventTime) {
  auto options = options_of(0);
  options.count = {};
  options.seconds = 7.5;
  const Written run = run_of(options);
  EXPECT_EQ(run.facts.events, 75U);
  EXPECT_LT(run.facts.end_us - run.facts.start_us, 7'500'000);
}

TEST(Simulate, LiveStampsEventsWithTheClock) {
  auto options = options_of(1);
  options.live = true;
  EXPECT_NE(run_of(options).bytes.find("\"time_us\":" + std::to_string(micros(*parse_rfc3339("2030-01-01T00:00:00Z")))),
            std::string::npos);
}

TEST(Simulate, AReaderWhoLeavesEndsTheRun) {
  auto options = options_of(1'000'000);
  MemoryOutput output(2);
  const ManualClock clock(options.start);
  Scenario scenario(options.scenario);
  const auto facts = simulate(options, scenario, output, clock, [] { return false; });
  ASSERT_TRUE(facts.has_value());
  EXPECT_LT(facts->events, 10'000U);
}

}  // namespace
}  // namespace roomtone::cli
