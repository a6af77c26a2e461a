#include "alerts/alert_book.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "alerts/alert_bytes.hpp"
#include "unit/alerts/alert_script.hpp"

namespace roomtone::alerts {
namespace {

constexpr int64_t kLearnt = kScriptStart + 2 * 3600;

/// A book of rooms that are learnt, up to kLearnt.
struct Learnt {
  Scene scene;
  AlertBook book;
  MadeUpRoom random{3};

  explicit Learnt(AlertRules rules, const std::vector<std::string>& keys) : book(std::move(rules)) {
    for (const std::string& key : keys) scene.rooms[key] = {};
    for (int64_t s = kScriptStart; s < kLearnt; ++s) second(s, 0.0);
  }
  void second(int64_t at, double mean) {
    for (const auto& [key, talk] : scene.rooms) book.hear(key, random.second(at, 4, mean));
    book.advance(at + 1, {}, scene);
  }
  std::vector<AlertChange> fall() {
    for (int64_t s = kLearnt; s < kLearnt + 120; ++s) second(s, -0.2);
    return book.take_changes();
  }
};

TEST(AlertBook, SaysWithAnAlertWhatMovedIt) {
  Learnt room({}, {"t/derby"});
  room.scene.rooms["t/derby"].tone = -0.2;
  const auto changes = room.fall();
  ASSERT_EQ(changes.size(), 1);
  const Alert& alert = changes[0].alert;
  EXPECT_EQ(alert.rule, "tone-shift");
  EXPECT_EQ(alert.severity, "warning");
  EXPECT_NEAR(*alert.tone_before, 0, 0.1);
  EXPECT_DOUBLE_EQ(*alert.tone_now, -0.2);
  EXPECT_GE(alert.n, 20);
  EXPECT_EQ(alert.words_down, std::vector<std::string>{"lame"});
  EXPECT_EQ(alert.id, "t/derby/tone-shift/" + std::to_string(micros(alert.starts) / 1'000'000));
  EXPECT_NE(alert.sentence.find("fell from"), std::string::npos) << alert.sentence;
  EXPECT_NE(alert.sentence.find("'lame' pulls it down."), std::string::npos) << alert.sentence;
}

TEST(AlertBook, AsksForFiguresOnlyWhenAnAlertMayBeDue) {
  Learnt room({}, {"t/derby"});
  EXPECT_EQ(room.scene.asked, 0);
}

TEST(AlertBook, WatchesNoMoreRoomsThanItMay) {
  Learnt room({.rooms_max = 1}, {"t/a", "t/b"});
  EXPECT_EQ(room.book.rooms(), 1);
  EXPECT_EQ(room.book.unwatched(), 2 * 3600);
  for (const AlertChange& change : room.fall()) EXPECT_EQ(change.alert.key, "t/a");
}

TEST(AlertBook, RaisesNoMoreAtATimeThanItMay) {
  Learnt room({.open_max = 2}, {"t/a", "t/b", "t/c"});
  EXPECT_EQ(room.fall().size(), 2);
  EXPECT_EQ(room.book.left_out(), 1);
  EXPECT_EQ(room.book.open()[0], 2);
}

TEST(AlertBook, RaisesManyOneAfterTheOther) {
  std::vector<std::string> keys;
  for (int i = 0; i < 100; ++i) keys.push_back("t/topic" + std::to_string(i));
  Learnt room({}, keys);
  room.scene.asked = 0;
  int asked_most = 0;
  for (int64_t s = kLearnt; s < kLearnt + 120; ++s) {
    const int before = room.scene.asked;
    room.second(s, -0.2);
    asked_most = std::max(asked_most, room.scene.asked - before);
  }
  EXPECT_EQ(room.book.open()[0], 100);
  EXPECT_LE(asked_most, 32 * 5);  // findings in one second, windows of each
}

TEST(AlertBook, AsksForFiguresSeldomWhereNobodyIsHeard) {
  Learnt room({}, {"t/derby"});
  room.scene.rooms["t/derby"].voices = 1;
  for (int64_t s = kLearnt; s < kLearnt + 600; ++s) room.second(s, -0.2);
  EXPECT_GT(room.scene.asked, 0);
  EXPECT_LE(room.scene.asked, 5 * 600 / 30);
}

TEST(AlertBook, GivesUrgentRowsAtOnceAndOthersInTime) {
  Learnt room({}, {"t/a", "t/b"});
  EXPECT_EQ(room.book.take_rows(10, 10, 100).size(), 3);  // both, and what they share
  room.second(kLearnt, 0);
  EXPECT_TRUE(room.book.take_rows(15, 5, 100).empty());
  EXPECT_EQ(room.book.take_rows(20, 10, 100).size(), 3);
  room.scene.rooms.erase("t/b");
  for (int64_t s = kLearnt + 1; s < kLearnt + 120; ++s) room.second(s, -0.2);
  ASSERT_FALSE(room.book.take_changes().empty());
  const auto rows = room.book.take_rows(21, 0, 100);
  ASSERT_EQ(rows.size(), 2);
  EXPECT_EQ(rows[0].key, "t/a");
  EXPECT_EQ(rows[1].key, "");
}

TEST(AlertBook, GivesNoMoreRowsAtATimeThanAsked) {
  Learnt room({}, {"t/a", "t/b", "t/c"});
  EXPECT_EQ(room.book.take_rows(10, 10, 2).size(), 3);  // two and the shared one
  EXPECT_EQ(room.book.take_rows(10, 10, 2).size(), 2);
  EXPECT_TRUE(room.book.take_rows(10, 10, 2).empty());
}

TEST(AlertBook, RestartedFromAllRowsGoesOnTheSame) {
  Learnt whole({}, {"t/a", "t/b"});
  AlertBook again({});
  auto rows = whole.book.take_rows(1, 1, 100);
  EXPECT_TRUE(again.recover("", rows.back().bytes));
  rows.pop_back();
  for (const AlertStateRow& row : rows) EXPECT_TRUE(again.recover(row.key, row.bytes));
  for (int64_t s = kLearnt; s < kLearnt + 7200; ++s) {
    for (const auto& [key, talk] : whole.scene.rooms) {
      const Slice slice = whole.random.second(s, 3, s < kLearnt + 600 ? -0.2 : 0.1);
      whole.book.hear(key, slice);
      again.hear(key, slice);
    }
    whole.book.advance(s + 1, {}, whole.scene);
    again.advance(s + 1, {}, whole.scene);
  }
  const auto expected = whole.book.take_changes();
  const auto got = again.take_changes();
  ASSERT_FALSE(expected.empty());
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i].alert, expected[i].alert);
}

TEST(AlertBook, RefusesRowsThatAreCut) {
  Learnt room({}, {"t/derby"});
  room.fall();
  const auto rows = room.book.take_rows(1, 1, 100);
  ASSERT_EQ(rows.size(), 2);
  for (const AlertStateRow& row : rows) {
    for (std::size_t size = 0; size < row.bytes.size(); ++size) {
      AlertBook book({});
      EXPECT_FALSE(book.recover(row.key, std::string_view(row.bytes).substr(0, size))) << size;
    }
  }
}

TEST(AlertBytes, GiveTheAlertBack) {
  Alert alert;
  alert.kind = AlertKind::volume_drop;
  alert.state = AlertState::unknown;
  alert.key = "t/derby";
  alert.rule = "volume-drop";
  alert.severity = "page";
  alert.id = "t/derby/volume-drop/5";
  alert.starts = instant_of_micros(5'000'000);
  alert.changed = instant_of_micros(6'000'000);
  alert.tone_now = -0.25;
  alert.rate_before = 12.5;
  alert.n = 3;
  alert.voices = 2;
  alert.words_up = {"a", "b"};
  alert.communities = {"t/derby/c/x"};
  alert.sentence = "It fell.";
  alert.telling = AlertTelling::silenced;
  alert.silenced_by = "s3";
  std::string bytes;
  ByteWriter out(bytes);
  encode_alert(alert, out);
  ByteReader in(bytes);
  Alert read;
  ASSERT_TRUE(decode_alert(in, read, 2));
  EXPECT_TRUE(in.at_end());
  EXPECT_EQ(read, alert);
}

TEST(AlertBytes, OfTheFirstVersionAreOfAnAlertThatWasTold) {
  Alert alert;
  alert.id = "t/derby/volume-drop/5";
  std::string bytes;
  ByteWriter out(bytes);
  encode_alert(alert, out);
  bytes.resize(bytes.size() - 2);  // how it is told, and by which silence
  ByteReader in(bytes);
  Alert read;
  read.telling = AlertTelling::in_digest;
  ASSERT_TRUE(decode_alert(in, read, 1));
  EXPECT_TRUE(in.at_end());
  EXPECT_EQ(read, alert);
}

}  // namespace
}  // namespace roomtone::alerts
