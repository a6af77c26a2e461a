#include "topics/rules.hpp"

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "topics/compiled.hpp"

namespace roomtone::topics {

namespace {

std::size_t place_of(TopicIndex topic, const CompiledRules& rules) {
  const auto place = static_cast<std::size_t>(topic);
  ROOMTONE_ASSERT(place < rules.ids.size());
  return place;
}

}  // namespace

std::size_t RuleSet::size() const { return compiled_->ids.size(); }

std::string_view RuleSet::id(TopicIndex topic) const { return compiled_->ids[place_of(topic, *compiled_)]; }

bool RuleSet::is_entity(TopicIndex topic) const {
  return compiled_->topic_of(place_of(topic, *compiled_)) != Gate::kNone;
}

std::span<const std::string> RuleSet::tags(TopicIndex topic) const {
  const std::size_t place = place_of(topic, *compiled_);
  const uint32_t parent = compiled_->topic_of(place);
  const auto found = compiled_->tags.find(parent == Gate::kNone ? static_cast<uint32_t>(place) : parent);
  if (found == compiled_->tags.end()) return {};
  return found->second;
}

uint64_t RuleSet::version(TopicIndex topic) const { return compiled_->versions[place_of(topic, *compiled_)]; }

uint64_t RuleSet::version() const {
  uint64_t all = 1;
  for (const uint64_t version : compiled_->versions) all = fold_product(all ^ version, 0x9E3779B97F4A7C15ULL) + 1;
  return all;
}

RuleSet::RuleSet(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;
RuleSet::~RuleSet() = default;

}  // namespace roomtone::topics
