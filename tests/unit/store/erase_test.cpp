#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "model/contribution.hpp"
#include "model/delta.hpp"
#include "store/database.hpp"
#include "store/history.hpp"
#include "store/store.hpp"
#include "support/said.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::store {
namespace {

constexpr uint64_t kAnn = 7;
constexpr uint64_t kBob = 8;

/// As the silences of lists know them.
uint64_t member_of(uint64_t author) { return author * 0xc2b2ae3d27d4eb4fULL; }

StoreOptions in(const test::TemporaryFolder& folder) {
  StoreOptions options;
  options.folder = folder.path() / "store";
  return options;
}

/// The six bytes by which somebody is known on disk.
std::string pattern_of(uint64_t author) {
  std::string bytes;
  ByteWriter(bytes).u48_be(author_hash(author) >> 16);
  return bytes;
}

std::string silence_pattern_of(uint64_t author) {
  std::string bytes;
  ByteWriter(bytes).u64_be(member_of(author));
  return bytes;
}

/// In how many rows of the whole store, whatever they are, somebody stands.
uint64_t rows_with(const std::filesystem::path& folder, uint64_t author) {
  const auto database = Database::look(folder, LogExtent::whole).value();
  uint64_t rows = 0;
  for (int family = 0; family < 256; ++family) {
    const auto done = database.scan(static_cast<char>(family), [&](std::string_view key, std::string_view value) {
      rows += value.find(pattern_of(author)) != std::string_view::npos || key.find(pattern_of(author)) != key.npos;
      return Result<void>();
    });
    EXPECT_TRUE(done);
  }
  return rows;
}

/// Whether the bytes stand in any file, older versions of rows included. Hashes hardly compress.
bool in_files(const std::filesystem::path& folder, const std::string& pattern) {
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    if (bytes.find(pattern) != std::string::npos) return true;
  }
  return false;
}

/// Rows, samples, a journal and contributions, in which Ann and Bob are.
class AStoreWithAnnAndBob : public testing::Test {
 protected:
  AStoreWithAnnAndBob() {
    const auto store = Store::open(in(folder_)).value();
    Commit commit;
    commit.sequence = 1;
    commit.journal_from = 1;
    Rollup both;
    say(both, {kAnn, 0.5, {{"lovely", 60}}});
    say(both, {kBob, -0.5, {{"awful", -60}}});
    for (const Tier tier : {Tier::pane, Tier::minute, Tier::hour})
      commit.panes.push_back(pane_row("room", tier, 5, 1, both));
    commit.rooms = {{"room", {}, 6, {}, {}}};
    SourceRow source;
    source.name = "posts";
    source.ledger[Column::counted] = 4;
    commit.sources = {source};
    EXPECT_TRUE(store->write(commit));
    Commit later;
    later.sequence = 2;
    later.journal_from = 1;
    encode_delta("room", 6, both, later.deltas);
    std::string block;
    begin_block({"room"}, block);
    for (const uint64_t author : {kAnn, kBob}) {
      Contribution said;
      said.id = 70 + author;
      said.pane = 6;
      said.part.author = author_hash(author);
      said.rooms = {0};
      encode_contribution(said, block);
    }
    ByteWriter(later.contributions).string(block);
    ByteWriter(later.contributions).varint(0);
    for (const uint64_t author : {kAnn, kBob})
      for (const char* list : {"press", "racing"})
        later.silence_rows.push_back({list, member_of(author), instant_of_micros(9), {60, 70}});
    for (const uint64_t author : {kAnn, kBob})
      encode_heard({"racing", member_of(author), instant_of_micros(10)}, later.heard);
    later.heard_from = 2;
    EXPECT_TRUE(store->write(later));
  }

  [[nodiscard]] std::filesystem::path path() const { return in(folder_).folder; }
  AuthorRows erase(uint64_t author) {
    const auto store = Store::open(in(folder_)).value();
    return store->erase_people(everything_of({author})).value();
  }
  static StoredPeople everything_of(std::initializer_list<uint64_t> authors) {
    StoredPeople people;
    for (const uint64_t author : authors) {
      people.authors.push_back(author_hash(author));
      people.members.push_back(member_of(author));
    }
    return people;
  }

  test::TemporaryFolder folder_;
};

TEST_F(AStoreWithAnnAndBob, HoldsHerNowhereOnceSheIsErased_S63) {
  EXPECT_EQ(rows_with(path(), kAnn), 3U + 3U + 1U + 1U);  // the control: she is there before
  EXPECT_EQ(erase(kAnn), (AuthorRows{3, 3, 1, 1, 3}));
  EXPECT_EQ(rows_with(path(), kAnn), 0U);
  EXPECT_EQ(rows_with(path(), kBob), 3U + 3U + 1U + 1U);
}

TEST_F(AStoreWithAnnAndBob, HasNoOlderVersionOfARowInItsFiles_S63) {
  for (const auto& known : {pattern_of, silence_pattern_of}) EXPECT_TRUE(in_files(path(), known(kAnn)));  // the control
  erase(kAnn);
  for (const auto& known : {pattern_of, silence_pattern_of}) {
    EXPECT_FALSE(in_files(path(), known(kAnn)));
    EXPECT_TRUE(in_files(path(), known(kBob)));
  }
}

TEST_F(AStoreWithAnnAndBob, StillAddsUpAndRemembersTheMessage_S63) {
  erase(kAnn);
  const auto store = Store::open(in(folder_)).value();
  const auto history = History::open(*store, RollupParts::all).value();
  EXPECT_EQ(audit(history)->imbalance(), 0);
  Rollup room;
  ASSERT_TRUE(history.series("room", instant_of_micros(kMicrosMin), instant_of_micros(kMicrosMax),
                             std::chrono::hours(1), [&](Instant, const Rollup& r) { room.merge(r); }));
  EXPECT_EQ(room.n, 4);
  EXPECT_EQ(room.valence_micro_sum, 0);
  ASSERT_EQ(room.voices.entries().size(), 1U);
  EXPECT_EQ(room.voices.entries()[0].hash, author_hash(kBob));
  BlockReader reader(ByteReader(history.recovered().contributions.at(0).second).string());
  Contribution first;
  ASSERT_TRUE(reader.next(first));
  EXPECT_EQ(first.id, 70 + kAnn);
  EXPECT_EQ(first.part.author, 0U);
}

TEST_F(AStoreWithAnnAndBob, NoLongerKnowsWhenAMemberOfAListWasHeard_S63) {
  erase(kAnn);
  const auto store = Store::open(in(folder_)).value();
  const auto left = store->recover()->silences;
  ASSERT_EQ(left.size(), 2U);
  for (const SilenceRow& row : left) EXPECT_EQ(row.member, member_of(kBob)) << row.list;
  const auto heard = store->recover()->heard;
  ASSERT_EQ(heard.size(), 1U);
  ByteReader in(heard[0].second);
  EXPECT_EQ(read_heard(in).member, member_of(kBob));
  EXPECT_TRUE(in.at_end());
}

TEST_F(AStoreWithAnnAndBob, CanBeErasedTwiceAndThenOnlyBobIsLeftToErase) {
  erase(kAnn);
  EXPECT_EQ(erase(kAnn).all(), 0U);
  EXPECT_EQ(erase(kBob), (AuthorRows{3, 3, 1, 1, 3}));
}

// Journal, contribution and heard rows are deleted by single deletes, which undo one put: an erased row must not come
// back.
TEST_F(AStoreWithAnnAndBob, DeletesErasedRowsForGoodWhenTheirTimeHasCome) {
  erase(kAnn);
  const auto store = Store::open(in(folder_)).value();
  ASSERT_TRUE(store->recover());
  Commit commit;
  commit.sequence = 3;
  commit.journal_from = 3;
  commit.contributions_from = 3;
  commit.heard_from = 3;
  Rollup row;
  say(row, {kBob, 0.5});
  commit.panes = {pane_row("room", Tier::pane, 6, 3, row)};
  ASSERT_TRUE(store->write(commit));
  const auto recovered = store->recover();
  EXPECT_TRUE(recovered->journal.empty());
  EXPECT_TRUE(recovered->contributions.empty());
  EXPECT_TRUE(recovered->heard.empty());
}

TEST_F(AStoreWithAnnAndBob, CountsRowsWithoutChangingThem) {
  {
    const auto store = Store::open(in(folder_)).value();
    EXPECT_EQ(*store->rows_of_people(everything_of({kAnn, kBob})), (AuthorRows{3, 3, 1, 1, 6}));
  }
  EXPECT_EQ(rows_with(path(), kAnn), 8U);
}

}  // namespace
}  // namespace roomtone::store
