#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/atmosphere.hpp"
#include "publish/header.hpp"
#include "publish/json_body.hpp"

namespace roomtone::publish {

/// What a reader knows of one key and window: the atmosphere as it was published, and about its publication.
struct RoomView {
  Atmosphere atmosphere;
  std::string sentence;  // for people
  uint64_t key_seq = 0;
  uint64_t global_seq = 0;
  Instant publish_time = kNoInstant;  // of the first publication; a resend or snapshot repeats it
};

/// The bodies of the feed read back, in the format that the header names. Absent members keep their defaults and
/// unknown ones are skipped, so that servers may add some; an unknown name or state is read as the first of
/// its kind. `corrupt` when the body cannot be parsed, a member has another type, or the key or window is none.
[[nodiscard]] Result<RoomView> read_room(const Header& header, std::string_view body);
[[nodiscard]] Result<Pulse> read_heartbeat(const Header& header, std::string_view body);
[[nodiscard]] Result<PrefixSum> read_check(const Header& header, std::string_view body);

/// What the END of a snapshot says.
struct SnapshotEnd {
  uint64_t epoch = 0;
  uint64_t global_seq = 0;
  uint64_t start_seq = 0;
  uint64_t count = 0;
};
[[nodiscard]] Result<SnapshotEnd> read_snapshot_end(std::string_view json);

/// A string member of a JSON object; empty when it is not there or `json` is none.
[[nodiscard]] std::string read_json_text(std::string_view json, std::string_view name);

}  // namespace roomtone::publish
