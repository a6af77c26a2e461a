#include "people/list_rooms.hpp"

#include <gtest/gtest.h>

namespace roomtone::people {
namespace {

ListSpec racing(RoomsWanted rooms) {
  ListSpec spec;
  spec.id = "racing";
  spec.rooms = rooms;
  for (const char* role : {"jockey", "trainer"}) {
    MemberSpec member;
    member.id = role;
    member.role = role;
    spec.members.push_back(member);
  }
  return spec;
}

struct Planned {
  Lists lists;
  ListRooms rooms;
  std::vector<std::string> keys{"room", "t/derby", "t/cup"};
};

Planned planned(std::vector<ListSpec> specs) {
  Planned plan;
  plan.lists = *Lists::compile(std::move(specs));
  auto rooms = ListRooms::plan(plan.lists, plan.keys);
  EXPECT_TRUE(rooms) << rooms.error().context;
  plan.rooms = std::move(*rooms);
  return plan;
}

std::vector<std::string> keys_of(const Planned& plan, std::vector<Membership> memberships,
                                 std::vector<uint32_t> topics) {
  std::vector<ListRoom> rooms;
  EXPECT_TRUE(plan.rooms.of(memberships, topics, rooms));
  std::vector<std::string> keys;
  for (const ListRoom& room : rooms) keys.push_back(plan.keys[room.room]);
  return keys;
}

using Keys = std::vector<std::string>;

TEST(ListRooms, AreThoseOfListRoleTopicAndRoleInATopic) {
  const Planned plan = planned({racing({true, true, true, true})});
  EXPECT_EQ(plan.rooms.size(), 9u);
  EXPECT_EQ(keys_of(plan, {{0, 1, 1}}, {1}),
            (Keys{"c/racing", "c/racing/r/trainer", "t/cup/c/racing", "t/cup/c/racing/r/trainer"}));
  EXPECT_EQ(keys_of(plan, {{0, 0, 0}}, {}), (Keys{"c/racing", "c/racing/r/jockey"}));
}

TEST(ListRooms, AreOnlyThoseThatWereAskedFor) {
  EXPECT_EQ(keys_of(planned({racing({false, true, false, true})}), {{0, 1, 1}}, {0}),
            (Keys{"c/racing/r/trainer", "t/derby/c/racing/r/trainer"}));
  EXPECT_EQ(keys_of(planned({racing({false, false, true, false})}), {{0, 1, 1}}, {0}), (Keys{"t/derby/c/racing"}));
  EXPECT_EQ(planned({racing({false, false, false, false})}).rooms.size(), 0u);
}

TEST(ListRooms, AreOfTheTopicsThatWereNamed) {
  ListSpec spec = racing({true, false, true, false});
  spec.topics = {"cup"};
  const Planned plan = planned({spec});
  EXPECT_EQ(keys_of(plan, {{0, 0, 0}}, {0, 1}), (Keys{"c/racing", "t/cup/c/racing"}));
}

TEST(ListRooms, RefuseATopicThatIsNotThere) {
  ListSpec spec = racing({true, false, true, false});
  spec.topics = {"regatta"};
  std::vector<std::string> keys{"room", "t/derby"};
  const auto rooms = ListRooms::plan(*Lists::compile({spec}), keys);
  ASSERT_FALSE(rooms);
  EXPECT_EQ(rooms.error().context,
            "list 'racing': topics: got 'regatta', expected the id of a topic of the configuration");
}

TEST(ListRooms, RefuseMoreThanTheirLimit) {
  std::vector<std::string> keys{"room"};
  for (int i = 0; i < 40'000; ++i) keys.push_back("t/t" + std::to_string(i));
  const auto rooms = ListRooms::plan(*Lists::compile({racing({true, false, true, true})}), keys);
  ASSERT_FALSE(rooms);
  EXPECT_EQ(rooms.error().context,
            "lists: got 120001 rooms, expected at most 100000; name fewer in a list's `rooms`, or its `topics`");
}

TEST(ListRooms, OfOneMessageAreLimitedAndKeepRoomAndRoleTogether) {
  std::vector<ListSpec> specs;
  std::vector<Membership> memberships;
  for (uint32_t i = 0; i < 33; ++i) {
    specs.push_back(racing({true, true, false, false}));
    specs.back().id = "l" + std::to_string(i);
    memberships.push_back({i, 0, 0});
  }
  const Planned plan = planned(std::move(specs));
  std::vector<ListRoom> rooms;
  EXPECT_FALSE(plan.rooms.of(memberships, {}, rooms));
  EXPECT_EQ(rooms.size(), 64u);
}

}  // namespace
}  // namespace roomtone::people
