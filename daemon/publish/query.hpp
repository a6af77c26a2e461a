#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "base/time.hpp"
#include "model/atmosphere.hpp"

namespace roomtone::publish {

inline constexpr std::string_view kProtocol = "RTN1";

inline constexpr std::size_t kCreditMax = 1000;       // values per slice of a snapshot, and the default
inline constexpr std::size_t kKeysLimitMax = 10'000;  // keys per KEYS answer
inline constexpr std::size_t kKeysLimit = 1000;       // the default
inline constexpr std::size_t kQueryIdBytes = 64;
inline constexpr uint64_t kReplayMessagesMax = 1000;  // of one REPLAY
inline constexpr std::size_t kHistoryRowsMax = 1000;  // of one HISTORY answer, and the default

/// The verbs this release answers.
enum class Verb : uint8_t { snapshot, more, replay, keys, history, explain, status, ping };

/// A query that can be acted on. Members that a verb does not take are left at their defaults.
struct Query {
  Verb verb = Verb::ping;
  std::string prefix;
  std::string after;  // KEYS: only keys behind this one
  std::size_t credit = kCreditMax;
  std::size_t limit = kKeysLimit;
  std::string key;                               // REPLAY: a feed key; HISTORY, EXPLAIN: a room
  uint64_t epoch = 0;                            // REPLAY
  uint64_t from_key_seq = 0;                     // REPLAY, from 1
  Instant from = kNoInstant;                     // HISTORY: [from, to)
  Instant to = kNoInstant;                       //
  std::chrono::seconds step{};                   // HISTORY: a multiple of 10 s
  WindowSize window = WindowSize::five_minutes;  // EXPLAIN
  std::optional<Instant> end;                    // EXPLAIN: the last window that ends by then; nothing: the newest
  std::string id;                                // echoed in every answer but KV
  friend bool operator==(const Query&, const Query&) = default;
};

/// Codes of an ERR answer. Closed, and only ever added to.
enum class QueryError : uint8_t {
  bad_protocol,      // does not begin with RTN1
  bad_request,       // wrong number of frames
  bad_arguments,     // not a JSON object, or a member of the wrong type or range
  bad_prefix,        // not empty, and not from '/' to '/'
  bad_key,           // REPLAY: not the key of an atmosphere; HISTORY, EXPLAIN: not a room
  unsupported_verb,  // unknown, or not in this release
  no_snapshot,       // MORE without a snapshot under way
  busy,              // as many snapshots under way, or questions about the past waiting, as the server allows
  forbidden,         // not within what the asker may read
  unavailable,       // HISTORY, EXPLAIN: the store could not be read, or has heard nothing
};
[[nodiscard]] std::string_view code_of(QueryError error);

/// Why a query gets ERR.
struct Refusal {
  QueryError code = QueryError::bad_request;
  std::string message;  // for people; quotes nothing that the peer sent beyond a short, cleaned verb
  std::string id;       // when it could be read
};

/// Reads the frames of a query from `RTN1` on (without routing id and delimiter). Any bytes are fine.
[[nodiscard]] tl::expected<Query, Refusal> parse_query(std::span<const std::string_view> frames);

}  // namespace roomtone::publish
