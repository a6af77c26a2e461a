#include "people/list_rooms.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace roomtone::people {

namespace {

/// Which of the topics a list makes rooms of, by their numbers.
Result<std::vector<uint32_t>> chosen_topics(const List& list, std::span<const std::string> topic_keys) {
  std::vector<uint32_t> chosen;
  if (!list.topics) {
    for (uint32_t i = 0; i < topic_keys.size(); ++i) chosen.push_back(i);
    return chosen;
  }
  for (const std::string& id : *list.topics) {
    const auto at = std::ranges::find(topic_keys, "t/" + id);
    if (at == topic_keys.end())
      return fail(ErrorCode::invalid_argument, "list '" + list.id + "': topics: got '" + printable(id, 80) +
                                                   "', expected the id of a topic of the configuration");
    chosen.push_back(static_cast<uint32_t>(at - topic_keys.begin()));
  }
  return chosen;
}

}  // namespace

Result<ListRooms> ListRooms::plan(const Lists& lists, std::vector<std::string>& keys) {
  ListRooms rooms;
  const std::vector<std::string> topic_keys(keys.begin() + 1, keys.end());
  std::vector<std::vector<uint32_t>> topics_of;
  std::size_t asked = 0;
  for (const List& list : lists.all()) {
    const std::size_t roles = list.roles.size();
    asked += (list.rooms.list ? 1 : 0) + (list.rooms.roles ? roles : 0);
    auto& chosen = topics_of.emplace_back();
    if (!list.rooms.topics && !list.rooms.topic_roles) continue;
    auto found = chosen_topics(list, topic_keys);
    if (!found) return tl::unexpected(std::move(found.error()));
    chosen = std::move(*found);
    asked += chosen.size() * ((list.rooms.topics ? 1 : 0) + (list.rooms.topic_roles ? roles : 0));
  }
  if (asked > limits::kListRooms)
    return fail(ErrorCode::invalid_argument, "lists: got " + std::to_string(asked) + " rooms, expected at most " +
                                                 std::to_string(limits::kListRooms) +
                                                 "; name fewer in a list's `rooms`, or its `topics`");

  keys.reserve(keys.size() + asked);
  for (std::size_t i = 0; i < lists.all().size(); ++i) {
    const List& list = lists.all()[i];
    const auto add = [&](const std::string& around, bool whole, bool roles) {
      Block block;
      const std::string key = around + "c/" + list.id;
      if (whole) {
        block.whole = static_cast<uint32_t>(keys.size());
        keys.push_back(key);
      }
      if (roles) {
        block.roles = static_cast<uint32_t>(keys.size());
        for (const std::string& role : list.roles) keys.push_back(key + "/r/" + role);
      }
      return block;
    };
    Plan& plan = rooms.plans_.emplace_back();
    plan.list = add("", list.rooms.list, list.rooms.roles);
    plan.topics = list.rooms.topics;
    plan.topic_roles = list.rooms.topic_roles;
    if (topics_of[i].empty()) continue;
    plan.of_topic.assign(topic_keys.size(), kNone);
    for (const uint32_t topic : topics_of[i]) {
      if (plan.of_topic[topic] != kNone) continue;  // named twice
      const Block block = add(topic_keys[topic] + "/", plan.topics, plan.topic_roles);
      plan.of_topic[topic] = plan.topics ? block.whole : block.roles;
    }
  }
  rooms.size_ = asked;
  return rooms;
}

bool ListRooms::append(const Block& block, uint32_t role, uint32_t topic, std::size_t first,
                       std::vector<ListRoom>& out) {
  const std::size_t more = (block.whole != kNone ? 1 : 0) + (block.roles != kNone ? 1 : 0);
  if (out.size() - first + more > limits::kListRoomsPerMessage) return false;
  if (block.whole != kNone) out.push_back({block.whole, topic});
  if (block.roles != kNone) out.push_back({block.roles + role, topic});
  return true;
}

bool ListRooms::of(std::span<const Membership> memberships, std::span<const uint32_t> topics,
                   std::vector<ListRoom>& out) const {
  const std::size_t first = out.size();
  for (const Membership& m : memberships)
    if (!append(plans_[m.list].list, m.role, ListRoom::kNoTopic, first, out)) return false;
  for (const Membership& m : memberships) {
    const Plan& plan = plans_[m.list];
    if (plan.of_topic.empty()) continue;
    for (const uint32_t topic : topics) {
      const uint32_t begin = plan.of_topic[topic];
      if (begin == kNone) continue;
      Block block;
      if (plan.topics) block.whole = begin;
      if (plan.topic_roles) block.roles = begin + (plan.topics ? 1 : 0);
      if (!append(block, m.role, topic, first, out)) return false;
    }
  }
  return true;
}

}  // namespace roomtone::people
