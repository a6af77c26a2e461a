#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>

#include "model/delta.hpp"
#include "room/room.hpp"
#include "store/history.hpp"
#include "store/store.hpp"
#include "support/temporary_folder.hpp"

// A seed makes a stream with late messages, repeats and deletes, and a life of crashes: the process is thrown away
// between commits, with commits on disk that it never heard back from, and begins again from the store. Afterwards
// every figure equals that of a run which never crashed, and a plain recount.
namespace roomtone {
namespace {

constexpr Instant kStart{std::chrono::microseconds(1'767'258'000'000'000)};  // 2026-01-01T09:00:00Z

/// One step of the stream: what one batch holds.
struct Step {
  struct Said {
    std::string key;
    Instant at;
    MessagePart part;
    uint64_t id;  // 0: cannot be taken back
  };
  std::vector<Said> said;
  std::vector<uint64_t> deleted;
};

std::vector<Step> make_stream(std::mt19937_64& random, std::size_t steps) {
  std::vector<Step> stream(steps);
  Instant now = kStart;
  std::vector<uint64_t> alive;
  std::vector<Step::Said> repeatable;
  for (Step& step : stream) {
    now += std::chrono::milliseconds(random() % 60'000);
    for (std::size_t i = random() % 8; i > 0; --i) {
      Step::Said said;
      said.key = random() % 2 == 0 ? "room" : "t/topic" + std::to_string(random() % 4);
      // Most are of now; some are minutes late, a few a day.
      const uint64_t kind = random() % 20;
      said.at = now - std::chrono::milliseconds(kind == 0  ? random() % 90'000'000
                                                : kind < 4 ? random() % 900'000
                                                           : random() % 5000);
      said.part.author = (1 + random() % 600) << 16;
      said.part.signature = (1 + random() % 900) << 16;
      said.part.mood = {static_cast<int32_t>(random() % 2'000'001) - 1'000'000, MoodLabel::positive, true};
      said.id = random() % 3 == 0 ? 0 : random() | 1;
      if (said.id != 0) {
        alive.push_back(said.id);
        repeatable.push_back(said);
      }
      step.said.push_back(said);
    }
    if (random() % 10 == 0 && !repeatable.empty()) step.said.push_back(repeatable[random() % repeatable.size()]);
    if (random() % 6 == 0 && !alive.empty()) step.deleted.push_back(alive[random() % alive.size()]);
  }
  return stream;
}

Tally tally_of(const Step& step, uint64_t sequence, std::size_t position) {
  Tally tally;
  tally.sequence = sequence;
  tally.next_cursor = std::to_string(position);
  std::vector<std::string_view> keys;
  for (const auto& said : step.said) keys.push_back(said.key);
  begin_block(keys, tally.contributions);
  for (std::size_t i = 0; i < step.said.size(); ++i) {
    const auto& said = step.said[i];
    MessagePart part = said.part;
    part.mark = said.id;
    Rollup one;
    add_part(one, part, span_of(said.at, Tier::pane), 1);
    encode_delta(said.key, span_of(said.at, Tier::pane), one, tally.deltas);
    tally.newest_event = std::max(tally.newest_event, said.at);
    if (said.key == "room") ++tally.ledger[Column::counted];
    if (said.id == 0) continue;
    Contribution c;
    c.id = said.id;
    c.pane = span_of(said.at, Tier::pane);
    c.part = part;
    c.rooms = {static_cast<uint32_t>(i)};
    encode_contribution(c, tally.contributions);
  }
  for (const uint64_t id : step.deleted) {
    ++tally.ledger[Column::retraction];
    Contribution c;
    c.retraction = true;
    c.id = id;
    encode_contribution(c, tally.contributions);
  }
  return tally;
}

/// The life of a process, and of those after it.
class Life {
 public:
  /// `double_buffered`: as in the daemon, a commit is written while the room gathers for the next; a crash may lose it.
  explicit Life(const std::filesystem::path& folder, bool double_buffered = false)
      : folder_(folder), double_buffered_(double_buffered) {
    begin();
  }

  void begin() {
    room_.reset();
    under_way_.reset();
    store_.reset();
    store::StoreOptions options;
    options.folder = folder_;
    options.sync = false;  // a process dies here, not a machine
    options.sketch_key = SipKey{1, 2};
    auto opened = store::Store::open(options);
    ASSERT_TRUE(opened.has_value()) << opened.error().context;
    store_ = std::move(*opened);
    auto recovered = store_->recover();
    ASSERT_TRUE(recovered.has_value()) << recovered.error().context;
    room::RoomOptions room_options;
    room_options.sources = {{"stream", false}};
    room_options.panes.memory_bytes_max = 64 * 1024;  // so that rollups are evicted and read back
    room_options.panes.forget_every = 0s;
    room_.emplace(room_options, *recovered, *store_, now_);
    sequence_ = 0;
    position_ = room_->sources()[0].cursor.empty() ? 0 : std::stoull(room_->sources()[0].cursor);
    for (const auto& room : room_->panes().rooms()) {
      for (std::size_t w = 0; w < kWindowSizes; ++w) {
        const uint64_t on_disk = room->feeds[w].key_seq;
        EXPECT_GE(on_disk, (published_[{room->key, w}])) << "a sequence went back: " << room->key;
      }
    }
  }

  [[nodiscard]] std::size_t position() const { return position_; }
  void hear(const Step& step) { room_->merge(tally_of(step, ++sequence_, ++position_), now_); }
  void keep_from(const RetentionFloors& floors) { room_->keep_from(floors); }
  void wait(std::chrono::milliseconds by) { now_ += by; }

  /// `told`: the process lives to hear that the commit is on disk, and publishes.
  void commit(bool told, bool everything = false) {
    Commit made = room_->commit(kStart, now_, durable_, everything);
    ASSERT_FALSE(room_->failure().has_value());
    if (double_buffered_) {
      if (!under_way_) {
        under_way_ = std::move(made);
        return;
      }
      std::swap(made, *under_way_);
    }
    const Commit commit = std::move(made);
    ASSERT_TRUE(store_->write(commit).has_value());
    if (!told) return;
    durable_ = commit.sequence;
    for (const Update& update : commit.updates) {
      auto& last = published_[{update.atmosphere.key, static_cast<std::size_t>(update.atmosphere.window)}];
      EXPECT_GT(update.key_seq, last);
      last = update.key_seq;
    }
  }
  [[nodiscard]] const store::Store& store() const { return *store_; }

 private:
  const std::filesystem::path folder_;
  const bool double_buffered_;
  std::optional<Commit> under_way_;
  std::unique_ptr<store::Store> store_;
  std::optional<room::Room> room_;
  Mono now_{std::chrono::hours(1)};
  uint64_t sequence_ = 0;
  uint64_t durable_ = 0;
  std::size_t position_ = 0;
  std::map<std::pair<std::string, std::size_t>, uint64_t> published_;
};

/// Every step of every room, as bytes.
std::map<std::string, std::string> everything_in(const store::Store& store, std::chrono::seconds step) {
  std::map<std::string, std::string> all;
  const auto history = store::History::open(store);
  EXPECT_TRUE(history.has_value());
  for (const std::string& key : history->keys()) {
    const auto done = history->series(key, instant_of_micros(0), instant_of_micros(kMicrosMax), step,
                                      [&](Instant start, const Rollup& rollup) {
                                        std::string bytes;
                                        encode_rollup(rollup, bytes);
                                        if (rollup == Rollup{}) return;
                                        all[key + "@" + std::to_string(micros(start))] = bytes;
                                      });
    EXPECT_TRUE(done.has_value());
  }
  const auto audited = store::audit(*history);
  EXPECT_TRUE(audited.has_value());
  return all;
}

/// What the stream comes to, by the plainest means.
std::map<std::string, int64_t> recount(const std::vector<Step>& stream) {
  std::map<uint64_t, bool> known;  // id: still counted
  std::map<uint64_t, std::string> where;
  std::map<std::string, int64_t> counts;
  for (const Step& step : stream) {
    for (const auto& said : step.said) {
      if (said.id != 0 && known.contains(said.id)) continue;
      ++counts[said.key];
      if (said.id == 0) continue;
      known[said.id] = true;
      where[said.id] = said.key;
    }
    for (const uint64_t id : step.deleted) {
      if (!known.contains(id) || !known[id]) continue;
      known[id] = false;
      --counts[where[id]];
    }
  }
  return counts;
}

TEST(Restart, ALifeOfCrashesEqualsAnUnbrokenOne) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const std::vector<Step> stream = make_stream(random, 400);

    test::TemporaryFolder unbroken_folder;
    Life unbroken(unbroken_folder.path());
    for (const Step& step : stream) unbroken.hear(step);
    unbroken.commit(true, true);

    test::TemporaryFolder broken_folder;
    Life broken(broken_folder.path());
    std::size_t crashes = 0;
    while (broken.position() < stream.size()) {
      broken.hear(stream[broken.position()]);
      broken.wait(std::chrono::milliseconds(random() % 3000));
      const uint64_t fate = random() % 10;
      if (fate < 4) broken.commit(true);
      if (fate == 8) broken.commit(false);  // on disk, but nobody was told
      if (fate >= 8) {
        broken.begin();
        ++crashes;
      }
    }
    broken.commit(true, random() % 2 == 0);
    EXPECT_GT(crashes, 10u);

    for (const auto step : {10s, 60s, 3600s, 86400s})
      EXPECT_EQ(everything_in(broken.store(), step), everything_in(unbroken.store(), step)) << step.count() << " s";

    const auto history = store::History::open(broken.store());
    std::map<std::string, int64_t> counts;
    for (const std::string& key : history->keys()) {
      ASSERT_TRUE(history
                      ->series(key, instant_of_micros(0), instant_of_micros(kMicrosMax), 3600s,
                               [&](Instant, const Rollup& rollup) { counts[key] += rollup.n; })
                      .has_value());
    }
    EXPECT_EQ(counts, recount(stream));
  }
}

TEST(Restart, WhatRetentionTakesIsAccountedForAcrossCrashes) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    std::vector<Step> stream = make_stream(random, 400);
    for (Step& step : stream)
      for (auto& said : step.said)
        if (said.key != "room") said.id = 0;  // so that the ledger is of `room` alone

    test::TemporaryFolder whole_folder;
    Life whole(whole_folder.path());
    for (const Step& step : stream) whole.hear(step);
    whole.commit(true, true);

    test::TemporaryFolder folder;
    Life life(folder.path(), true);
    Instant newest = kStart;
    RetentionFloors floors;
    const auto balance = [&] {
      const auto history = store::History::open(life.store());
      ASSERT_TRUE(history.has_value()) << history.error().context;
      const auto audit = store::audit(*history);
      ASSERT_TRUE(audit.has_value());
      ASSERT_EQ(audit->imbalance(), 0) << "at step " << life.position() << ", forgotten " << audit->forgotten;
    };
    while (life.position() < stream.size()) {
      const Step& step = stream[life.position()];
      for (const auto& said : step.said) newest = std::max(newest, said.at);
      floors = {span_of(newest - 30min, Tier::pane), span_of(newest - 1h, Tier::minute),
                span_of(newest - 2h, Tier::hour)};
      life.keep_from(floors);
      life.hear(step);
      life.wait(std::chrono::milliseconds(random() % 3000));
      const uint64_t fate = random() % 10;
      if (fate < 5) life.commit(true);
      if (fate == 8) life.commit(false);
      if (fate >= 8) life.begin();
      if (fate >= 8) balance();
    }
    for (int i = 0; i < 200; ++i) {  // time enough for rows to be written and old ones to go
      life.keep_from(floors);
      life.wait(1s);
      life.commit(true);
    }
    balance();
    EXPECT_GT(store::audit(*store::History::open(life.store()))->forgotten, 0);
    for (const Tier tier : {Tier::pane, Tier::minute, Tier::hour})
      EXPECT_FALSE(life.store().first("room", tier, *floors[static_cast<std::size_t>(tier)])->has_value());

    // What is kept is as if nothing had been taken.
    const auto from = micros(start_of(*floors[2] + 1, Tier::hour));
    auto kept = everything_in(life.store(), 3600s);
    auto all = everything_in(whole.store(), 3600s);
    const auto too_old = [from](const auto& entry) {
      return std::stoll(entry.first.substr(entry.first.find('@') + 1)) < from;
    };
    std::erase_if(kept, too_old);
    std::erase_if(all, too_old);
    EXPECT_FALSE(kept.empty());
    EXPECT_EQ(kept, all);
  }
}

TEST(Restart, TheComparisonCanFail) {
  // Counting a batch twice, as a cursor saved apart from its panes would, is seen.
  std::mt19937_64 random(1);
  const std::vector<Step> stream = make_stream(random, 50);
  test::TemporaryFolder once_folder;
  test::TemporaryFolder twice_folder;
  Life once(once_folder.path());
  Life twice(twice_folder.path());
  for (const Step& step : stream) {
    Step folded = step;
    for (auto& said : folded.said) said.id = 0;  // without ids nothing recognises the repeat
    folded.deleted.clear();
    once.hear(folded);
    twice.hear(folded);
    if (&step == &stream[7]) twice.hear(folded);
  }
  once.commit(true, true);
  twice.commit(true, true);
  ASSERT_FALSE(stream[7].said.empty());
  EXPECT_NE(everything_in(once.store(), 3600s), everything_in(twice.store(), 3600s));
}

}  // namespace
}  // namespace roomtone
