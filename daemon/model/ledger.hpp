#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roomtone {

/// What became of a record. Every record ends in exactly one column.
enum class Column : uint8_t {
  counted,     // part of the panes
  duplicate,   // seen before, by id and version, within the correction horizon
  too_old,     // event time further before its own seen time than the horizon
  ignored,     // understood, and of a kind that carries no mood (see Ignored)
  retraction,  // a delete; whether it found something is counted beside
  not_public,  // unlisted, followers-only or direct
  malformed,   // not a record of its format
  no_text,     // a post with nothing to read
  shed,        // dropped at the door by an operator's choice
};
inline constexpr std::size_t kColumns = 9;
inline constexpr std::array<std::string_view, kColumns> kColumnNames = {
    "counted", "duplicate", "too_old", "ignored", "retraction", "not_public", "malformed", "no_text", "shed"};

/// Which kind of record was ignored. A closed set, so that it can be a metric label.
enum class Ignored : uint8_t {
  none,
  like,
  reshare,  // one that carries no text of its own
  follow,
  block,
  profile,
  list,
  identity,
  account,
  vote,
  edit,          // an edit on a source that folds at once and so cannot take the earlier text back
  notification,  // addressed to one person, or about the stream's settings
  control,       // limit, warning, disconnect, info, sync: about the stream itself
  foreign,       // a record of an application we do not read
  unknown,       // an event kind we have not met
};
inline constexpr std::size_t kIgnoredKinds = 15;
inline constexpr std::array<std::string_view, kIgnoredKinds> kIgnoredNames = {
    "none",    "like", "reshare", "follow",       "block",   "profile", "list",   "identity",
    "account", "vote", "edit",    "notification", "control", "foreign", "unknown"};

/// Counted beside the columns; not exclusive.
enum class Beside : uint8_t {
  from_future,           // event time over kFutureMax past seen time: clamped to it
  late,                  // seen more than `grace` after it was said
  unscored,              // counted, but in a language or of a text that the scorer cannot judge
  no_topic,              // counted in no topic
  retracted,             // contributions taken back, by a delete or by a newer version
  retraction_unmatched,  // deletes that found nothing to take back
  rooms_capped,          // matches beyond limits::kRoomsPerMessage
};
inline constexpr std::size_t kBesides = 7;
inline constexpr std::array<std::string_view, kBesides> kBesideNames = {
    "from_future", "late", "unscored", "no_topic", "retracted", "retraction_unmatched", "rooms_capped"};

/// The account of one source. Adds up: in any order, in any grouping.
struct Ledger {
  std::array<int64_t, kColumns> columns{};
  std::array<int64_t, kIgnoredKinds> ignored{};  // sums to columns[ignored]
  std::array<int64_t, kBesides> beside{};

  [[nodiscard]] int64_t& operator[](Column c) { return columns[static_cast<std::size_t>(c)]; }
  [[nodiscard]] int64_t operator[](Column c) const { return columns[static_cast<std::size_t>(c)]; }
  [[nodiscard]] int64_t& operator[](Beside b) { return beside[static_cast<std::size_t>(b)]; }
  [[nodiscard]] int64_t operator[](Beside b) const { return beside[static_cast<std::size_t>(b)]; }
  [[nodiscard]] int64_t& operator[](Ignored i) { return ignored[static_cast<std::size_t>(i)]; }
  [[nodiscard]] int64_t operator[](Ignored i) const { return ignored[static_cast<std::size_t>(i)]; }

  /// Records in: the sum of the columns.
  [[nodiscard]] int64_t records() const {
    int64_t sum = 0;
    for (const int64_t c : columns) sum += c;
    return sum;
  }

  void add(const Ledger& other) {
    for (std::size_t i = 0; i < kColumns; ++i) columns[i] += other.columns[i];
    for (std::size_t i = 0; i < kIgnoredKinds; ++i) ignored[i] += other.ignored[i];
    for (std::size_t i = 0; i < kBesides; ++i) beside[i] += other.beside[i];
  }

  friend bool operator==(const Ledger&, const Ledger&) = default;
};

}  // namespace roomtone
