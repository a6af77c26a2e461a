#include "cli/truth.hpp"

#include <iterator>

#include <fmt/format.h>

#include "base/time.hpp"
#include "cli/cast_accounts.hpp"
#include "cli/film_truth.hpp"
#include "cli/phrases.hpp"

namespace roomtone::cli {
namespace {

void append_room(std::string& out, std::string_view key, const MoodCounts& counts, bool last = false) {
  fmt::format_to(std::back_inserter(out),
                 R"(    "{}": {{"n": {}, "positive": {}, "neutral": {}, "negative": {}}}{})"
                 "\n",
                 key, counts.all(), counts.by_mood[static_cast<std::size_t>(MoodLabel::positive)],
                 counts.by_mood[static_cast<std::size_t>(MoodLabel::neutral)],
                 counts.by_mood[static_cast<std::size_t>(MoodLabel::negative)], last ? "" : ",");
}

}  // namespace

std::string truth_json(const RunFacts& facts, const Scenario& scenario) {
  const Truth& truth = scenario.truth();
  const auto of = [&](Activity activity) { return truth.activities[static_cast<std::size_t>(activity)]; };
  constexpr std::string_view kKindNames[kEventKinds] = {"post",  "like",    "repost",   "follow", "unlike",
                                                        "block", "profile", "identity", "account"};
  std::string out;
  const auto add = [&](std::string_view format, const auto&... values) {
    fmt::vformat_to(std::back_inserter(out), format, fmt::make_format_args(values...));
  };
  add("{{\n  \"seed\": {},\n  \"rate\": {},\n  \"events\": {},\n", facts.seed, facts.rate, facts.events);
  add("  \"start\": \"{}\",\n  \"end\": \"{}\",\n", format_rfc3339(instant_of_micros(facts.start_us)),
      format_rfc3339(instant_of_micros(facts.end_us)));
  if (facts.turn_at_s) {
    const int64_t at_us = facts.start_us + static_cast<int64_t>(*facts.turn_at_s * 1e6);
    std::string words;
    for (const std::string_view word : turn_words())
      words.append(words.empty() ? "\"" : ", \"").append(word).append("\"");
    add("  \"turn\": {{\"room\": \"t/launch\", \"at\": \"{}\", \"at_us\": {}, \"direction\": \"down\", \"reached\": "
        "{},\n    \"words\": [{}]}},\n",
        format_rfc3339(instant_of_micros(at_us)), at_us, at_us <= facts.end_us, words);
  } else {
    add("  \"turn\": null,\n");
  }
  add("  \"kinds\": {{");
  for (std::size_t i = 0; i < kEventKinds; ++i) add("{}\"{}\": {}", i == 0 ? "" : ", ", kKindNames[i], truth.kinds[i]);
  add("}},\n  \"langs\": {{");
  for (std::size_t i = 0; i < kTongues; ++i) add("\"{}\": {}, ", code_of(static_cast<Tongue>(i)), truth.tongues[i]);
  add("\"none\": {}}},\n", truth.undeclared_lang);
  add("  \"flood_posts\": {},\n  \"handicapper_posts\": {},\n", of(Activity::flood).all(), of(Activity::experts).all());
  add("  \"handicappers\": [\n");
  for (uint32_t i = 0; i < kExperts; ++i)
    add("    {{\"name\": \"{}\", \"did\": \"{}\"}}{}\n", expert_name(i), did_of(kFirstExpert + i),
        i + 1 < kExperts ? "," : "");
  add("  ],\n");
  out += film_truth_members(facts, scenario);
  add("  \"rooms\": {{\n");
  MoodCounts room;
  for (const MoodCounts& counts : truth.activities) room.add(counts);
  if (scenario.film_truth() != nullptr) room.add(scenario.film_truth()->all);
  MoodCounts derby = of(Activity::derby);
  derby.add(of(Activity::experts));
  derby.add(of(Activity::flood));
  append_room(out, "room", room);
  append_room(out, "t/wedding", of(Activity::wedding));
  append_room(out, "t/launch", of(Activity::launch));
  append_room(out, "t/derby", derby);
  if (scenario.film_truth() != nullptr) append_room(out, "t/film", scenario.film_truth()->all);
  const auto& generated = truth.topics;
  append_room(out, "t/followboost", of(Activity::campaign), generated.empty());
  for (std::size_t i = 0; i < generated.size(); ++i)
    append_room(out, "t/" + scenario.topics()[i].rule.id, generated[i], i + 1 == generated.size());
  add("  }}\n}}\n");
  return out;
}

}  // namespace roomtone::cli
