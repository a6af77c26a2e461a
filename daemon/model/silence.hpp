#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/time.hpp"

namespace roomtone {

/// Somebody on a list who is expected to speak at least so often.
struct Expectation {
  /// Instead of a gap: 24 times the median of the member's own last gaps, once eight of them are known.
  static constexpr std::chrono::seconds kOwnHabit{-1};

  std::string list;
  uint64_t member = 0;          // see people::Member::key
  std::chrono::seconds gap{0};  // or kOwnHabit
  std::string shown;            // empty unless the list shows authors
};

/// A voice that has stopped.
struct SilentVoice {
  std::string author;
  int64_t silent_s = 0;
  int64_t expected_gap_s = 0;
  friend bool operator==(const SilentVoice&, const SilentVoice&) = default;
};

/// Who of a list has not spoken for longer than expected.
struct Silence {
  int64_t expected = 0;             // members of whom it is known how often they speak
  int64_t silent = 0;               // of them
  int64_t longest_s = 0;            // the longest that one of the silent has been so; 0 where nobody is
  std::vector<SilentVoice> voices;  // the longest silent first; empty unless the list shows authors
  friend bool operator==(const Silence&, const Silence&) = default;
};

/// The same of one list, for metrics.
struct ListSilence {
  std::string list;
  Silence silence;
};

/// As whom a store knows the member of a list with this people::Member::key.
[[nodiscard]] inline uint64_t silence_hash(const SipKey& sketch_key, uint64_t member) {
  char bytes[sizeof member];
  std::memcpy(bytes, &member, sizeof member);
  return sip_hash(sketch_key, {bytes, sizeof bytes});
}

/// What is kept of a member who is expected to speak.
struct SilenceRow {
  std::string list;
  uint64_t member = 0;         // silence_hash
  Instant last = kNoInstant;   // when heard, or since when expected; kNoInstant: the row is deleted
  std::vector<uint32_t> gaps;  // seconds, the newest last
  friend bool operator==(const SilenceRow&, const SilenceRow&) = default;
};

/// That a member has been heard, as a commit keeps it until the member's row follows: list (length, bytes), member (8
/// bytes), time (zigzag), one after the other.
struct Heard {
  std::string_view list;
  uint64_t member = 0;      // silence_hash
  Instant at = kNoInstant;  // kNoInstant: no longer expected, and forgotten
};

inline void encode_heard(const Heard& heard, std::string& bytes) {
  ByteWriter out(bytes);
  out.string(heard.list);
  out.u64_be(heard.member);
  out.zigzag(micros(heard.at));
}

/// The next one; only as good as `in.ok()` afterwards.
[[nodiscard]] inline Heard read_heard(ByteReader& in) {
  Heard heard;
  heard.list = in.string();
  heard.member = in.u64_be();
  heard.at = instant_of_micros(in.zigzag());
  return heard;
}

}  // namespace roomtone
