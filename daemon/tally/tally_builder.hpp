#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "model/author.hpp"
#include "model/contribution.hpp"
#include "model/message.hpp"
#include "model/mood.hpp"
#include "model/rollup.hpp"
#include "model/seconds.hpp"
#include "model/tally.hpp"
#include "model/tiers.hpp"
#include "model/tokens.hpp"
#include "tally/gate.hpp"

namespace roomtone::tally {

/// Folds the messages of one batch into a Tally: begin, any number of add and retract, finish. Owned by one worker and
/// reused; allocates nothing per message once it has grown to the traffic.
///
/// add() only notes which part of a message fell into which pane of which room; finish() groups the notes by pane and
/// folds each group in one go, so that a rollup's counters stay in cache and one scratch rollup serves all.
class TallyBuilder {
 public:
  /// With `seconds` tallies tell of each pane also by its seconds.
  explicit TallyBuilder(const SipKey& key, bool seconds = false);

  /// `keys[i]` is the room that index i means; must outlive finish(). With `contributions` every message that has
  /// an id is also kept by itself, see model/contribution.hpp; `delete_scope` tells apart the sources whose deletes use
  /// ids of their own.
  /// Beats are made of authors with a hash of at most `beats_below`.
  void begin(std::span<const std::string> keys, bool contributions, uint64_t delete_scope = 0,
             uint64_t beats_below = 0);

  /// Takes note of a message, with its event time already judged and clamped, that is heard in each of `rooms` (indices
  /// into keys, each once). add() must follow. True when a sketch may keep it, and would want to know its words.
  [[nodiscard]] bool note(const Message& message, const Tokens& tokens, std::span<const uint32_t> rooms);

  /// Adds the message just noted. `own` are those of its rooms, in the same order, in which it may have another mood.
  /// `words` unless note() said that nobody wants them.
  void add(Mood mood, std::span<const RoomMood> own = {}, const SampleWords* words = nullptr);

  /// A delete. Counted by the room, which alone knows whether it finds something.
  void retract(const Message& message);

  [[nodiscard]] Ledger& ledger() { return ledger_; }

  /// Records in the batch's contribution block so far: the number that the next one will have.
  [[nodiscard]] uint32_t records() const { return records_; }

  /// Fills ledger, newest_event, deltas, seconds, contributions and beats of `into`.
  void finish(Tally& into);

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  /// One pane of one room that this batch touches.
  struct Entry {
    uint32_t room;
    uint32_t next;  // another pane of the same room, or kNone
    SpanIndex pane;
    uint32_t count;
    uint32_t begin;  // of its group in grouped_, once grouped
  };
  struct Note {
    uint32_t entry;
    uint32_t part;
  };
  struct Part {
    MessagePart part;
    uint32_t text = kNone;  // place in texts_
  };

  uint32_t entry_for(uint32_t room, SpanIndex pane);
  Gate& gate_for(SpanIndex pane);
  [[nodiscard]] SipKey key_of(Network network) const { return roomtone::key_of(key_, network); }
  [[nodiscard]] uint64_t alias_of(const Message& message) const;
  uint32_t block_key(uint32_t room);
  void keep(const Message& message, SpanIndex pane, const MessagePart& part, std::span<const uint32_t> rooms,
            std::span<const RoomMood> own);

  const SipKey key_;
  const bool tell_seconds_;
  std::span<const std::string> keys_;
  bool contributions_ = false;
  uint64_t delete_scope_ = 0;
  uint64_t beats_below_ = 0;
  std::vector<Beat> beats_;

  Ledger ledger_;
  Instant newest_event_ = kNoInstant;
  std::vector<uint32_t> heads_;  // by room: its newest entry, or kNone
  std::vector<Entry> entries_;
  std::vector<Note> notes_;
  std::vector<Part> parts_;  // of each message one, and one more for each room in which its mood is another
  struct Noted {
    const Message* message = nullptr;
    const Tokens* tokens = nullptr;
    std::span<const uint32_t> rooms;
    MessagePart part;  // but for the mood
    SpanIndex pane = 0;
    bool wanted = false;
  } noted_;
  std::vector<SampleText> texts_;
  std::vector<Gate> gates_;  // of the panes of room 0, which hears everything; the first `gates_in_use_`
  std::size_t gates_in_use_ = 0;
  std::vector<uint32_t> grouped_;  // numbers of parts, grouped by entry
  Rollup scratch_;
  std::size_t deltas_bytes_ = 0;  // of the last tally
  PaneSeconds seconds_;

  std::vector<uint32_t> block_places_;  // by room: its place in block_keys_, or kNone
  std::vector<std::string_view> block_keys_;
  std::vector<uint32_t> block_rooms_;  // rooms with a place, to reset quickly
  std::string block_records_;
  uint32_t records_ = 0;  // in block_records_
  Contribution contribution_;
};

}  // namespace roomtone::tally
