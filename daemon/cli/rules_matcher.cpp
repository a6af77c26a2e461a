#include "cli/rules_matcher.hpp"

#include <algorithm>
#include <utility>

namespace roomtone::cli {

RulesMatcher::RulesMatcher(const topics::RuleSet& rules, topics::Example beside, Instant at, bool json)
    : rules_(rules), example_(std::move(beside)), at_(at), json_(json) {}

bool RulesMatcher::match(std::string_view text, std::string& out) {
  ++line_;
  example_.text = text;
  const topics::ExampleMessage made(example_, at_);
  found_.clear();
  rules_.match(made.message(), made.tokens(), made.beside(), scratch_, found_);
  if (json_) {
    append_json(out);
  } else {
    append_columns(out);
  }
  return !found_.empty();
}

void RulesMatcher::append_columns(std::string& out) const {
  std::vector<std::string_view> tags;
  std::string ids;
  for (const topics::TopicIndex topic : found_) {
    ids += (ids.empty() ? "" : ",") + std::string(rules_.id(topic));
    for (const std::string& tag : rules_.tags(topic))
      if (std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
  }
  std::string all_tags;
  for (const std::string_view tag : tags) all_tags += (all_tags.empty() ? "" : ",") + std::string(tag);
  out += (ids.empty() ? "-" : ids) + "\t" + (all_tags.empty() ? "-" : all_tags) + "\n";
}

// Ids, tags and versions are of [a-z0-9_/-]: nothing in them has to be escaped.
void RulesMatcher::append_json(std::string& out) const {
  out += "{\"line\":" + std::to_string(line_) + ",\"topics\":[";
  for (const topics::TopicIndex topic : found_) {
    if (out.back() != '[') out += ',';
    out += "{\"id\":\"" + std::string(rules_.id(topic)) + "\",\"version\":\"" +
           topics::version_text(rules_.version(topic)) + "\",\"tags\":[";
    for (const std::string& tag : rules_.tags(topic)) {
      if (out.back() != '[') out += ',';
      out += '"' + tag + '"';
    }
    out += "]}";
  }
  out += "]}\n";
}

}  // namespace roomtone::cli
