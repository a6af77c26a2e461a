#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "topics/dictionary.hpp"

namespace roomtone::topics {

/// Why a regular expression cannot be an operand, if so: what is wrong with it, in RE2's words, or that it is found in
/// an empty text.
[[nodiscard]] std::optional<std::string> fault_of_pattern(const std::string& pattern);

/// The patterns of all rules, compiled with RE2: linear in the text, whatever the pattern.
///
/// Those that make rules candidates stand in one set, which looks through every message once for all of them. The
/// others are asked for one by one, when a candidate needs them. Immutable once built; shared by workers, which meet
/// in the locks of RE2's caches.
class Patterns {
 public:
  Patterns();
  ~Patterns();
  Patterns(Patterns&&) noexcept;
  Patterns& operator=(Patterns&&) noexcept;

  /// `covers`: found makes candidates.
  void add(OperandId operand, const std::string& pattern, bool covers);
  /// Once, after the last one. Fails where all patterns together need more memory than they may have.
  [[nodiscard]] Result<void> build();

  /// Whether there are any that make candidates.
  [[nodiscard]] bool any_covers() const;
  /// Those of them that are in the text. `scratch` is the caller's, reused. A text that holds none costs no allocation.
  template <typename Found>
  void find(std::string_view text, std::vector<int>& scratch, Found found) const {
    look(text, scratch);
    for (const int place : scratch) found(covers_[static_cast<std::size_t>(place)]);
  }
  /// Whether this one is in the text.
  [[nodiscard]] bool holds(OperandId operand, std::string_view text) const;

 private:
  void look(std::string_view text, std::vector<int>& scratch) const;

  struct Compiled;
  std::unique_ptr<Compiled> compiled_;  // none while there are no patterns
  std::vector<OperandId> covers_;       // by place in the set
};

}  // namespace roomtone::topics
