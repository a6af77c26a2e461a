#include "room/seconds.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace roomtone::room {
namespace {

constexpr SpanIndex kPane = 176'725'800;  // begins at 1'767'258'000 s

MessagePart part(int64_t second, int32_t valence_micro, bool scored = true) {
  MessagePart made;
  made.mark = static_cast<uint64_t>(second) * 1'000'000 + 999'999;
  made.mood = {valence_micro, MoodLabel::neutral, scored};
  return made;
}

struct Rooms {
  RoomState derby;
  RoomState launch;
  Seconds seconds;
  std::vector<std::string> story;

  Rooms() {
    derby.key = "t/derby";
    derby.order = 2;
    launch.key = "t/launch";
    launch.order = 1;
  }
  void hear(RoomState& room, const std::vector<MessagePart>& parts, int64_t sign = 1) {
    PaneSeconds pane;
    for (const MessagePart& one : parts) pane.add(one, sign);
    std::string bytes;
    pane.take(bytes);
    ByteReader in(bytes);
    EXPECT_TRUE(seconds.add(room, kPane, in));
    EXPECT_TRUE(in.at_end());
  }
  std::vector<RoomSecond> take(int64_t seconds_of_pane) {
    std::vector<RoomSecond> out;
    seconds.take(
        kPane * 10 + seconds_of_pane, [&](const RoomSecond& one) { out.push_back(one); }, [](int64_t) {});
    return out;
  }
};

TEST(Seconds, HandOutEachSecondOnceWithItsSums) {
  Rooms rooms;
  rooms.hear(rooms.derby, {part(3, 500'000), part(3, -100'000), part(4, 0, false)});
  const auto out = rooms.take(10);
  ASSERT_EQ(out.size(), 2);
  EXPECT_EQ(out[0].second, kPane * 10 + 3);
  EXPECT_EQ(out[0].sums, (SecondSums{2, 2, 400'000, 260'000}));
  EXPECT_EQ(out[1].sums, (SecondSums{1, 0, 0, 0}));
  EXPECT_TRUE(rooms.take(10).empty());
  EXPECT_EQ(rooms.seconds.open(), 0);
}

TEST(Seconds, KeepWhatIsNotDueYet) {
  Rooms rooms;
  rooms.hear(rooms.derby, {part(3, 0), part(7, 0)});
  EXPECT_EQ(rooms.take(7).size(), 1);
  EXPECT_EQ(rooms.take(8).size(), 1);
}

TEST(Seconds, ComeInTheOrderOfTimeAndThenOfRoomsHoweverTheyWereHeard) {
  Rooms rooms;
  rooms.hear(rooms.derby, {part(5, 0)});
  rooms.hear(rooms.derby, {part(2, 0)});
  rooms.hear(rooms.launch, {part(2, 0)});
  const auto out = rooms.take(10);
  ASSERT_EQ(out.size(), 3);
  EXPECT_EQ(out[0].key, "t/launch");
  EXPECT_EQ(out[1].key, "t/derby");
  EXPECT_EQ(out[2].second, kPane * 10 + 5);
}

TEST(Seconds, CountWhatIsLate) {
  Rooms rooms;
  (void)rooms.take(5);
  rooms.hear(rooms.derby, {part(4, 0), part(5, 0)});
  EXPECT_EQ(rooms.seconds.late(), 1);
  EXPECT_EQ(rooms.take(10).size(), 1);
}

TEST(Seconds, AreAsIfARepeatHadNotBeen) {
  Rooms rooms;
  rooms.hear(rooms.derby, {part(4, 300'000)});
  rooms.hear(rooms.derby, {part(4, 300'000)});
  rooms.hear(rooms.derby, {part(4, 300'000)}, -1);
  const auto out = rooms.take(10);
  ASSERT_EQ(out.size(), 1);
  EXPECT_EQ(out[0].sums, (SecondSums{1, 1, 300'000, 90'000}));
}

TEST(Seconds, SayNothingOfASecondOfWhichNothingIsLeft) {
  Rooms rooms;
  rooms.hear(rooms.derby, {part(4, 300'000)});
  rooms.hear(rooms.derby, {part(4, 300'000)}, -1);
  EXPECT_TRUE(rooms.take(10).empty());
}

TEST(Seconds, RefuseBytesThatAreCut) {
  PaneSeconds pane;
  pane.add(part(1, 300'000), 1);
  std::string bytes;
  pane.take(bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Rooms rooms;
    ByteReader in(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(rooms.seconds.add(rooms.derby, kPane, in)) << size;
  }
}

}  // namespace
}  // namespace roomtone::room
