#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "model/silence.hpp"

namespace roomtone::room {

/// When people on lists were last heard, and whether that is longer ago than expected. In event time: whether the
/// stream itself is heard is for the sources to say. As large as the lists. Not thread-safe: the room thread owns it.
class Silences {
 public:
  static constexpr std::size_t kGapsKept = 16;
  static constexpr std::size_t kGapsNeeded = 8;  // before a habit is known
  static constexpr int64_t kHabitTimes = 24;     // nights, and days off, are no silence
  static constexpr std::size_t kVoicesNamed = 16;

  explicit Silences(SipKey key) : key_(key) {}
  Silences(const Silences&) = delete;
  Silences& operator=(const Silences&) = delete;
  Silences(Silences&&) = default;
  Silences& operator=(Silences&&) = default;

  /// Takes back what a store knew; before the first expect().
  void recover(const std::vector<SilenceRow>& rows);

  /// Who is expected from now on. Those who were already keep what is known of them; of others it is forgotten.
  void expect(const std::vector<Expectation>& all);

  /// A member has said something at `at`. Of nobody who is expected: ignored.
  void heard(std::string_view list, uint64_t member, Instant at);

  /// Whoever was never heard counts as heard at the first `now`. kNoInstant: nothing.
  void advance(Instant now);

  /// How the lists stand at `now`, in the order of their ids; without those of whom nobody is expected.
  [[nodiscard]] std::vector<ListSilence> all(Instant now) const;

  /// Rows that changed since the last call.
  [[nodiscard]] std::vector<SilenceRow> take_rows();

 private:
  struct Voice {
    Instant last = kNoInstant;
    std::vector<uint32_t> gaps;
    std::chrono::seconds gap{0};
    std::string shown;
    bool expected = false;
    bool changed = false;  // and stands in changed_
  };
  using Voices = std::map<uint64_t, Voice>;

  void mark_changed(const std::string& list, Voices::value_type& of);
  /// How long this one may be silent; nothing while its habit is not known.
  [[nodiscard]] static std::optional<int64_t> patience_s(const Voice& voice);
  [[nodiscard]] static std::optional<Silence> of(const Voices& voices, Instant now);

  SipKey key_;
  std::map<std::string, Voices, std::less<>> lists_;
  std::vector<SilenceRow> forgotten_;
  struct Changed {
    const std::string* list;
    uint64_t member;
    Voice* voice;
  };
  std::vector<Changed> changed_;  // into lists_, whose nodes stay where they are
  bool unheard_ = false;          // whether somebody waits for the first advance()
};

}  // namespace roomtone::room
