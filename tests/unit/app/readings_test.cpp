// What people say, from the bytes of their posts to the figures of the room: the real worker, with its real model.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/catalog.hpp"
#include "app/pipeline.hpp"
#include "base/limits.hpp"
#include "model/delta.hpp"
#include "model/figures.hpp"

namespace roomtone::app {
namespace {

constexpr int64_t kMidnightUs = 1'767'225'600'000'000;  // 2026-01-01T00:00:00Z
constexpr int64_t kDayUs = 86'400'000'000;

std::shared_ptr<const Catalog> catalog() {
  static const auto loaded = [] {
    auto rules = topics::RuleSet::compile({}, 10);
    auto scorer = mood::Scorer::load(ROOMTONE_SOURCE_DIR "/deploy/models/social.mood");
    if (!rules || !scorer) std::abort();
    mood::WordEffects effects = scorer->word_effects();
    auto clients = people::Clients::compile(std::vector<std::string>{"Hootsuite*", "dlvr.it"});
    if (!clients) std::abort();
    return std::make_shared<const Catalog>(Catalog{
        std::move(*rules), std::move(*scorer), std::move(effects), {}, {}, {"room"}, {}, {}, std::move(*clients)});
  }();
  return loaded;
}

/// The deltas that a worker makes of these lines.
std::string deltas_of(const std::vector<std::string>& lines, Format format = Format::own) {
  Worker worker({{.format = format}}, SipKey{7, 8}, limits::kHorizonDefault);
  Batch batch;
  for (const std::string& line : lines) batch.append(line);
  batch.seal();
  const Tally tally = worker.tally(std::move(batch), *catalog());
  EXPECT_EQ(tally.ledger[Column::counted], static_cast<int64_t>(lines.size()));
  return tally.deltas;
}

/// What they add to the room between two days since 2026.
Rollup heard(const std::string& deltas, int64_t from_day = 0, int64_t until_day = 1000) {
  Rollup rollup;
  ByteReader in(deltas);
  while (!in.at_end() && in.ok()) {
    const DeltaView delta = read_delta(in);
    const int64_t at = micros(start_of(delta.pane, Tier::pane)) - kMidnightUs;
    if (at < from_day * kDayUs || at >= until_day * kDayUs) continue;
    EXPECT_TRUE(merge_encoded_rollup(delta.rollup, rollup));
  }
  return rollup;
}

std::string line_of(std::string_view author, std::string_view text, int64_t after_us) {
  return fmt::format(R"({{"author":"{}","text":"{}","time":{},"lang":"en"}})", author, text, kMidnightUs + after_us);
}

/// A text whose words at `varied` places are made up anew.
std::string near_copy(std::vector<std::string> words, std::size_t varied, std::mt19937_64& random) {
  std::vector<std::size_t> places;
  while (places.size() < varied) {
    const std::size_t place = random() % words.size();
    if (std::ranges::find(places, place) == places.end()) places.push_back(place);
  }
  for (const std::size_t place : places) {
    words[place].clear();
    for (int i = 0; i < 8; ++i) words[place].push_back(static_cast<char>('a' + random() % 26));
  }
  std::string text;
  for (const std::string& word : words) text += text.empty() ? word : " " + word;
  return text;
}

const std::vector<std::string> kPitch = {"exciting", "career",  "opening", "waiting", "talented", "engineers",
                                         "please",   "contact", "agency",  "today",   "discuss",  "details"};
const std::vector<std::string> kHabit = {"every",   "single", "morning", "another", "gloomy", "complaint", "about",
                                         "crowded", "trains", "running", "late",    "again",  "without",   "anybody",
                                         "ever",    "saying", "sorry",   "towards", "tired",  "commuters"};

TEST(Readings, S06_AnEssayThatRepeatsItselfIsTwiceAsLongAndNotTwiceAsLoud) {
  const std::vector<std::string> essay = {
      "The harbour was quiet this morning and I loved every minute of the walk along it.",
      "By noon the office had turned into a dreadful place, full of angry people shouting about money.",
      "Somebody brought oranges, which helped a little, and we talked about the trains.",
      "In the evening the rain stopped and the whole street smelled wonderful."};
  std::vector<std::string> once;
  std::vector<std::string> twice;
  for (std::size_t i = 0; i < 2 * essay.size(); ++i) {
    twice.push_back(line_of("essayist", essay[i % essay.size()], static_cast<int64_t>(i) * 1'000'000));
    if (i < essay.size()) once.push_back(twice.back());
  }
  const Figures four = figures_of(heard(deltas_of(once)));
  const Figures eight = figures_of(heard(deltas_of(twice)));
  EXPECT_EQ(four.n, 4);
  EXPECT_EQ(eight.n, 8);
  EXPECT_EQ(eight.unique_n, 4);
  ASSERT_TRUE(four.raw.tone);
  EXPECT_EQ(eight.raw.tone, four.raw.tone);
  EXPECT_EQ(eight.voice.tone, four.voice.tone);
  EXPECT_EQ(eight.reputable.tone, four.reputable.tone);
}

// Among five hundred others, each of which says something of its own.
TEST(Readings, S24_FiveHundredNearCopiesAreOneCampaignAndOneText) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::vector<std::string> lines;
    for (int i = 0; i < 500; ++i) {
      lines.push_back(line_of(fmt::format("agency{}", i % 5), near_copy(kPitch, 3, random), i * 100'000));
      lines.push_back(line_of(fmt::format("person{}", i), near_copy(kHabit, kHabit.size(), random), i * 100'000));
    }
    const Figures figures = figures_of(heard(deltas_of(lines)));
    EXPECT_EQ(figures.n, 1000);
    ASSERT_EQ(figures.campaigns.size(), 1u);
    EXPECT_NEAR(figures.campaigns[0].share, 0.5, 4.0 / 16);  // four standard errors
    EXPECT_EQ(figures.campaigns[0].voices, 5);
    EXPECT_NEAR(static_cast<double>(figures.unique_n), 501, 4 * 0.089 * 1000);
  }
}

// In a room of nothing else the count is one, not nearly so.
TEST(Readings, S24_FiveHundredNearCopiesAloneAreAUniqueVolumeOfOne) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::vector<std::string> lines;
    for (int i = 0; i < 500; ++i)
      lines.push_back(line_of(fmt::format("agency{}", i % 5), near_copy(kPitch, 3, random), i * 100'000));
    const Figures figures = figures_of(heard(deltas_of(lines)));
    EXPECT_EQ(figures.n, 500);
    EXPECT_EQ(figures.unique_n, 1);
    EXPECT_EQ(figures.campaigns.size(), 1u);
  }
}

// The unique volume of the day, not of the week: who says the same every day is heard every day, once.
TEST(Readings, S31_TheSameComplaintOverAWeekCountsOnceADay) {
  std::mt19937_64 random(1);
  std::vector<std::string> lines;
  for (int64_t day = 0; day < 7; ++day)
    for (int64_t hour = 7; hour < 12; ++hour)
      lines.push_back(line_of("commuter", near_copy(kHabit, 2, random), day * kDayUs + hour * 3'600'000'000));
  const std::string deltas = deltas_of(lines);
  int64_t week = 0;
  for (int64_t day = 0; day < 7; ++day) {
    const Figures figures = figures_of(heard(deltas, day, day + 1), {nullptr, std::chrono::hours(24)});
    EXPECT_EQ(figures.n, 5);
    EXPECT_EQ(figures.unique_n, 1);
    week += figures.unique_n;
  }
  EXPECT_EQ(week, 7);
}

/// A post of X, v1.1, with the client that it was sent from.
std::string status_from(int i, std::string_view client) {
  return fmt::format(
      R"({{"id_str":"{0}","text":"What a finish at the derby {0}","created_at":"Thu Jan 01 00:00:1{0} +0000 2026",)"
      R"("source":"<a href=\"https://client.example\" rel=\"nofollow\">{1}</a>","lang":"en",)"
      R"("user":{{"id_str":"9{0}","screen_name":"a{0}"}}}})",
      i, client);
}

TEST(Readings, S25_PostsOfSchedulersAndOfDeclaredBotsAreAutomation) {
  const auto share = [](const std::vector<std::string>& lines, Format format) {
    const Figures figures = figures_of(heard(deltas_of(lines, format)));
    EXPECT_DOUBLE_EQ(figures.automation_share, 1 - figures.real_share);  // each says one thing
    return figures.automation_share;
  };
  EXPECT_DOUBLE_EQ(share({status_from(1, "Twitter for iPhone"), status_from(2, "Hootsuite Inc."),
                          status_from(3, "dlvr.it"), status_from(4, "TweetDeck")},
                         Format::x_v11),
                   0.5);
  EXPECT_DOUBLE_EQ(share({R"({"author":"a","text":"a lovely run","time":1767225600000000,"bot":true})",
                          R"({"author":"b","text":"a lovely run","time":1767225600000000,"client":"DLVR.it"})",
                          R"({"author":"c","text":"a lovely run","time":1767225600000000,"client":"dlvr"})",
                          R"({"author":"d","text":"a lovely run","time":1767225600000000})"},
                         Format::own),
                   0.5);
}

/// A public post as the fediverse has it, with what its author is known for.
std::string status_of(int i, int64_t followers, std::string_view created_at) {
  return fmt::format(R"({{"id":"{0}","uri":"https://social.example/s/{0}","created_at":"2026-01-01T00:00:0{1}.000Z",)"
                     R"("visibility":"public","language":"en","content":"<p>What a lovely day at the harbour {0}</p>",)"
                     R"("account":{{"id":"{1}","acct":"a{1}","url":"https://social.example/@a{1}",)"
                     R"("created_at":"{3}","followers_count":{2}}}}})",
                     100 + i, i, followers, created_at);
}

TEST(Readings, S41_FollowersAreNowhereInTheFigures) {
  std::vector<std::string> unknown;
  std::vector<std::string> famous;
  for (int i = 0; i < 8; ++i) {
    unknown.push_back(status_of(i, 3, "2020-01-01T00:00:00.000Z"));
    famous.push_back(status_of(i, i == 0 ? 10'000 : 3, "2020-01-01T00:00:00.000Z"));
  }
  EXPECT_EQ(deltas_of(famous, Format::mastodon), deltas_of(unknown, Format::mastodon));
}

// Twenty-nine days old is young, thirty is not.
TEST(Readings, S41_TheShareOfNewAccountsIsTold) {
  std::vector<std::string> lines;
  for (int i = 0; i < 8; ++i)
    lines.push_back(status_of(i, 10'000,
                              i < 2   ? "2025-12-29T00:00:00.000Z"
                              : i < 4 ? "2025-12-03T00:00:00.000Z"
                                      : "2025-12-02T00:00:00.000Z"));
  EXPECT_DOUBLE_EQ(figures_of(heard(deltas_of(lines, Format::mastodon))).young_share, 0.5);
}

/// Forty people with two posts each, of the phrases of a room in which little happens.
std::vector<std::string> clean_room() {
  const std::vector<std::string> phrases = {"I loved the concert at the park",   "The soup was awful today",
                                            "Waiting for the bus at the corner", "Such a beautiful evening",
                                            "My train is late and I am annoyed", "The library opens at nine"};
  std::vector<std::string> lines;
  for (int author = 0; author < 40; ++author)
    for (int i = 0; i < 2; ++i)
      lines.push_back(line_of(fmt::format("person{}", author), phrases[static_cast<std::size_t>(author + 3 * i) % 6],
                              author * 1'000'000 + i));
  return lines;
}

// Five accounts with sixty near copies each, of which a vote is a vote and a campaign is nothing.
TEST(Readings, S43_OfASpammedRoomOnlyTheRawToneMoves) {
  std::vector<std::string> lines = clean_room();
  const Figures clean = figures_of(heard(deltas_of(lines)));
  ASSERT_TRUE(clean.raw.tone);
  EXPECT_NEAR(*clean.voice.tone, *clean.raw.tone, 1e-6);
  EXPECT_NEAR(*clean.reputable.tone, *clean.raw.tone, 1e-6);
  std::mt19937_64 random(1);
  const std::vector<std::string> slander = {"horrible", "disgusting", "terrible", "company", "hates", "customers",
                                            "worst",    "awful",      "service",  "never",   "trust", "liars"};
  for (int i = 0; i < 300; ++i)
    lines.push_back(line_of(fmt::format("spammer{}", i % 5), near_copy(slander, 2, random), i * 100'000));
  const Figures spammed = figures_of(heard(deltas_of(lines)));
  EXPECT_LT(*spammed.raw.tone, *clean.raw.tone - 0.3);
  EXPECT_NEAR(*spammed.voice.tone, *clean.voice.tone, 2 * 5.0 / 45);  // five votes of 45
  EXPECT_NEAR(*spammed.reputable.tone, *clean.reputable.tone, 1e-6);
}

}  // namespace
}  // namespace roomtone::app
