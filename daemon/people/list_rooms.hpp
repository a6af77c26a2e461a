#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "people/lists.hpp"

namespace roomtone::people {

/// A room that a message falls into because of who wrote it.
struct ListRoom {
  static constexpr uint32_t kNoTopic = std::numeric_limits<uint32_t>::max();

  uint32_t room;   // index into the catalog's keys
  uint32_t topic;  // of which it is a part, or kNoTopic
  friend bool operator==(const ListRoom&, const ListRoom&) = default;
};

/// Which rooms the lists make, and which of them a message falls into. Immutable; shared by workers.
class ListRooms {
 public:
  ListRooms() = default;

  /// Appends the keys of all rooms of `lists` to `keys`, which holds "room" and then a room for each topic. Errors name
  /// the list, and how many rooms were asked for.
  [[nodiscard]] static Result<ListRooms> plan(const Lists& lists, std::vector<std::string>& keys);

  /// Appends the rooms of a message: `topics` are the numbers of its topics. Those without a topic come first; a room
  /// and that of the role in it come together. False: there were more than limits::kListRoomsPerMessage.
  [[nodiscard]] bool of(std::span<const Membership> memberships, std::span<const uint32_t> topics,
                        std::vector<ListRoom>& out) const;

  /// How many there are.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

  /// A room, and behind it one for each role; either may be missing.
  struct Block {
    uint32_t whole = kNone;
    uint32_t roles = kNone;
  };
  struct Plan {
    Block list;
    bool topics = false;
    bool topic_roles = false;
    std::vector<uint32_t> of_topic;  // where each topic's block begins, or kNone; empty: no topic has one
  };

  [[nodiscard]] static bool append(const Block& block, uint32_t role, uint32_t topic, std::size_t first,
                                   std::vector<ListRoom>& out);

  std::vector<Plan> plans_;  // by list
  std::size_t size_ = 0;
};

}  // namespace roomtone::people
