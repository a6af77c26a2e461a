#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace roomtone {

/// What may be told of a single post beside who and when. Never its text, never its mood.
struct VoiceTraits {
  bool reply = false;
  bool reshare = false;
  bool question = false;
  bool link = false;
  friend bool operator==(const VoiceTraits&, const VoiceTraits&) = default;
};

/// A post of somebody on a list, on its way from the worker to the room: bytes, one after the other, behind which the
/// same batch gives the same bytes. Views.
struct VoiceNote {
  static constexpr uint32_t kNoRecord = UINT32_MAX;

  uint32_t record = kNoRecord;  // which record of the batch's contribution block tells whether it is a repeat
  uint64_t member = 0;          // which of the list, see people::Member::key
  bool told = false;            // published as an event
  bool expected = false;        // the member is expected to speak
  std::string_view list;
  std::string_view role;
  Instant time = kNoInstant;  // event time
  Instant seen = kNoInstant;
  VoiceTraits traits;
  std::string_view lang;    // as declared; empty: unknown
  std::string_view author;  // empty unless the list shows authors
  std::vector<std::string_view> topics;
};

void encode_voice(const VoiceNote& note, std::string& out);

/// The next note, into `into` (reusing its memory); only as good as `in.ok()` afterwards.
void read_voice(ByteReader& in, VoiceNote& into);

/// The same as it is published.
struct VoiceEvent {
  std::string list;
  std::string role;
  Instant time = kNoInstant;
  Instant seen = kNoInstant;
  VoiceTraits traits;
  std::string lang;
  std::string author;
  std::vector<std::string> topics;
  friend bool operator==(const VoiceEvent&, const VoiceEvent&) = default;
};

[[nodiscard]] VoiceEvent event_of(const VoiceNote& note);

/// One event as it leaves the room, after the commit that holds its sequence.
struct VoiceUpdate {
  VoiceEvent event;
  uint64_t key_seq = 0;          // grows by exactly 1 per list within an epoch
  uint64_t global_seq = 0;       // of all that is published
  Instant arrival = kNoInstant;  // of the batch that brought it; for latency, not on the feed
};

/// What is kept of a list's events: the last sequence used.
struct VoiceRow {
  std::string list;
  uint64_t key_seq = 0;
  friend bool operator==(const VoiceRow&, const VoiceRow&) = default;
};

}  // namespace roomtone
