#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "model/rollup.hpp"

namespace roomtone {

/// Takes people out of what was derived from their messages, so that nothing tells that they were there. What was
/// counted stays counted: sums, histograms and traits say how much was said and how, not by whom.
///
/// A sketch that holds fewer entries than it can loses the entry. A full one stands for many more, and must stay full
/// to be read rightly: there a placeholder takes the entry's place, which counts nothing and bears a hash that is made
/// with a secret of this erasure. The secret is kept nowhere, so a placeholder is nobody's.
class Erasure {
 public:
  /// `authors` as in VoiceEntry, none of them 0.
  Erasure(std::vector<uint64_t> authors, const SipKey& secret);

  /// Whether the bytes of a row may hold one of them; never false if they do. Cheap, and seldom wrong.
  [[nodiscard]] bool may_be_in(std::string_view row) const;

  /// True when something was taken out.
  [[nodiscard]] bool from(Rollup& rollup) const;

  /// The journal's deltas without them. Nothing when they are in none; false in `ok` when the bytes are malformed.
  [[nodiscard]] std::optional<std::string> from_deltas(std::string_view deltas, bool& ok) const;

  /// The contributions of a commit (see room/contributions.hpp), in which they become nobody: a repeat is still known,
  /// and a delete still takes back what was counted.
  [[nodiscard]] std::optional<std::string> from_contributions(std::string_view row, bool& ok) const;

 private:
  [[nodiscard]] bool is_one(uint64_t author) const;
  [[nodiscard]] uint64_t placeholder(uint64_t hash) const;
  template <typename Sketch, typename IsTheirs>
  bool take_out(Sketch& sketch, IsTheirs is_theirs) const;

  std::vector<uint64_t> authors_;      // ascending
  std::vector<std::string> patterns_;  // as they stand in rows
  const SipKey secret_;
};

}  // namespace roomtone
