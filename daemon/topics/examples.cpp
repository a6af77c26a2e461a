#include "topics/examples.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "text/tokenize.hpp"
#include "topics/explain.hpp"

namespace roomtone::topics {

ExampleMessage::ExampleMessage(const Example& example, Instant at)
    : source_(example.source), lists_(example.lists.begin(), example.lists.end()) {
  message_.text = example.text;
  message_.lang = example.lang;
  message_.author = message_.author_name = example.from;
  message_.reply_to_author = example.to;
  if (example.reply || !example.to.empty()) message_.reply_to = "example";
  if (example.reshare) message_.op = Op::reshare;
  message_.tags.assign(example.tags.begin(), example.tags.end());
  message_.links.assign(example.links.begin(), example.links.end());
  message_.event_time = at;
  text::tokenize(message_.text, tokens_);
}

Instant time_within(const TopicSpec& topic) {
  if (topic.start == kNoInstant && topic.end != kNoInstant) return topic.end - std::chrono::microseconds(1);
  return topic.start;
}

namespace {

class Trial {
 public:
  explicit Trial(const RuleSet& rules) : rules_(rules) {}

  void run(const TopicSpec& topic, TopicIndex place) {
    const auto rule = parse_rule(topic.rule);
    if (!rule) return;  // has been compiled, so there is none such
    const auto try_all = [&](const std::vector<Example>& examples, bool wanted, const char* list) {
      for (std::size_t i = 0; i < examples.size(); ++i) {
        const ExampleMessage made(examples[i], time_within(topic));
        found_.clear();
        rules_.match(made.message(), made.tokens(), made.beside(), scratch_, found_);
        if (std::ranges::binary_search(found_, place) == wanted) continue;
        const Explanation why = explain(*rule, made.message(), made.tokens(), made.beside());
        failing_.push_back((topic.where.empty() ? "" : topic.where + ": ") + "topics." + topic.id + ": " + list + "[" +
                           std::to_string(i) + "] '" + printable(examples[i].text, 80) + "' " +
                           (wanted ? "does not match" : "matches") + ": " + reason(why));
      }
    };
    try_all(topic.match, true, "match");
    try_all(topic.no_match, false, "no_match");
  }

  [[nodiscard]] std::vector<std::string> take() { return std::move(failing_); }

 private:
  const RuleSet& rules_;
  RuleSet::Scratch scratch_;
  std::vector<TopicIndex> found_;
  std::vector<std::string> failing_;
};

}  // namespace

std::vector<std::string> failing_examples(std::span<const TopicSpec> topics, const RuleSet& rules) {
  Trial trial(rules);
  uint32_t place = 0;
  for (const TopicSpec& topic : topics) {
    trial.run(topic, TopicIndex{place});
    place += 1 + static_cast<uint32_t>(topic.entities.size());
  }
  return trial.take();
}

}  // namespace roomtone::topics
