#include "room/room.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <optional>
#include <random>

#include "model/contribution.hpp"
#include "model/delta.hpp"
#include "model/figures.hpp"
#include "support/pane_map.hpp"

namespace roomtone::room {
namespace {

constexpr Instant kNine{std::chrono::microseconds(1'767'258'000'000'000)};  // 2026-01-01T09:00:00Z

MessagePart said(uint64_t author, int32_t valence_micro = 500'000) {
  MessagePart part;
  part.author = sketch_hash(author * 0x9e3779b97f4a7c15ULL);
  part.signature = sketch_hash(part.author * 3);
  part.mood = {valence_micro, valence_micro > 0 ? MoodLabel::positive : MoodLabel::negative, true};
  return part;
}

/// Tallies of one source, as a worker would make them.
class Script {
 public:
  Tally tally(std::initializer_list<std::pair<Instant, MessagePart>> messages, std::string_view key = "room") {
    Tally tally;
    tally.sequence = ++sequence_;
    tally.next_cursor = std::to_string(sequence_);
    for (const auto& [at, part] : messages) {
      Rollup one;
      add_part(one, part, span_of(at, Tier::pane), 1);
      encode_delta(key, span_of(at, Tier::pane), one, tally.deltas);
      tally.newest_event = std::max(tally.newest_event, at);
      ++tally.ledger[Column::counted];
    }
    return tally;
  }
  /// A message that can be taken back, under an id.
  Tally contribution(uint64_t id, uint64_t version, Instant at, MessagePart part) {
    part.mark = id;
    Tally tally = this->tally({{at, part}});
    begin_block({"room"}, tally.contributions);
    Contribution c;
    c.id = id;
    c.version = version;
    c.pane = span_of(at, Tier::pane);
    c.part = part;
    c.rooms = {0};
    encode_contribution(c, tally.contributions);
    return tally;
  }
  Tally retraction(uint64_t id) {
    Tally tally = this->tally({});
    ++tally.ledger[Column::retraction];
    begin_block({}, tally.contributions);
    Contribution c;
    c.retraction = true;
    c.id = id;
    encode_contribution(c, tally.contributions);
    return tally;
  }

 private:
  uint64_t sequence_ = 0;
};

class RoomTest : public testing::Test {
 protected:
  RoomTest() { make(); }
  void make() { room_.emplace(options(), recovered_, rows_, now_); }
  static RoomOptions options() {
    RoomOptions options;
    options.sources = {{"script", false}};
    return options;
  }
  void hear(Tally&& tally) { room_->merge(std::move(tally), now_); }
  Commit commit(bool everything = false) {
    Commit commit = room_->commit(kNine, now_, last_, everything);
    rows_.write(commit);
    last_ = commit.sequence;
    return commit;
  }
  /// The updates of `room` with this window, from one commit.
  static std::vector<Update> of(const Commit& commit, WindowSize window) {
    std::vector<Update> found;
    for (const Update& update : commit.updates)
      if (update.atmosphere.window == window) found.push_back(update);
    return found;
  }
  /// The only pane row of `room` in a commit.
  static Rollup rollup_of(const Commit& commit) {
    Rollup rollup;
    for (const PaneRow& row : commit.panes)
      if (row.tier == Tier::pane) {
        EXPECT_TRUE(merge_encoded_rollup(row.rollup, rollup));
      }
    return rollup;
  }
  const Ledger& ledger() { return room_->sources()[0].ledger; }
  int64_t total() { return room_->panes().said_in_room(); }
  void wait(std::chrono::milliseconds by) { now_ += by; }

  Script script_;
  Recovered recovered_;
  test::PaneMap rows_;
  Mono now_{std::chrono::hours(1)};
  uint64_t last_ = 0;
  std::optional<Room> room_;
};

TEST_F(RoomTest, TheFirstMessageIsPublishedInEveryWindowAsPartial) {
  hear(script_.tally({{kNine, said(1)}}));
  const Commit made = commit();
  ASSERT_EQ(made.updates.size(), kWindowSizes);
  for (const Update& update : made.updates) {
    EXPECT_EQ(update.atmosphere.state, WindowState::partial);
    EXPECT_EQ(update.atmosphere.figures.n, 1);
    EXPECT_EQ(update.key_seq, 1u);
    EXPECT_EQ(update.atmosphere.end - update.atmosphere.start, spec_of(update.atmosphere.window).size);
  }
}

TEST_F(RoomTest, AnUnchangedWindowIsNotSentAgainButForAKeepAlive) {
  hear(script_.tally({{kNine, said(1)}}));
  (void)commit();
  wait(2s);
  EXPECT_TRUE(of(commit(), WindowSize::minute).empty());
  wait(61s);
  EXPECT_EQ(of(commit(), WindowSize::minute).size(), 1u);
}

TEST_F(RoomTest, AWindowIsSentAgainWhenAnythingThatIsPublishedOfItHasChanged) {
  MessagePart part = said(1);
  hear(script_.contribution(7, 1, kNine, part));
  (void)commit();
  part.traits = 1U << static_cast<unsigned>(Trait::reply);  // an edit, by which no count and no sum is another
  hear(script_.contribution(7, 2, kNine, part));
  wait(1s);
  const auto sent = of(commit(), WindowSize::minute);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].atmosphere.figures.n, 1);
  EXPECT_EQ(sent[0].atmosphere.figures.reply_share, 1);
}

TEST_F(RoomTest, ALongerWindowDampsLess) {
  for (int i = 0; i < 30; ++i) {
    MessagePart part = said(1, -500'000);
    part.mark = static_cast<uint64_t>(i);
    part.signature = sketch_hash((part.mark + 1) * 0x9e3779b97f4a7c15ULL);  // of a text of its own: no campaign
    hear(script_.tally({{kNine, part}}));
  }
  hear(script_.tally({{kNine, said(2)}}));
  const Commit made = commit();
  const auto tone = [&](WindowSize window) { return *of(made, window).at(0).atmosphere.figures.reputable.tone; };
  const auto of_one = [](double weight) { return (0.5 - 0.5 * weight) / (1 + weight); };
  EXPECT_NEAR(tone(WindowSize::minute), of_one(6 + std::log(25.0)), 1e-9);
  EXPECT_NEAR(tone(WindowSize::day), of_one(30), 1e-9);
}

TEST_F(RoomTest, APartialWindowIsSentAtMostOnceASecond) {
  hear(script_.tally({{kNine, said(1)}}));
  (void)commit();
  hear(script_.tally({{kNine + 1s, said(2)}}));
  wait(999ms);
  EXPECT_TRUE(of(commit(), WindowSize::minute).empty());
  wait(1ms);
  const auto sent = of(commit(), WindowSize::minute);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].atmosphere.revision, 2u);
  EXPECT_EQ(sent[0].atmosphere.figures.n, 2);
}

TEST_F(RoomTest, AWindowIsFinalOnceTheGraceHasPassed) {
  hear(script_.tally({{kNine + 1s, said(1)}}));
  (void)commit();
  wait(1s);
  hear(script_.tally({{kNine + 14'999ms, said(2)}}));
  for (const Update& update : of(commit(), WindowSize::minute))
    EXPECT_EQ(update.atmosphere.state, WindowState::partial);
  wait(1s);
  hear(script_.tally({{kNine + 15s, said(3)}}));
  const auto sent = of(commit(), WindowSize::minute);
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent[0].atmosphere.state, WindowState::final);
  EXPECT_EQ(sent[0].atmosphere.end, kNine + 10s);
  EXPECT_EQ(sent[0].atmosphere.figures.n, 1);
}

TEST_F(RoomTest, AWindowsFinalIsItsNextRevision) {
  hear(script_.tally({{kNine + 1s, said(1)}}));
  (void)commit();
  wait(1s);
  hear(script_.tally({{kNine + 11s, said(2)}}));
  (void)commit();  // a newer window, before the grace of the first has passed
  wait(1s);
  hear(script_.tally({{kNine + 15s, said(3)}}));
  const auto sent = of(commit(), WindowSize::minute);
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent[0].atmosphere.end, kNine + 10s);
  EXPECT_EQ(sent[0].atmosphere.revision, 2u);
}

TEST_F(RoomTest, ARestartGoesOnWithSequencesAndRevisions) {
  hear(script_.tally({{kNine, said(1)}}));
  const Commit made = commit(true);
  recovered_.sequence = made.sequence;
  recovered_.global_seq = made.global_seq;
  recovered_.rooms = {made.rooms.back()};
  recovered_.sources = made.sources;
  make();
  const auto sent = of(commit(), WindowSize::minute);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].atmosphere.revision, 2u);
  EXPECT_EQ(sent[0].key_seq, 2u);
  EXPECT_GT(sent[0].global_seq, made.global_seq);
}

TEST_F(RoomTest, ALateMessageCorrectsTheLastClosedWindow) {
  hear(script_.tally({{kNine + 1s, said(1)}}));
  hear(script_.tally({{kNine + 15s, said(2)}}));
  (void)commit();
  wait(1s);
  hear(script_.tally({{kNine + 2s, said(3)}}));
  const auto sent = of(commit(), WindowSize::minute);
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent[0].atmosphere.state, WindowState::corrected);
  EXPECT_EQ(sent[0].atmosphere.end, kNine + 10s);
  EXPECT_EQ(sent[0].atmosphere.figures.n, 2);
}

TEST_F(RoomTest, KeySequencesGrowByOneAndGlobalOnesToo) {
  uint64_t global = 0;
  std::map<WindowSize, uint64_t> last;
  for (int second = 0; second < 120; ++second) {
    hear(script_.tally({{kNine + std::chrono::seconds(second), said(static_cast<uint64_t>(second) + 1)}}));
    for (const Update& update : commit().updates) {
      EXPECT_EQ(update.key_seq, ++last[update.atmosphere.window]);
      EXPECT_EQ(update.global_seq, ++global);
    }
    wait(1s);
  }
  EXPECT_GT(global, 100u);
}

TEST_F(RoomTest, ARepeatIsDroppedAndLeavesThePanesAsTheyWere) {
  hear(script_.contribution(7, 1, kNine, said(1)));
  const Rollup once = rollup_of(commit(true));
  hear(script_.contribution(7, 1, kNine, said(1)));
  const Rollup twice = rollup_of(commit(true));
  EXPECT_EQ(once, twice);
  EXPECT_EQ(ledger()[Column::counted], 1);
  EXPECT_EQ(ledger()[Column::duplicate], 1);
}

TEST_F(RoomTest, ANewerVersionReplacesAndAnOlderOneDoesNot) {
  hear(script_.contribution(7, 2, kNine, said(1, 900'000)));
  hear(script_.contribution(7, 1, kNine, said(1, -900'000)));
  EXPECT_EQ(rollup_of(commit(true)).valence_micro_sum, 900'000);
  hear(script_.contribution(7, 3, kNine, said(1, 100'000)));
  const Rollup replaced = rollup_of(commit(true));
  EXPECT_EQ(replaced.valence_micro_sum, 100'000);
  EXPECT_EQ(replaced.n, 1);
  EXPECT_EQ(ledger()[Column::counted] - ledger()[Beside::retracted], total());
}

TEST_F(RoomTest, ADeleteTakesBackOnceAndItsRepeatFindsNothing) {
  hear(script_.contribution(7, 1, kNine, said(1)));
  hear(script_.retraction(7));
  hear(script_.retraction(7));
  EXPECT_EQ(total(), 0);
  EXPECT_EQ(ledger()[Beside::retracted], 1);
  EXPECT_EQ(ledger()[Beside::retraction_unmatched], 1);
  // What was deleted does not come back with a replayed stream.
  hear(script_.contribution(7, 1, kNine, said(1)));
  EXPECT_EQ(total(), 0);
  EXPECT_EQ(ledger()[Column::duplicate], 1);
}

TEST_F(RoomTest, AfterTheLastSourceHasEndedEveryNewestWindowIsFinal) {
  Tally tally = script_.tally({{kNine + 3s, said(1)}});
  tally.last = true;
  hear(std::move(tally));
  const Commit made = commit(true);
  ASSERT_EQ(made.updates.size(), kWindowSizes);
  for (const Update& update : made.updates) EXPECT_EQ(update.atmosphere.state, WindowState::final);
}

TEST_F(RoomTest, ACommitWithEverythingLeavesNoJournal) {
  hear(script_.tally({{kNine, said(1)}}));
  const Commit made = commit(true);
  EXPECT_TRUE(made.deltas.empty());
  EXPECT_EQ(made.journal_from, made.sequence + 1);
  EXPECT_EQ(made.panes.size(), 1u);
}

TEST_F(RoomTest, ARowFollowsItsJournalWithinTenSeconds) {
  hear(script_.tally({{kNine, said(1)}}));
  EXPECT_TRUE(commit().panes.empty());
  wait(10s);
  const Commit made = commit();
  EXPECT_EQ(made.panes.size(), 1u);
}

TEST_F(RoomTest, S23_TheShareOfVoicesThatPostByTheClockIsPublished) {
  std::mt19937_64 random(23);
  std::uniform_int_distribution<int64_t> gap(1'000'000, 600'000'000);
  std::map<Instant, uint64_t> posts;
  for (uint64_t author = 1; author <= 8; ++author) {
    Instant at = kNine + std::chrono::microseconds(author);
    for (int i = 0; i < 12; ++i) {
      posts[at] = author;
      at += author <= 2 ? 5min : std::chrono::microseconds(gap(random));
    }
  }
  for (const auto& [at, author] : posts) {
    Tally tally = script_.tally({{at, said(author)}});
    tally.beats = {{said(author).author, at}};
    hear(std::move(tally));
  }
  const auto sent = of(commit(), WindowSize::day);
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent.back().atmosphere.figures.voices, 8);
  EXPECT_EQ(sent.back().atmosphere.figures.periodic_share, 2.0 / 8);
}

TEST_F(RoomTest, S23_AWindowIsSentAgainWhenAVoiceOfItTurnsOutToPostByTheClock) {
  hear(script_.tally({{kNine, said(1)}}));
  (void)commit();
  for (int i = 0; i < 12; ++i) {
    Tally tally = script_.contribution(7, 1, kNine, said(1));  // counted the first time only
    tally.beats = {{said(1).author, kNine + i * 1min}};
    hear(std::move(tally));
  }
  wait(60s);
  const auto sent = of(commit(), WindowSize::day);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].atmosphere.figures.periodic_share, 1);
}

// Whatever the order and the cuts, from what was said in it alone: to the last bit.
TEST_F(RoomTest, S54_EveryPublishedWindowIsComputedAgainFromItsMessages) {
  std::mt19937_64 random(54);
  std::vector<std::pair<Instant, MessagePart>> log;
  std::vector<Update> published;
  const auto publish = [&] {
    for (Update& update : of(commit(), WindowSize::five_minutes))
      if (update.atmosphere.state != WindowState::partial) published.push_back(std::move(update));
  };
  room_->set_scorer("scorer-1");
  for (int second = 0; second < 900; second += 3) {
    Tally tally = script_.tally({});
    for (uint64_t i = random() % 6; i > 0; --i) {
      const Instant at = kNine + std::chrono::seconds(second) - std::chrono::milliseconds(random() % 12'000);
      MessagePart part = said(1 + random() % 500, static_cast<int32_t>(random() % 2'000'001) - 1'000'000);
      part.signature = sketch_hash((1 + random() % 400) * 0x9e3779b97f4a7c15ULL);
      part.traits = static_cast<uint8_t>(random());
      part.mark = random() % 10'000'000;
      log.emplace_back(at, part);
      Rollup one;
      add_part(one, part, span_of(at, Tier::pane), 1);
      encode_delta("room", span_of(at, Tier::pane), one, tally.deltas);
      tally.newest_event = std::max(tally.newest_event, at);
    }
    hear(std::move(tally));
    wait(3s);
    publish();
  }
  ASSERT_GT(published.size(), 60u);
  std::ranges::shuffle(log, random);
  for (const Update& update : published) {
    const Atmosphere& a = update.atmosphere;
    // A correction comes when its message is heard; what came after the window was sent is not in it.
    const bool newest = std::ranges::none_of(published, [&](const Update& later) {
      return later.atmosphere.end == a.end && later.atmosphere.revision > a.revision;
    });
    if (!newest) continue;
    Rollup again;
    Rollup all_but_one;
    for (const auto& [at, part] : log) {
      if (at < a.start || at >= a.end) continue;
      if (again.n > 0) add_part(all_but_one, part, span_of(at, Tier::pane), 1);
      add_part(again, part, span_of(at, Tier::pane), 1);
    }
    EXPECT_EQ(a.figures, figures_of(again, {nullptr, 5min}));
    EXPECT_NE(a.figures, figures_of(all_but_one, {nullptr, 5min}));
    EXPECT_EQ(a.scorer, "scorer-1");
  }
}

TEST_F(RoomTest, AListsRoomIsComparedWithTheOthersAroundIt) {
  for (uint64_t author = 1; author <= 60; ++author) {
    const bool listed = author <= 30;
    const MessagePart part = said(author, (listed ? -500'000 : 300'000) + (author % 2 == 0 ? 100'000 : -100'000));
    for (const char* key : {"room", "t/derby"}) hear(script_.tally({{kNine, part}}, key));
    if (!listed) continue;
    hear(script_.tally({{kNine, part}}, "c/racing"));
    hear(script_.tally({{kNine, part}}, "t/derby/c/racing"));
  }
  std::map<std::string, std::optional<Divergence>> found;
  for (const Update& update : of(commit(), WindowSize::minute))
    found[update.atmosphere.key] = update.atmosphere.divergence;
  ASSERT_EQ(found.size(), 4u);
  EXPECT_FALSE(found["room"]);
  EXPECT_FALSE(found["t/derby"]);
  for (const auto& [key, around] : {std::pair("c/racing", "room"), std::pair("t/derby/c/racing", "t/derby")}) {
    ASSERT_TRUE(found[key]) << key;
    EXPECT_EQ(found[key]->against, around);
    EXPECT_NEAR(found[key]->tone, -0.8 * 30 / 34, 1e-6);
    EXPECT_TRUE(found[key]->claimed);
  }
}

}  // namespace
}  // namespace roomtone::room
