#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace roomtone {

/// How often each of the last few windows of one key and size was published.
///
/// Three are enough: the last final one, which may yet be corrected, the one whose grace has not passed, and the
/// newest. On disk with the sequences, so that a restart goes on counting.
class WindowRevisions {
 public:
  struct Entry {
    Instant end = kNoInstant;  // of the window
    uint32_t revision = 0;     // last published; 0: none
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  using Entries = std::array<Entry, 3>;

  /// The revision of another publication of the window that ends at `end`: from 1, one more each time.
  [[nodiscard]] uint32_t next(Instant end) { return ++at(end).revision; }

  /// Takes over what is on disk; where both know a window the higher revision stands.
  void recall(const Entry& entry) {
    if (entry.revision == 0) return;
    Entry& known = at(entry.end);
    known.revision = std::max(known.revision, entry.revision);
  }

  [[nodiscard]] const Entries& entries() const { return entries_; }

 private:
  /// The entry of that window; it takes the place of the oldest if there is none.
  Entry& at(Instant end) {
    const auto found = std::ranges::find(entries_, end, &Entry::end);
    if (found != entries_.end()) return *found;
    const auto oldest = std::ranges::min_element(entries_, {}, &Entry::end);
    *oldest = {end, 0};
    return *oldest;
  }

  Entries entries_{};
};

}  // namespace roomtone
