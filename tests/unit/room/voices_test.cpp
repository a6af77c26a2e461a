#include <gtest/gtest.h>

#include <optional>

#include "base/limits.hpp"
#include "model/contribution.hpp"
#include "model/voice.hpp"
#include "room/room.hpp"
#include "support/pane_map.hpp"

namespace roomtone::room {
namespace {

constexpr Instant kNine{std::chrono::microseconds(1'767'258'000'000'000)};

VoiceNote note_of(std::string_view list, uint32_t record = VoiceNote::kNoRecord) {
  VoiceNote note;
  note.record = record;
  note.told = true;
  note.list = list;
  note.role = "jockey";
  note.time = kNine;
  note.seen = kNine + std::chrono::seconds(1);
  note.traits.link = true;
  note.lang = "en";
  note.author = "anna";
  note.topics = {"derby"};
  return note;
}

class Voices : public testing::Test {
 protected:
  Voices() { make(); }
  void make() {
    RoomOptions options;
    options.sources = {{"script", false}};
    room_.emplace(options, recovered_, rows_, now_);
  }
  void hear(const std::vector<VoiceNote>& notes, const std::vector<uint64_t>& ids = {}) {
    Tally tally;
    tally.sequence = ++sequence_;
    tally.arrival = kNine;
    for (const VoiceNote& note : notes) encode_voice(note, tally.voices);
    if (!ids.empty()) begin_block({"room"}, tally.contributions);
    for (const uint64_t id : ids) {
      Contribution c;
      c.id = id;
      c.version = 1;
      c.rooms = {0};
      encode_contribution(c, tally.contributions);
    }
    room_->merge(std::move(tally), now_);
    ASSERT_FALSE(room_->failure());
  }
  Commit commit() { return room_->commit(kNine, now_, 0, false); }

  Recovered recovered_;
  test::PaneMap rows_;
  Mono now_{std::chrono::seconds(1000)};
  uint64_t sequence_ = 0;
  std::optional<Room> room_;
};

TEST_F(Voices, TravelWholeFromWorkerToFeed) {
  hear({note_of("racing")});
  EXPECT_TRUE(room_->hurried());
  const Commit made = commit();
  ASSERT_EQ(made.voices.size(), 1u);
  VoiceEvent expected;
  expected.list = "racing";
  expected.role = "jockey";
  expected.time = kNine;
  expected.seen = kNine + std::chrono::seconds(1);
  expected.traits.link = true;
  expected.lang = "en";
  expected.author = "anna";
  expected.topics = {"derby"};
  EXPECT_EQ(made.voices[0].event, expected);
  EXPECT_EQ(made.voices[0].arrival, kNine);
  EXPECT_FALSE(room_->hurried());
}

TEST_F(Voices, HaveASequenceForEachListThatIsCommittedWithThem) {
  hear({note_of("racing"), note_of("press"), note_of("racing")});
  const Commit made = commit();
  ASSERT_EQ(made.voices.size(), 3u);
  EXPECT_EQ(made.voices[0].key_seq, 1u);
  EXPECT_EQ(made.voices[1].key_seq, 1u);
  EXPECT_EQ(made.voices[2].key_seq, 2u);
  EXPECT_LT(made.voices[0].global_seq, made.voices[1].global_seq);
  EXPECT_EQ(made.voice_rows, (std::vector<VoiceRow>{{"press", 1}, {"racing", 2}}));
  EXPECT_FALSE(made.empty());
  EXPECT_TRUE(commit().voice_rows.empty());
}

TEST_F(Voices, GoOnWithTheirSequenceAfterARestart) {
  recovered_.voices = {{"racing", 41}};
  make();
  hear({note_of("racing")});
  EXPECT_EQ(commit().voices.at(0).key_seq, 42u);
}

TEST_F(Voices, AreNotToldOfARepeat) {
  hear({note_of("racing", 0), note_of("racing", 1)}, {7, 7});
  EXPECT_EQ(commit().voices.size(), 1u);
  hear({note_of("racing", 0), note_of("press", 1)}, {7, 8});
  const Commit made = commit();
  ASSERT_EQ(made.voices.size(), 1u);
  EXPECT_EQ(made.voices[0].event.list, "press");
}

TEST_F(Voices, OfOneCommitAreLimitedAndTheRestIsCounted) {
  hear(std::vector<VoiceNote>(limits::kVoiceEventsPerCommit + 3, note_of("racing")));
  const Commit made = commit();
  EXPECT_EQ(made.voices.size(), limits::kVoiceEventsPerCommit);
  EXPECT_EQ(made.voices_dropped, 3u);
  hear({note_of("racing")});
  EXPECT_EQ(commit().voices.at(0).key_seq, limits::kVoiceEventsPerCommit + 1) << "what is dropped uses no sequence";
}

}  // namespace
}  // namespace roomtone::room
