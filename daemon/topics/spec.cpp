#include "topics/spec.hpp"

#include <string_view>

#include "base/hash.hpp"

namespace roomtone::topics {

uint64_t version_of(const TopicSpec& topic) {
  std::string said;
  // Each with its size, so that what moves from one to the next makes another version.
  const auto add = [&said](std::string_view text) {
    said += std::to_string(text.size());
    said += ':';
    said += text;
  };
  add(topic.id);
  add(topic.rule);
  add(std::to_string(micros(topic.start)));
  add(std::to_string(micros(topic.end)));
  add(std::to_string(topic.tags.size()));
  for (const std::string& tag : topic.tags) add(tag);
  for (const EntitySpec& entity : topic.entities) {
    add(entity.id);
    add(entity.rule);
  }
  return word_hash(said);
}

std::string version_text(uint64_t version) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (int shift = 60; shift >= 32; shift -= 4) text += kDigits[(version >> shift) & 15];
  return text;
}

}  // namespace roomtone::topics
