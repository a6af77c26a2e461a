#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "base/result.hpp"
#include "mood/scorer.hpp"
#include "topics/rules.hpp"

namespace roomtone::app {

/// Everything a worker reads beside the batch: rules, model, lexicons and the rooms' keys. Immutable; swapped whole at
/// a batch boundary when the configuration is read again.
struct Catalog {
  topics::RuleSet rules;
  mood::Scorer scorer;
  mood::WordEffects effects;      // of `scorer`
  std::vector<std::string> keys;  // by room index: "room", then "t/<id>" by TopicIndex
};

/// Errors name the topic and column, the model's file, or a lexicon's file and line.
[[nodiscard]] Result<std::shared_ptr<const Catalog>> load_catalog(const Config& config);

}  // namespace roomtone::app
