#include "cli/scenario_topics.hpp"

#include <iterator>

#include "base/assert.hpp"

namespace roomtone::cli {
namespace {

// Twenty beginnings and twenty endings make 400 towns, each with 25 institutions.
constexpr std::string_view kBeginnings[] = {"Vel", "Tarn", "Osk", "Brim", "Cald", "Dru", "Elm", "Fen",  "Gol", "Har",
                                            "Ist", "Jor",  "Kel", "Lor",  "Mar",  "Nor", "Pel", "Quil", "Ros", "Sel"};
constexpr std::string_view kEndings[] = {"mora",    "holm", "eld",   "bury",  "wick",  "stead",  "vale",
                                         "fordham", "mere", "haven", "dale",  "combe", "thorpe", "gate",
                                         "mouth",   "ness", "by",    "ridge", "shaw",  "worth"};
constexpr std::string_view kKinds[] = {
    "festival", "council", "ferry",       "museum",   "choir",    "regatta",  "library",    "orchard", "lighthouse",
    "podcast",  "quartet", "observatory", "aqueduct", "carnival", "brewery",  "theatre",    "rovers",  "wanderers",
    "herald",   "gazette", "academy",     "tramway",  "botanics", "symphony", "planetarium"};
static_assert(std::size(kBeginnings) * std::size(kEndings) * std::size(kKinds) == kGeneratedTopicsMax);

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

}  // namespace

std::vector<GeneratedTopic> generated_topics(std::size_t count) {
  ROOMTONE_ASSERT(count <= kGeneratedTopicsMax);
  std::vector<GeneratedTopic> out;
  out.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    // A stride that shares no factor with 10,000 visits each combination once and keeps neighbours different.
    const std::size_t place = i * 4'787 % kGeneratedTopicsMax;
    const std::size_t town_number = place % 400;
    const std::string town = std::string(kBeginnings[town_number / 20]).append(kEndings[town_number % 20]);
    const std::string kind(kKinds[place / 400]);
    const std::string small_town = lower(town);
    std::string rule;
    switch (i % 4) {  // one of each shape that people write
      case 0: rule = "\"" + small_town + " " + kind + "\" OR #" + small_town + kind; break;
      case 1: rule = small_town + " " + kind; break;
      case 2: rule = "(\"" + small_town + " " + kind + "\" OR #" + small_town + kind + ") -#followboost"; break;
      default: rule = small_town + " (" + kind + " OR #" + small_town + ")"; break;
    }
    out.push_back({{small_town + "-" + kind, std::move(rule)}, town + " " + kind});
  }
  return out;
}

std::vector<TopicRule> cast_topics(bool film) {
  std::vector<TopicRule> out = {
      {"wedding", "wedding OR \"anna and leo\" OR \"maid of honour\" OR #annaandleo"},
      {"launch", "#lumen3 OR \"lumen 3\" OR northlight"},
      {"derby", "(derby OR #riverbendderby) -demolition"},
      {"followboost", "\"free followers\" OR #followboost"},
  };
  if (film) out.push_back({"film", "\"glass harbour\" OR #glassharbour"});
  return out;
}

std::vector<std::string_view> generated_topic_kinds() { return {std::begin(kKinds), std::end(kKinds)}; }

std::string topics_toml(std::size_t generated, bool film) {
  std::string out =
      "# Rooms of `roomtone simulate`. Rules: words, \"phrases\", #hashtags; a space means AND, OR, - for "
      "not.\n[topics]\n";
  const auto line = [&](const TopicRule& topic) {
    out.append(topic.id).append(" = '").append(topic.rule).append("'\n");
  };
  for (const TopicRule& topic : cast_topics(film)) line(topic);
  for (const GeneratedTopic& topic : generated_topics(generated)) line(topic.rule);
  return out;
}

}  // namespace roomtone::cli
