#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "body.hpp"
#include "members.hpp"
#include "roomtone/client/reader.hpp"

namespace roomtone::client {

using Now = std::chrono::steady_clock::time_point;
using Frames = std::vector<std::string>;

/// The reader's state, without sockets and without a clock: frames and the time go in, questions and events come out.
///
/// It holds, per key, the newest window and the newest key_seq. The two are not always of the same message: the
/// correction of an older window moves the sequence and leaves the window. Which body to hold is decided without
/// regard to the order of arrival: the one with the greatest (window start, key_seq), so that feed, snapshot and replay
/// may overlap as they like. One question is under way at a time: a snapshot, or the replay of one key.
class Replica {
 public:
  Replica(std::string prefix, const Options& options, Now now);

  void take_published(const Frames& frames, Now now, uint64_t wall_us);
  void take_answer(const Frames& frames, Now now);
  /// Keeps the timers. To be called a few times a second, whether anything came or not, and after what has come: a
  /// reader that was busy elsewhere finds messages waiting, and that is no silence.
  void tick(Now now);

  [[nodiscard]] bool has_events() const { return !events_.empty(); }
  [[nodiscard]] std::vector<Event> take_events() { return std::exchange(events_, {}); }
  [[nodiscard]] std::vector<Frames> take_questions() { return std::exchange(questions_, {}); }

  [[nodiscard]] State state() const;
  [[nodiscard]] bool stale() const { return stale_; }
  [[nodiscard]] bool stopped() const { return stopped_; }
  [[nodiscard]] std::optional<uint64_t> epoch() const { return epoch_; }
  [[nodiscard]] std::optional<std::chrono::microseconds> lag() const { return lag_; }
  [[nodiscard]] const std::optional<Heartbeat>& heartbeat() const { return heartbeat_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] const Reader::Keys& held() const { return held_; }
  [[nodiscard]] std::map<std::string, std::vector<std::string>> blind_keys() const;

 private:
  struct Span {
    uint64_t first;
    uint64_t last;
  };

  struct Question {
    std::string id;
    Now heard_at;
    std::string key;                                     // of a replay; a snapshot has none
    uint64_t first = 0;                                  // what a replay was asked from
    uint64_t count = 0;                                  // values received
    std::set<std::string, std::less<>> keys;             // of a snapshot
    std::vector<std::pair<Header, std::string>> values;  // of a replay: nothing counts before its END
    std::size_t bytes = 0;
  };

  /// The members of MORE, END and ERR, as far as we look at them.
  struct Answer {
    std::string id;
    std::string code;
    std::string reason;
    bool recovered = false;
    std::optional<uint64_t> epoch;
    std::optional<uint64_t> global_seq;
    std::optional<uint64_t> start_seq;
    std::optional<uint64_t> count;
  };

  // The feed.
  void heard(const Header& header, Now now, uint64_t wall_us);
  void dispatch(const std::string& key, const Header& header, const std::string& body);
  void enter_epoch(uint64_t epoch);
  void take_heartbeat(Heartbeat heartbeat);
  void take_check(const Header& header, const Check& check);
  [[nodiscard]] bool may_compare() const;
  void take_loss(std::string detail);

  // Values.
  void apply(const std::string& key, const Header& header, const std::string& body, Origin origin);
  [[nodiscard]] bool is_newest(const Held& held, const Update& update) const;
  void take_tombstone(const std::string& key, const Header& header);
  void remove(const std::string& key);
  void take_gap(const std::string& key, uint64_t first, uint64_t last);

  // Questions and answers.
  void want_snapshot(bool at_once = false);
  void proceed(Now now);
  void ask_snapshot(Now now);
  void ask_replay(const std::string& key, Now now);
  void ask(std::string_view verb, std::string arguments);
  void take_value(const Frames& frames, Now now);
  [[nodiscard]] static std::optional<Answer> read_answer(std::string_view text);
  void take_end(std::string_view verb, const Answer& answer, Now now);
  void take_error(const Answer& answer);
  void give_up(const std::string& why);
  void drop_replays(const std::string& why);
  void lose(const std::string& key, const std::string& why);
  void end_replay(const Answer& answer);
  void end_snapshot(const Answer& answer);
  void tell(NoticeKind kind, std::string key = {}, std::string detail = {});

  const std::string prefix_;
  const std::string check_key_;
  const bool reads_all_;  // sees every global_seq, so that the heartbeat tells of a lost tail too
  const Options options_;

  Counters counters_;
  std::vector<Event> events_;
  std::vector<Frames> questions_;

  std::optional<uint64_t> epoch_;
  bool stale_ = false;
  bool stopped_ = false;
  bool slow_ = false;
  bool version_told_ = false;
  Now heard_at_;
  std::optional<std::chrono::microseconds> lag_;
  std::optional<Heartbeat> heartbeat_;
  std::string refused_;  // the code with which the server refused us

  Reader::Keys held_;
  uint64_t key_seq_sum_ = 0;  // over held_, as a check frame has it
  uint64_t seen_seq_ = 0;     // newest global_seq known to have been published
  uint64_t settled_seq_ = 0;  // of the last END: sums of before it are of another moment than ours

  bool joined_ = false;
  bool complete_ = false;  // a snapshot of this epoch has come
  bool recovering_ = false;
  std::optional<Question> asked_;
  uint64_t last_id_ = 0;
  bool snapshot_wanted_ = true;
  std::optional<Now> snapshot_asked_at_;
  std::chrono::milliseconds pause_{0};  // before the next snapshot
  int in_a_row_ = 0;
  std::map<std::string, std::vector<Span>, std::less<>> missing_;  // by key, what to replay
};

}  // namespace roomtone::client
