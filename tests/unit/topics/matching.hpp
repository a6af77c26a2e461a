#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "text/tokenize.hpp"
#include "topics/rules.hpp"

namespace roomtone::topics {

/// The places of the rules that match.
inline std::vector<uint32_t> matches(const RuleSet& rules, const Message& message, const Circumstances& beside = {}) {
  Tokens tokens;
  text::tokenize(message.text, tokens);
  RuleSet::Scratch scratch;
  std::vector<TopicIndex> out;
  rules.match(message, tokens, beside, scratch, out);
  std::vector<uint32_t> places;
  for (const TopicIndex topic : out) places.push_back(static_cast<uint32_t>(topic));
  return places;
}

inline Result<RuleSet> compiled(const std::vector<std::string>& rules) {
  std::vector<TopicSpec> specs;
  for (const std::string& rule : rules) specs.push_back({"t" + std::to_string(specs.size()), rule});
  return RuleSet::compile(specs, limits::kTopicsDefault);
}

inline bool matches(const std::string& rule, const Message& message, const Circumstances& beside = {}) {
  const auto rules = compiled({rule});
  ROOMTONE_ASSERT(rules.has_value());
  return !matches(*rules, message, beside).empty();
}

inline bool matches(const std::string& rule, std::string_view text) {
  Message message;
  message.text = text;
  return matches(rule, message);
}

}  // namespace roomtone::topics
