#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "model/tally.hpp"

namespace roomtone::room {

/// Who posts by the clock. Of each author it keeps how far apart the last posts were; an author is periodic from the
/// twelfth post on whose gaps differ by little from each other: their standard deviation is below a tenth of their
/// mean. Gaps of people spread about as much as they last (of a Poisson process exactly as much), and eleven such gaps
/// look periodic less than once in a billion times.
///
/// Bounded: it hears the authors with the smallest keyed hashes, as many as fit. They are a uniform sample of all, and
/// of the voices that a room's sketch keeps it knows those below(), so shares stay unbiased. It lives in memory alone
/// and knows nobody after a restart. Not thread-safe: the room thread owns it.
class Metronomes {
 public:
  static constexpr std::size_t kAuthorsMax = 16'384;
  static constexpr uint32_t kPostsMin = 12;
  static constexpr std::chrono::seconds kGapMin{20};        // quicker ones are talk
  static constexpr std::chrono::hours kForgottenAfter{48};  // without a post

  explicit Metronomes(std::size_t authors_max = kAuthorsMax) : authors_max_(authors_max) {}

  /// A post, in about the order of event time; what is not later than the author's last one is passed over.
  void hear(const Beat& beat);

  /// Asked of every voice of every window, far more often than the answer changes.
  [[nodiscard]] bool periodic(uint64_t author) const { return periodic_.contains(author); }

  /// Authors with a greater hash are not heard: whoever makes beats need not make those.
  [[nodiscard]] uint64_t below() const { return below_; }
  [[nodiscard]] std::size_t size() const { return authors_.size(); }

 private:
  struct Author {
    Instant last = kNoInstant;
    float mean_s = 0;      // of the gaps
    float deviations = 0;  // sum of their squared deviations, in s²
    uint32_t posts = 0;    // since the last gap that was out of step
    bool periodic = false;
  };
  static void take_in(Author& known, Instant at);
  [[nodiscard]] static bool keeps_time(const Author& known);
  void make_room(Instant now);

  std::size_t authors_max_;
  uint64_t below_ = UINT64_MAX;
  // With the tables' own hash: they want all bits to differ, and of authors the lowest 16 are 0 and, here, the upper
  // ones.
  boost::unordered_flat_map<uint64_t, Author> authors_;
  boost::unordered_flat_set<uint64_t> periodic_;  // of authors_; few
};

}  // namespace roomtone::room
