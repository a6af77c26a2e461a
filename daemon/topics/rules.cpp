#include "topics/rules.hpp"

#include "base/assert.hpp"
#include "topics/compiled.hpp"

namespace roomtone::topics {

std::size_t RuleSet::size() const { return compiled_->ids.size(); }

std::string_view RuleSet::id(TopicIndex topic) const {
  ROOMTONE_ASSERT(static_cast<std::size_t>(topic) < size());
  return compiled_->ids[static_cast<std::size_t>(topic)];
}

RuleSet::RuleSet(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;
RuleSet::~RuleSet() = default;

}  // namespace roomtone::topics
