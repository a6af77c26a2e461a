#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roomtone::cli {

/// A topic as a configuration has it: `id = 'rule'` in the table [topics].
struct TopicRule {
  std::string id;
  std::string rule;
};

/// One small topic that the simulator makes up, such as the festival of a town that does not exist.
struct GeneratedTopic {
  TopicRule rule;
  std::string name;  // as it stands in a text: "Velmora festival"
};

/// How many different ones there are.
inline constexpr std::size_t kGeneratedTopicsMax = 10'000;

/// The first `count` generated topics; always the same ones, whatever the seed. Every post that names one matches its
/// rule, and no other text of the simulator does.
[[nodiscard]] std::vector<GeneratedTopic> generated_topics(std::size_t count);

/// The rules of the cast's own rooms: wedding, launch, derby, followboost; and film.
[[nodiscard]] std::vector<TopicRule> cast_topics(bool film);

/// The second words of generated topics, lower case. No sentence of phrases.cpp holds one.
[[nodiscard]] std::vector<std::string_view> generated_topic_kinds();

/// A [topics] table in TOML: the cast's rooms, then the generated topics.
[[nodiscard]] std::string topics_toml(std::size_t generated, bool film = false);

}  // namespace roomtone::cli
