#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "cli/cast_accounts.hpp"
#include "cli/expert_list.hpp"
#include "cli/film_texts.hpp"
#include "cli/simulate.hpp"

namespace roomtone::cli {
namespace {

namespace json = boost::json;

class MemoryOutput final : public Output {
 public:
  Result<bool> write(std::string_view lines) override {
    bytes.append(lines);
    return true;
  }
  Result<void> finish() override { return {}; }
  std::string bytes;
};

struct Story {
  std::vector<std::string> lines;
  json::value truth;
};

enum class With { nothing, film, wave };

Story story_of(With with, WireFormat format, double rate = 20, double seconds = 3600) {
  const auto rate_milli = static_cast<uint64_t>(rate * 1000);
  const SimulateOptions options{.scenario = {.seed = 5,
                                             .turn_at_s = 300,
                                             .topics = 10,
                                             .topic_share = 0.25,
                                             .noise = 0,
                                             .authors = 100'000,
                                             .film = with != With::nothing,
                                             .wave = with == With::wave,
                                             .rate = rate},
                                .format = format,
                                .rate_milli = rate_milli,
                                .count = {},
                                .seconds = seconds,
                                .start = *parse_rfc3339("2026-05-02T14:00:00Z"),
                                .live = false,
                                .paced = false};
  MemoryOutput output;
  const ManualClock clock(options.start);
  Scenario scenario(options.scenario);
  const auto facts = simulate(options, scenario, output, clock, [] { return false; });
  Story story;
  for (std::string_view rest = output.bytes; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    story.lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  story.truth = json::parse(truth_json(*facts, scenario));
  return story;
}

/// The hour that most tests look at, in Roomtone's own format.
const Story& hour(With with) {
  static const Story film = story_of(With::film, WireFormat::own);
  static const Story wave = story_of(With::wave, WireFormat::own);
  return with == With::film ? film : wave;
}

std::string string_of(const json::value& object, std::string_view key) {
  return std::string(object.at(json::string_view(key.data(), key.size())).as_string());
}

bool names_film(std::string_view text) {
  const auto anchors = anchors_of(Activity::film);
  return std::any_of(anchors.begin(), anchors.end(), [&](auto anchor) { return holds_anchor(text, anchor); });
}

/// The posts of the film's room.
std::vector<json::object> film_posts(const Story& story) {
  std::vector<json::object> out;
  for (const std::string& line : story.lines) {
    json::value post = json::parse(line);
    if (names_film(string_of(post, "text"))) out.push_back(std::move(post.as_object()));
  }
  return out;
}

std::map<std::string, const json::object*> wave_of_author(const Story& story) {
  std::map<std::string, const json::object*> out;
  for (const json::value& campaign : story.truth.at("campaigns").as_array())
    if (campaign.at("kind").as_string() == "wave")
      for (const json::value& author : campaign.at("authors").as_array())
        out.emplace(string_of(author, "id"), &campaign.as_object());
  return out;
}

TEST(Film, WithoutTheWaveAllOthersWriteTheSame) {
  const auto waves = wave_of_author(hour(With::wave));
  std::vector<std::string> others;
  for (const std::string& line : hour(With::wave).lines)
    if (!waves.contains(string_of(json::parse(line), "author"))) others.push_back(line);
  EXPECT_LT(others.size(), hour(With::wave).lines.size());
  EXPECT_EQ(others, hour(With::film).lines);
}

TEST(Film, WithoutTheFilmTheRestOfTheStoryIsTheSame) {
  std::vector<std::string> others;
  for (const std::string& line : story_of(With::wave, WireFormat::jetstream, 20, 600).lines)
    if (!names_film(string_of(json::parse(line).at("commit").at("record"), "text"))) others.push_back(line);
  EXPECT_EQ(others, story_of(With::nothing, WireFormat::jetstream, 20, 600).lines);
}

TEST(Film, RevisionsGrowAndNoPostHasTheIdOfAnother) {
  std::string last_rev;
  std::set<std::string> ids;
  for (const std::string& line : story_of(With::wave, WireFormat::jetstream, 20, 600).lines) {
    const json::value event = json::parse(line);
    const std::string rev = string_of(event.at("commit"), "rev");
    ASSERT_LE(last_rev, rev);
    last_rev = rev;
    ASSERT_TRUE(ids.insert(string_of(event, "did") + string_of(event.at("commit"), "rkey")).second);
  }
}

TEST(Film, TheTruthCountsTheRoomAsItsRuleHearsIt) {
  EXPECT_EQ(static_cast<int64_t>(film_posts(hour(With::wave)).size()),
            hour(With::wave).truth.at("rooms").at("t/film").at("n").as_int64());
}

TEST(Film, TheWavesAuthorsAreAtMostOneVoiceInAHundred) {
  const Story slow = story_of(With::wave, WireFormat::own, 5);
  for (const Story* at_a_rate : {&slow, &hour(With::wave)}) {
    const Story& story = *at_a_rate;
    std::set<std::string> voices;
    for (const json::object& post : film_posts(story)) voices.insert(string_of(post, "author"));
    const auto waves = wave_of_author(story);
    EXPECT_GE(waves.size(), kPitches);
    EXPECT_LE(static_cast<double>(waves.size()), 0.01 * static_cast<double>(voices.size()));
  }
}

TEST(Film, TheWavesAreSeveralAndOfDifferentLengths) {
  std::set<int64_t> minutes;
  std::set<const json::object*> waves;
  for (const auto& [author, wave] : wave_of_author(hour(With::wave))) waves.insert(wave);
  for (const json::object* wave : waves) {
    const json::value& times = wave->at("times").at(0);
    minutes.insert((times.at("until_us").as_int64() - times.at("from_us").as_int64()) / 30'000'000);
  }
  EXPECT_EQ(waves.size(), kPitches);
  EXPECT_EQ(minutes.size(), kPitches);
}

TEST(Film, TheTruthOfAWaveIsWhatItsAuthorsPosted) {
  const auto waves = wave_of_author(hour(With::wave));
  std::map<std::string, int64_t> posts;
  for (const json::object& post : film_posts(hour(With::wave))) {
    const auto wave = waves.find(string_of(post, "author"));
    if (wave == waves.end()) continue;
    ++posts[string_of(*wave->second, "id")];
    const json::value& times = wave->second->at("times").at(0);
    ASSERT_GE(post.at("seen").as_int64(), times.at("from_us").as_int64());
    ASSERT_LE(post.at("seen").as_int64(), times.at("until_us").as_int64());
  }
  for (const auto& [author, wave] : waves) {
    EXPECT_EQ(posts[string_of(*wave, "id")], wave->at("posts").as_int64());
    EXPECT_EQ(posts[string_of(*wave, "id")], wave->at("times").at(0).at("posts").as_int64());
  }
}

TEST(Film, EveryLookAlikeIsPostedOnceByEachOfManyPeople) {
  for (const json::value& series : hour(With::wave).truth.at("look_alikes").as_array()) {
    std::set<std::string> authors;
    int64_t posts = 0;
    for (const json::object& post : film_posts(hour(With::wave))) {
      if (string_of(post, "text").find(string_of(series, "text")) == std::string::npos) continue;
      ++posts;
      authors.insert(string_of(post, "author"));
    }
    EXPECT_GT(posts, 50);
    EXPECT_EQ(posts, series.at("posts").as_int64());
    EXPECT_EQ(static_cast<int64_t>(authors.size()), series.at("authors").as_int64());
  }
}

TEST(Film, BotsPostAtAFixedGapAndOnlyOneSaysSo) {
  for (const json::value& bot : hour(With::film).truth.at("bots").as_array()) {
    std::vector<int64_t> seen;
    for (const json::object& post : film_posts(hour(With::film))) {
      if (string_of(post, "author") != string_of(bot, "id")) continue;
      seen.push_back(post.at("seen").as_int64());
      ASSERT_EQ(post.contains("bot"), bot.at("declared").as_bool());
    }
    ASSERT_EQ(static_cast<int64_t>(seen.size()), bot.at("posts").as_int64());
    ASSERT_GT(seen.size(), 35U);
    for (std::size_t i = 1; i < seen.size(); ++i)
      ASSERT_NEAR(static_cast<double>(seen[i] - seen[i - 1]) / 1e6, bot.at("gap_s").to_number<double>(),
                  kBotJitter * bot.at("gap_s").to_number<double>() + 1e-3);
  }
}

TEST(Film, CriticsDisagreeWithTheCrowd) {
  const json::value& film = hour(With::wave).truth.at("film");
  const auto tone = [&](const char* who) {
    const json::value& counts = film.at(who);
    return (counts.at("positive").to_number<double>() - counts.at("negative").to_number<double>()) /
           counts.at("n").to_number<double>();
  };
  EXPECT_GT(tone("crowd"), 0.5);
  EXPECT_LT(tone("experts"), -0.6);
}

TEST(Film, ABotSaysSoInEveryFormat) {
  const auto count = [](WireFormat format, std::string_view mark) {
    const Story story = story_of(With::film, format, 20, 300);
    return std::count_if(story.lines.begin(), story.lines.end(),
                         [&](const std::string& line) { return line.find(mark) != std::string::npos; });
  };
  EXPECT_EQ(count(WireFormat::own, R"("bot":true)"), 4);
  EXPECT_EQ(count(WireFormat::mastodon, R"("bot":true)"), 4);
  EXPECT_EQ(count(WireFormat::jetstream, R"("values":[{"val":"bot"}])"), 4);
}

TEST(Film, SomeOfTheCrowdAndMostOfAWaveAreYoungAccounts) {
  const int64_t today = 20'575;
  const auto young = [&](uint64_t first) {
    int count = 0;
    for (uint64_t author = first; author < first + 1000; ++author)
      count += today - account_of(author, today).created_day < 30 ? 1 : 0;
    return count;
  };
  EXPECT_NEAR(young(0), 30, 20);
  EXPECT_NEAR(young(kFirstWaver), 750, 60);
  EXPECT_EQ(young(kFirstCritic), 0);
}

TEST(Film, AnAccountIsMadeOnADayThatCanBeRead) {
  const Story story = story_of(With::film, WireFormat::own, 20, 60);
  for (const std::string& line : story.lines) {
    const auto made = parse_rfc3339(string_of(json::parse(line), "account_created"));
    ASSERT_TRUE(made) << line;
    ASSERT_LT(*made, *parse_rfc3339("2026-05-02T00:00:00Z"));
  }
}

TEST(FilmTexts, EveryPitchHasAtLeastTwelveWordsThatMayBeReplaced) {
  for (const Pitch& pitch : pitches()) EXPECT_GE(replaceable_words(pitch.text), 12U) << pitch.id;
}

std::vector<std::string> words_of_text(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c != ' ')
      out.back().push_back(c);
    else
      out.emplace_back();
  }
  return out;
}

TEST(FilmTexts, ACopyDiffersInThreeWordsALinkAndAMention) {
  Rng rng(1);
  ComposedText text;
  std::set<std::string> links;
  for (const Pitch& pitch : pitches()) {
    for (int i = 0; i < 200; ++i) {
      compose_copy(pitch, rng, text);
      ASSERT_TRUE(names_film(text.bytes));
      ASSERT_EQ(text.facets.size(), 2U);
      auto words = words_of_text(text.bytes);
      links.insert(words.back());
      words.pop_back();
      words.erase(words.front().front() == '@' ? words.begin() : words.end() - 1);
      const auto original = words_of_text(pitch.text);
      ASSERT_EQ(words.size(), original.size()) << text.bytes;
      std::size_t other = 0;
      for (std::size_t w = 0; w < words.size(); ++w) other += words[w] != original[w] ? 1 : 0;
      ASSERT_EQ(other, kStrayWordsPerCopy) << text.bytes;
    }
  }
  EXPECT_EQ(links.size(), 3 * 200U);
}

TEST(FilmTexts, NoPitchHoldsAStrayWord) {
  for (const Pitch& pitch : pitches())
    for (const auto stray : stray_words()) EXPECT_FALSE(holds_anchor(pitch.text, stray)) << stray;
}

TEST(FilmTexts, NoneNamesAnotherRoomOrNeedsEscaping) {
  std::vector<std::string_view> lines(stray_words().begin(), stray_words().end());
  lines.insert(lines.end(), asides().begin(), asides().end());
  for (const Pitch& pitch : pitches()) lines.push_back(pitch.text);
  for (const EchoText& echo : echo_texts()) lines.push_back(echo.text);
  for (const std::string_view line : lines) {
    EXPECT_EQ(line.find_first_of("\"\\<>&\n"), std::string_view::npos) << line;
    for (const Activity room : {Activity::wedding, Activity::launch, Activity::derby, Activity::campaign})
      for (const auto anchor : anchors_of(room)) EXPECT_FALSE(holds_anchor(line, anchor)) << line;
    for (const auto kind : generated_topic_kinds()) EXPECT_FALSE(holds_anchor(line, kind)) << line;
  }
}

TEST(FilmTexts, EveryEchoNamesTheFilm) {
  for (const EchoText& echo : echo_texts()) EXPECT_TRUE(names_film(echo.text)) << echo.text;
}

TEST(ExpertList, NamesTheCriticsAsTheStreamDoes) {
  const std::string csv = expert_list_csv(true, WireFormat::jetstream);
  EXPECT_EQ(csv.substr(0, csv.find('\n')), "id,handle,network,role,weight");
  EXPECT_NE(csv.find("\n" + did_of(kFirstCritic + 19) + ",flicker.finn,atproto,columnist,2\n"), std::string::npos);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 21);
}

TEST(ExpertList, OfAMastodonStreamHoldsAddresses) {
  EXPECT_NE(expert_list_csv(true, WireFormat::mastodon)
                .find("\nhttps://social.example/@aisle.seat,aisle.seat,fediverse,critic,2\n"),
            std::string::npos);
}

TEST(ExpertList, WithoutAFilmHoldsTheHandicappers) {
  EXPECT_NE(expert_list_csv(false, WireFormat::own).find(",railbird.ruth,own,handicapper,2\n"), std::string::npos);
}

TEST(TurnWords, StandInWhatIsSaidAfterTheTurnAlone) {
  const auto said = [](MoodLabel mood, std::string_view word) {
    const auto sentences = sentences_of(Activity::launch, Tongue::en, mood);
    return std::any_of(sentences.begin(), sentences.end(), [&](auto line) { return holds_anchor(line, word); });
  };
  for (const auto word : turn_words()) {
    EXPECT_TRUE(said(MoodLabel::negative, word)) << word;
    EXPECT_FALSE(said(MoodLabel::neutral, word)) << word;
    EXPECT_FALSE(said(MoodLabel::positive, word)) << word;
  }
}

TEST(TopicsToml, HoldsTheFilmOnlyWithTheFilm) {
  EXPECT_NE(topics_toml(1, true).find("\nfilm = '\"glass harbour\" OR #glassharbour'\n"), std::string::npos);
  EXPECT_EQ(topics_toml(1).find("glass harbour"), std::string::npos);
}

}  // namespace
}  // namespace roomtone::cli
