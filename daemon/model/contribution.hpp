#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "model/rollup.hpp"
#include "model/tiers.hpp"

namespace roomtone {

/// The mood that a message has in one room, where it is not the one that it has elsewhere.
struct RoomMood {
  uint32_t room;
  Mood mood;

  friend bool operator==(const RoomMood&, const RoomMood&) = default;
};

/// What one message added, kept so that it can be recognised when repeated and taken back when edited or deleted; or
/// a delete, in its place in the order of arrival.
///
/// Contributions travel in blocks: a table of room keys, then records that name rooms by their place in it. A block
/// is written once by a worker and kept as it is, in memory and as a row, until the correction horizon has passed.
struct Contribution {
  bool retraction =
      false;             // take `id` back, or else what has that alias; nothing but these and version means something
  bool renames = false;  // a repeat that brought another alias of `id`; nothing but these two means something
  uint64_t id = 0;       // keyed hash of network and message id
  uint64_t alias = 0;    // keyed hash of the id that deletes of its source use where it is another one; 0 for none
  uint64_t version = 0;  // of the text; the higher one holds
  SpanIndex pane = 0;
  MessagePart part;             // its mark is `id`
  std::vector<uint32_t> rooms;  // places in the block's key table
  std::vector<RoomMood> moods;  // of some of the rooms, in their order, where it is not that of `part`

  /// Calls `room_part(room, part)` for every room, with what the message added there.
  template <typename RoomPart>
  void for_each_room(RoomPart room_part) const {
    auto own = moods.begin();
    for (const uint32_t room : rooms) {
      MessagePart there = part;
      if (own != moods.end() && own->room == room) there.mood = (own++)->mood;
      room_part(room, there);
    }
  }
};

/// Writes a block: `keys` first, then records in the order of arrival.
void begin_block(const std::vector<std::string_view>& keys, std::string& block);
void encode_contribution(const Contribution& contribution, std::string& block);

/// Reads a block. `offset` of a record allows reading it again alone.
class BlockReader {
 public:
  explicit BlockReader(std::string_view block);

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] const std::vector<std::string_view>& keys() const { return keys_; }
  [[nodiscard]] bool at_end() const { return at_ == block_.size(); }
  [[nodiscard]] std::size_t offset() const { return at_; }
  void seek(std::size_t offset) { at_ = offset; }

  /// Reads the record at the offset into `into` (reusing its memory) and moves on. False: malformed.
  [[nodiscard]] bool next(Contribution& into);

 private:
  std::string_view block_;
  std::vector<std::string_view> keys_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace roomtone
