#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerts/alert_life.hpp"
#include "alerts/alert_rules.hpp"
#include "alerts/room_detectors.hpp"
#include "alerts/slice.hpp"
#include "model/alert.hpp"
#include "model/alert_state.hpp"

namespace roomtone::alerts {

/// What the figures of a room say of a span of event time.
struct Heard {
  int64_t n = 0;  // scored
  int64_t voices = 0;
  std::optional<double> tone;
  std::optional<double> ci_low;
  std::optional<double> ci_high;
  double rate_per_min = 0;  // of all messages
};

/// What moved a room, as far as its figures tell.
struct Moved {
  std::vector<std::string> words_up;
  std::vector<std::string> words_down;
  std::string because;  // a part of a sentence, or empty
};

/// Whom the book asks before it raises an alert, and only then.
class Witness {
 public:
  virtual ~Witness() = default;
  [[nodiscard]] virtual Heard heard(std::string_view key, int64_t from_s, int64_t to_s) = 0;
  [[nodiscard]] virtual Moved moved(std::string_view key, int64_t from_s, int64_t to_s, bool up) = 0;
  /// Of an alert that is about to be raised: decides whether it is told, and sets that in it.
  virtual void judge(Alert&) {}
};

/// Whether anything can be said at all.
struct Senses {
  bool blind = false;   // of the sources that are there to be heard, one brings nothing
  double coverage = 1;  // scored share of what is heard
};

/// An alert in its newest state, with its number on the feed.
struct AlertChange {
  Alert alert;
  uint64_t key_seq = 0;  // grows by 1 for each change of this rule in this room, ever
};

/// All alerts of a daemon: watches rooms with their detectors, and leads each alert through its life.
///
/// Slices come in the order of time (within a second in one fixed order of rooms) and once; advance() follows each
/// second. Nothing is raised in the first hour of a room, nor while the sources are blind or little of the stream is
/// scored; then firing alerts become unknown, and nothing is resolved either. A change of spread is explained by a
/// surge of volume, and an alert of a community by one of its topic.
///
/// Pure: time is that of the slices, the figures are asked. Its rows give back the same book, but that what a room
/// heard since its row was taken is unknown to its detectors. Not thread-safe.
class AlertBook {
 public:
  explicit AlertBook(AlertRules rules);

  /// What the operator says from now on. Alerts that are open stay so, under their ids and with their severity; rooms
  /// beyond a smaller rooms_max are still watched.
  void set_rules(AlertRules rules) { rules_ = std::move(rules); }

  /// Takes rows back, all of one book, before anything else. False for a row that is not of this version or has no
  /// meaning; its room is then learnt anew.
  [[nodiscard]] bool recover(std::string_view key, std::string_view bytes);

  /// A second of a room, with messages in it.
  void hear(std::string_view key, const Slice& slice);

  /// That something that no detector of ours watches is so, or is not: a divergence, a silence, a blind source. As
  /// often as one likes; `second` and `sentence` are those of the first time that it is so.
  void tell(AlertKind kind, std::string_view key, bool is_so, int64_t second, std::string_view sentence,
            bool up = true);

  /// All slices before `second` have been heard. Alerts are raised and resolved here.
  void advance(int64_t second, const Senses& senses, Witness& witness);

  /// What has changed since the last call, in order.
  [[nodiscard]] std::vector<AlertChange> take_changes() { return std::exchange(changes_, {}); }

  /// Makes every open alert a change: after a restart they are published anew.
  void tell_open();

  /// Lets `review` look at every open alert and change how it is told of; each for which it says true is a change.
  void review(const std::function<bool(Alert&)>& review);

  /// Takes rows: of rooms with a change of an alert at once, of others the longest unwritten first, as long as they
  /// have been so since `before` or earlier, at most `rows_max`. `now` counts whatever the caller counts.
  [[nodiscard]] std::vector<AlertStateRow> take_rows(uint64_t now, uint64_t before, std::size_t rows_max);

  [[nodiscard]] std::size_t rooms() const { return rooms_.size(); }
  [[nodiscard]] std::size_t unwatched() const { return unwatched_; }  // slices of rooms beyond rooms_max
  /// Up to which all has been heard: the second after; INT64_MIN for a new book.
  [[nodiscard]] int64_t heard_until() const { return second_; }
  /// Open alerts by kind, unknown ones too.
  [[nodiscard]] const std::array<std::size_t, kAlertKindNames.size()>& open() const { return open_; }
  [[nodiscard]] uint64_t left_out() const { return left_out_; }  // not raised because open_max were open
  /// The alerts that are open, for tests and lists.
  [[nodiscard]] std::vector<Alert> open_alerts() const;

 private:
  static constexpr std::size_t kKinds = kAlertKindNames.size();

  /// What is kept of a room once a detector has found something in it.
  struct Lives {
    std::array<std::optional<AlertLife>, kKinds> of;
    std::array<uint64_t, kKinds> key_seq{};
  };
  struct Watched {
    std::string key;
    RoomDetectors detectors;
    int64_t row_messages = 0;  // in the open row
    uint64_t unwritten_since = 0;
    bool queued = false;  // in unwritten_
    bool urgent = false;  // in urgent_
    std::unique_ptr<Lives> lives;
  };
  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
  };
  using Place = uint32_t;

  [[nodiscard]] std::optional<Place> place_of(std::string_view key);
  [[nodiscard]] Watched* find(std::string_view key);
  void touch(Place place);
  void close_rows(int64_t row);
  void take_row(Place place, double count);
  void take_findings(Place place, const Findings& found);
  void find_in(Place place, const Finding& finding);
  void changed(Place place, const AlertLife& life);
  void resolved(AlertKind kind);
  void look_at(Place place, int64_t second, bool blind);
  void consider(Place place, AlertLife& life, int64_t second, Witness& witness);
  [[nodiscard]] double level_of(const Watched& room, const AlertLife& life) const;
  [[nodiscard]] double normal_rate(const Watched& room) const;
  [[nodiscard]] bool explained(const Watched& room, const AlertLife& life, double rate_per_min, int64_t second);
  void explain_communities(Place topic, const AlertLife& life, int64_t second);
  [[nodiscard]] std::string encode_shared() const;
  [[nodiscard]] std::string encode_room(const Watched& room) const;
  [[nodiscard]] bool decode_shared(std::string_view bytes);
  [[nodiscard]] bool decode_room(std::string_view bytes, Watched& room);

  AlertRules rules_;
  WanderPool pool_;
  boost::unordered_flat_map<std::string, Place, KeyHash, std::equal_to<>> by_key_;
  std::deque<Watched> rooms_;
  std::set<Place> alive_;  // rooms with a life that is not over
  std::vector<AlertChange> changes_;
  std::deque<std::pair<Place, uint64_t>> unwritten_;  // ascending by since when
  std::vector<Place> urgent_;
  uint64_t now_ = 0;  // of the last take_rows()

  int64_t row_ = kNone;       // the open row of volume, by its number since 1970
  int64_t row_messages_ = 0;  // of all rooms in it
  bool row_spoilt_ = false;   // it holds blind seconds
  int64_t second_ = kNone;    // up to which all is heard
  int64_t looked_ = kNone;
  Place tries_from_ = 0;  // where the round over what waits goes on
  std::array<std::size_t, kAlertKindNames.size()> open_{};
  uint64_t unwatched_ = 0;
  uint64_t left_out_ = 0;

  static constexpr int64_t kNone = INT64_MIN;
};

}  // namespace roomtone::alerts
