#include "cli/film_truth.hpp"

#include <iterator>

#include <fmt/format.h>

#include "base/time.hpp"
#include "cli/expert_list.hpp"
#include "cli/film_texts.hpp"

namespace roomtone::cli {
namespace {

constexpr int64_t kDay_us = 86'400'000'000;
constexpr int kYoungDays = 30;

/// Writes members and elements line by line, and a comma before all but the first of each list.
class Lines {
 public:
  explicit Lines(std::string& out) : out_(out) {}
  template <typename... Values>
  void add(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Values>(values)...);
  }
  void next() {
    if (!first_) out_.push_back(',');
    first_ = false;
    out_.append("\n    ");
  }
  void begin(std::string_view name) {
    add("  \"{}\": [", name);
    first_ = true;
  }
  void end() { out_.append("\n  ],\n"); }

 private:
  std::string& out_;
  bool first_ = true;
};

void add_span(Lines& lines, int64_t first_us, int64_t last_us) {
  lines.add(R"("from": "{}", "from_us": {}, "until": "{}", "until_us": {})",
            format_rfc3339(instant_of_micros(first_us)), first_us, format_rfc3339(instant_of_micros(last_us)), last_us);
}

void add_wave(Lines& lines, const Pitch& pitch, const FilmTruth::Wave& wave, const RunFacts& facts) {
  uint64_t posts = 0;
  for (const uint64_t by_author : wave.posts_by_author) posts += by_author;
  if (posts == 0) return;
  lines.next();
  lines.add(R"({{"id": "{}", "kind": "wave", "room": "t/film", "mood": "{}", "posts": {}, )", pitch.id,
            name_of(pitch.mood), posts);
  lines.add("\"text\": \"{}\", \"replaceable_words\": {}, \"replaced_words\": {},\n     \"times\": [", pitch.text,
            replaceable_words(pitch.text), kStrayWordsPerCopy);
  const char* comma = "";
  for (const FilmTruth::Visit& visit : wave.visits) {
    if (visit.posts == 0) continue;
    lines.add("{}{{", comma);
    add_span(lines, visit.first_us, visit.last_us);
    lines.add(", \"posts\": {}}}", visit.posts);
    comma = ", ";
  }
  lines.add("],\n     \"authors\": [");
  comma = "";
  for (std::size_t i = 0; i < wave.posts_by_author.size(); ++i) {
    if (wave.posts_by_author[i] == 0) continue;
    const uint64_t author = wave.first_author + i;
    std::string name;
    append_cast_handle(author, name);
    const int64_t story_day = facts.start_us / kDay_us;
    lines.add(R"({}{{"name": "{}", "id": "{}", "posts": {}, "young": {}}})", comma, name,
              author_id(author, facts.format), wave.posts_by_author[i],
              story_day - account_of(author, story_day).created_day < kYoungDays);
    comma = ", ";
  }
  lines.add("]}}");
}

void add_bot(Lines& lines, uint64_t author, bool declared, double gap_s, uint64_t posts, WireFormat format) {
  std::string name;
  append_cast_handle(author, name);
  lines.next();
  lines.add(R"({{"name": "{}", "id": "{}", "room": "t/film", "declared": {}, "gap_s": {}, "jitter": {}, "posts": {}}})",
            name, author_id(author, format), declared, gap_s, kBotJitter, posts);
}

void add_counts(Lines& lines, std::string_view name, const MoodCounts& counts) {
  lines.add(R"("{}": {{"n": {}, "positive": {}, "neutral": {}, "negative": {}}})", name, counts.all(),
            counts.by_mood[2], counts.by_mood[1], counts.by_mood[0]);
}

}  // namespace

std::string film_truth_members(const RunFacts& facts, const Scenario& scenario) {
  std::string out;
  if (scenario.film_truth() == nullptr) return out;
  const FilmTruth& truth = *scenario.film_truth();
  Lines lines(out);
  lines.begin("experts");
  for (const Expert& expert : experts_of(true)) {
    lines.next();
    lines.add(R"({{"name": "{}", "id": "{}", "role": "{}", "room": "t/film", "posts": {}}})", expert.name,
              author_id(expert.author, facts.format), expert.role, truth.posts_by_critic[expert.author - kFirstCritic]);
  }
  lines.end();
  lines.add("  \"film\": {{");
  add_counts(lines, "crowd", truth.crowd);
  lines.add(", ");
  add_counts(lines, "experts", truth.critics);
  lines.add(", ");
  add_counts(lines, "waves", truth.waves);
  lines.add("}},\n");

  lines.begin("campaigns");
  for (std::size_t i = 0; i < kPitches; ++i) add_wave(lines, pitches()[i], truth.wave[i], facts);
  const auto posts_of = [&](Activity activity) {
    return scenario.truth().activities[static_cast<std::size_t>(activity)].all();
  };
  lines.next();
  lines.add(R"({{"id": "followboost", "kind": "campaign", "room": "t/followboost", "mood": "positive", "posts": {}}})",
            posts_of(Activity::campaign));
  lines.next();
  lines.add(R"({{"id": "flood", "kind": "flood", "room": "t/derby", "mood": "negative", "posts": {}, )",
            posts_of(Activity::flood));
  lines.add(R"("authors": [{{"id": "{}", "posts": {}}}]}})", author_id(kFlooder, facts.format),
            posts_of(Activity::flood));
  lines.end();

  lines.begin("look_alikes");
  for (std::size_t i = 0; i < kEchoes; ++i) {
    const FilmTruth::Echo& echo = truth.echoes[i];
    if (echo.posts == 0) continue;
    lines.next();
    lines.add(R"({{"id": "{}", "kind": "{}", "room": "t/film", "posts": {}, "authors": {}, )", echo_texts()[i].id,
              echo_texts()[i].kind, echo.posts, echo.authors);
    lines.add(R"("text": "{}", "link": "{}", )", echo_texts()[i].text, echo_texts()[i].link);
    add_span(lines, echo.first_us, echo.last_us);
    lines.add("}}");
  }
  lines.end();

  lines.begin("bots");
  add_bot(lines, kShowtimesBot, true, kBotGap_s, truth.bot_posts, facts.format);
  add_bot(lines, kHiddenBot, false, kHiddenBotGap_s, truth.hidden_bot_posts, facts.format);
  lines.end();
  return out;
}

}  // namespace roomtone::cli
