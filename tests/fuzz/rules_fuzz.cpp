#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "text/tokenize.hpp"
#include "topics/explain.hpp"
#include "topics/rules.hpp"

/// The first line is a rule, the rest a text. A rule is accepted or refused with a reason; an accepted one does not
/// match a message that says nothing, matches the same twice, and is explained as it is matched.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace roomtone;
  const std::string input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  const topics::TopicSpec specs[] = {{"fuzz", input.substr(0, line)}, {"other", "race OR \"big day\""}};
  const auto rules = topics::RuleSet::compile(specs, 2);
  if (!rules) {
    ROOMTONE_ASSERT(!rules.error().context.empty());
    return 0;
  }
  topics::RuleSet::Scratch scratch;
  std::vector<topics::TopicIndex> nothing;
  rules->match(Message{}, Tokens{}, {}, scratch, nothing);
  ROOMTONE_ASSERT(nothing.empty());

  Message message;
  const std::string text = line == std::string::npos ? std::string() : input.substr(line + 1);
  message.text = text;
  message.author_name = message.text.substr(0, 8);
  message.tags = {message.text.substr(0, 12)};
  message.links = {message.text};
  message.reply_to_author = message.text.substr(0, 4);
  message.reply_to = message.text.substr(0, 1);
  const std::string_view lists[] = {message.text.substr(0, 3)};
  const topics::Circumstances beside{message.text.substr(0, 5), lists};
  Tokens tokens;
  text::tokenize(message.text, tokens);
  std::vector<topics::TopicIndex> first;
  std::vector<topics::TopicIndex> second;
  rules->match(message, tokens, beside, scratch, first);
  rules->match(message, tokens, beside, scratch, second);
  ROOMTONE_ASSERT(first == second);

  // The slow way, which looks at every operand, says the same.
  const auto rule = topics::parse_rule(specs[0].rule);
  ROOMTONE_ASSERT(rule.has_value());
  const topics::Explanation why = topics::explain(*rule, message, tokens, beside);
  ROOMTONE_ASSERT(why.holds() == (!first.empty() && first.front() == topics::TopicIndex{0}));
  ROOMTONE_ASSERT(!topics::reason(why).empty());
  return 0;
}
