#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "topics/examples.hpp"
#include "topics/rules.hpp"

namespace roomtone::cli {

/// Says of texts, one after the other, which topics hear them.
class RulesMatcher {
 public:
  /// All texts are said at `at`, with what `beside` tells but for its text. `rules` outlives this.
  RulesMatcher(const topics::RuleSet& rules, topics::Example beside, Instant at, bool json);

  /// Appends a line to `out`: ids and tags, each joined by commas or "-", with a tab between; or a JSON object. Whether
  /// anything hears the text.
  bool match(std::string_view text, std::string& out);

 private:
  void append_columns(std::string& out) const;
  void append_json(std::string& out) const;

  const topics::RuleSet& rules_;
  topics::Example example_;
  const Instant at_;
  const bool json_;
  uint64_t line_ = 0;
  topics::RuleSet::Scratch scratch_;
  std::vector<topics::TopicIndex> found_;
};

}  // namespace roomtone::cli
