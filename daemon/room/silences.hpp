#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "model/commit.hpp"
#include "model/silence.hpp"

namespace roomtone::room {

/// When people on lists were last heard, and whether that is longer ago than expected. In event time: whether the
/// stream itself is heard is for the sources to say. As large as the lists. Not thread-safe: the room thread owns it.
///
/// Who is heard goes down with the commit as a few bytes at the end of one record; the member's row, which is dearer,
/// follows once for all that was heard meanwhile. Hearing the same again changes nothing, so a restart reads the rows
/// and hears the records that are left.
class Silences {
 public:
  static constexpr std::size_t kGapsKept = 16;
  static constexpr std::size_t kGapsNeeded = 8;  // before a habit is known
  static constexpr int64_t kHabitTimes = 24;     // nights, and days off, are no silence
  static constexpr std::size_t kVoicesNamed = 16;
  static constexpr std::chrono::seconds kRowAge{10};    // how long a change may stand in the records alone
  static constexpr std::size_t kRowsPerCommit = 4'096;  // so that commits stay short

  /// `commit` is the next one.
  explicit Silences(SipKey key, uint64_t commit = 1) : key_(key), commit_(commit) {}
  Silences(const Silences&) = delete;
  Silences& operator=(const Silences&) = delete;
  Silences(Silences&&) = default;
  Silences& operator=(Silences&&) = default;

  /// Takes back what a store knew: rows, and what commits have heard, ascending; before the first expect(). False:
  /// malformed.
  [[nodiscard]] bool recover(const std::vector<SilenceRow>& rows,
                             std::span<const std::pair<uint64_t, std::string>> heard, Mono now);

  /// Who is expected from now on. Those who were already keep what is known of them; of others it is forgotten.
  void expect(const std::vector<Expectation>& all);

  /// A member has said something at `at`. Of nobody who is expected: ignored.
  void heard(std::string_view list, uint64_t member, Instant at, Mono now);

  /// Whoever was never heard counts as heard at the first `watermark`. kNoInstant: nothing.
  void advance(Instant watermark, Mono now);

  /// How the lists stand at `now`, in the order of their ids; without those of whom nobody is expected.
  [[nodiscard]] std::vector<ListSilence> all(Instant now) const;

  /// Adds to `commit` what was heard since the last one, and the rows of what has stood there long enough (all with
  /// `everything`); then says which of what was heard is still needed.
  void flush(Commit& commit, Mono now, bool everything);

 private:
  struct Voice {
    Instant last = kNoInstant;
    std::array<uint32_t, kGapsKept> gaps{};  // seconds, the newest last; the first `gaps_known`
    uint32_t gaps_known = 0;
    bool expected = false;
    bool due = false;  // stands in due_
    std::chrono::seconds gap{0};
    std::optional<int64_t> patience_s;  // how long this one may be silent; nothing while its habit is not known
    std::string shown;
  };
  using Voices = boost::unordered_flat_map<uint64_t, Voice>;

  /// A voice whose row does not have what was heard from commit `since` on.
  struct Due {
    const std::string* list;  // in lists_, whose nodes stay where they are
    uint64_t member;
    uint64_t since;
    Mono at;
  };

  void hear(Voice& voice, Instant at) const;
  void mark_due(const std::string& list, uint64_t member, Voice& voice, uint64_t since, Mono now);
  [[nodiscard]] static std::optional<int64_t> patience_of(const Voice& voice);
  [[nodiscard]] static std::optional<Silence> of(const Voices& voices, Instant now);

  SipKey key_;
  uint64_t commit_;  // that is to come
  std::map<std::string, Voices, std::less<>> lists_;
  std::string heard_;                  // since the last commit
  std::vector<SilenceRow> forgotten_;  // likewise
  std::deque<Due> due_;                // in order of `since`
  bool unheard_ = false;               // whether somebody waits for the first advance()
};

}  // namespace roomtone::room
