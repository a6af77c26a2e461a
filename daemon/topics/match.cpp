#include "topics/compiled.hpp"
#include "topics/finder.hpp"

#include <algorithm>

namespace roomtone::topics {

RuleSet::Scratch::Scratch() : memory(std::make_unique<Memory>()) {}
RuleSet::Scratch::~Scratch() = default;

void RuleSet::match(const Message& message, const Tokens& tokens, Scratch& scratch,
                    std::vector<TopicIndex>& out) const {
  Finder finder(*compiled_, message, tokens, *scratch.memory);
  std::vector<uint32_t>& candidates = finder.candidates();
  if (candidates.empty()) return;
  std::ranges::sort(candidates);
  for (const uint32_t rule : candidates) {
    if (finder.holds(compiled_->code_starts[rule])) out.push_back(TopicIndex{rule});
  }
}

}  // namespace roomtone::topics
