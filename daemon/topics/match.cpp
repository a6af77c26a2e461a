#include "topics/compiled.hpp"
#include "topics/finder.hpp"

#include <algorithm>

namespace roomtone::topics {

RuleSet::Scratch::Scratch() : memory(std::make_unique<Memory>()) {}
RuleSet::Scratch::~Scratch() = default;

void RuleSet::match(const Message& message, const Tokens& tokens, const Circumstances& beside, Scratch& scratch,
                    std::vector<TopicIndex>& out) const {
  Scratch::Memory& memory = *scratch.memory;
  Finder finder(*compiled_, message, tokens, beside, memory);
  std::vector<uint32_t>& candidates = finder.candidates();
  if (candidates.empty()) return;
  std::ranges::sort(candidates);
  for (const uint32_t rule : candidates) {
    if (const uint32_t at = compiled_->gate_of[rule]; at != Gate::kNone) [[unlikely]] {
      const Gate& gate = compiled_->gates[at];
      // A topic comes before its entities, so what it came to is known.
      if (gate.topic != Gate::kNone && memory.matched[gate.topic] != memory.stamp) continue;
      if (message.event_time < gate.start || message.event_time >= gate.end) continue;
    }
    if (!finder.holds(compiled_->code_starts[rule])) continue;
    memory.matched[rule] = memory.stamp;
    out.push_back(TopicIndex{rule});
  }
}

}  // namespace roomtone::topics
