#include "store/store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <limits>
#include <memory>
#include <thread>

#include "model/delta.hpp"
#include "store/history.hpp"
#include "store/keys.hpp"
#include "store/records.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::store {
namespace {

StoreOptions in(const test::TemporaryFolder& folder) {
  StoreOptions options;
  options.folder = folder.path() / "store";
  options.sync = false;
  return options;
}

Rollup one(uint64_t author) {
  Rollup rollup;
  MessagePart part;
  part.author = author << 16;
  part.mood = {500'000, MoodLabel::positive, true};
  add_part(rollup, part, 0, 1);
  return rollup;
}

PaneRow row_of(const std::string& key, SpanIndex index, const Rollup& rollup) {
  return pane_row(key, Tier::pane, index, 1, rollup);
}

TEST(Store, GivesBackWhatACommitHeld) {
  test::TemporaryFolder folder;
  Commit commit;
  commit.sequence = 1;
  commit.global_seq = 9;
  commit.journal_from = 1;
  commit.deltas = "deltas";
  const WindowRevisions::Entry third{instant_of_micros(60'000'000), 3};
  commit.advances = {{"room", WindowSize::hour, 4, third}};
  commit.contributions = "blocks";
  commit.contributions_from = 1;
  commit.panes = {row_of("t/derby", -3, one(1)), row_of("t/derby", 5, one(2)), row_of("t/derby2", 4, one(3))};
  commit.rooms = {{"t/derby", {7, 2}, 5, {1, 2, 3, 4}, {}}};
  commit.rooms[0].revisions[2][1] = third;
  SourceRow source;
  source.name = "posts";
  source.cursor = "here";
  source.ledger[Column::counted] = 3;
  source.newest_event = instant_of_micros(77);
  commit.sources = {source};
  uint64_t epoch = 0;
  {
    const auto store = Store::open(in(folder));
    ASSERT_TRUE(store.has_value()) << store.error().context;
    ASSERT_TRUE((*store)->write(commit).has_value());
    epoch = (*store)->recover()->epoch;
  }
  const auto store = Store::open(in(folder));
  const auto recovered = (*store)->recover();
  ASSERT_TRUE(recovered.has_value());
  EXPECT_EQ(recovered->epoch, epoch);
  EXPECT_EQ(recovered->sequence, 1u);
  EXPECT_EQ(recovered->global_seq, 9u);
  ASSERT_EQ(recovered->journal.size(), 1u);
  EXPECT_EQ(recovered->journal[0].deltas, "deltas");
  EXPECT_EQ(recovered->journal[0].advances[0].key_seq, 4u);
  EXPECT_EQ(recovered->journal[0].advances[0].published, third);
  EXPECT_EQ(recovered->contributions[0].second, "blocks");
  EXPECT_EQ(recovered->rooms[0].marks, (TierMarks{7, 2}));
  EXPECT_EQ(recovered->rooms[0].key_seq, (std::array<uint64_t, kWindowSizes>{1, 2, 3, 4}));
  EXPECT_EQ(recovered->rooms[0].revisions, commit.rooms[0].revisions);
  EXPECT_EQ(recovered->sources[0].cursor, "here");
  EXPECT_EQ(recovered->sources[0].ledger, source.ledger);
  EXPECT_EQ(recovered->sources[0].newest_event, instant_of_micros(77));

  // A key that begins like another is not mixed up with it, and times before 1970 come first.
  const auto rows = (*store)->load_range("t/derby", Tier::pane, -10, 10);
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].index, -3);
  EXPECT_EQ((*rows)[1].rollup, one(2));
  EXPECT_FALSE((*store)->load("t/derby", Tier::minute, 5)->has_value());
}

// Three minutes with a message each, the last of them in the journal alone.
TEST(History, ComesInPagesThatJoinWithoutAHoleOrARepeat) {
  test::TemporaryFolder folder;
  const auto store = Store::open(in(folder));
  Commit commit;
  commit.sequence = 1;
  commit.panes = {row_of("room", 0, one(1)), row_of("room", 6, one(2)), row_of("roomy", 6, one(4))};
  ASSERT_TRUE((*store)->write(commit).has_value());
  Commit later;
  later.sequence = 2;
  later.journal_from = 2;
  encode_delta("room", 12, one(3), later.deltas);
  ASSERT_TRUE((*store)->write(later).has_value());

  const auto history = History::open_room(**store, "room");
  ASSERT_TRUE(history.has_value());
  const Instant begin = instant_of_micros(0);
  const Instant end = instant_of_micros(kMicrosMax);
  std::vector<int64_t> minutes;
  const auto visit = [&](Instant start, const Rollup& rollup) {
    EXPECT_EQ(rollup.n, 1);
    minutes.push_back(micros(start) / 60'000'000);
  };
  auto next = history->page("room", begin, end, 60s, 2, visit);
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(minutes, (std::vector<int64_t>{0, 1}));
  ASSERT_TRUE(next->has_value());
  EXPECT_EQ(**next, instant_of_micros(120'000'000));
  next = history->page("room", **next, end, 60s, 2, visit);
  EXPECT_EQ(minutes, (std::vector<int64_t>{0, 1, 2}));
  EXPECT_FALSE(next->has_value());
}

TEST(Store, JournalRecordsThatRowsCoverAreGone) {
  test::TemporaryFolder folder;
  const auto store = Store::open(in(folder));
  for (uint64_t sequence = 1; sequence <= 5; ++sequence) {
    Commit commit;
    commit.sequence = sequence;
    commit.deltas = "d";
    commit.journal_from = sequence < 5 ? 1 : 4;
    ASSERT_TRUE((*store)->write(commit).has_value());
  }
  const auto recovered = (*store)->recover();
  ASSERT_EQ(recovered->journal.size(), 2u);
  EXPECT_EQ(recovered->journal[0].sequence, 4u);
}

TEST(Store, ASecondWriterIsTurnedAway) {
  test::TemporaryFolder folder;
  const auto first = Store::open(in(folder));
  ASSERT_TRUE(first.has_value());
  const auto second = Store::open(in(folder));
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(Store::open_read_only(in(folder).folder).has_value());  // readers are welcome
}

/// Commits of one large row each, in the order of time, so that tables are written all along.
class Rows {
 public:
  explicit Rows(const test::TemporaryFolder& folder) : store_(*Store::open(small_tables(folder))) {
    for (uint64_t author = 0; author < 64; ++author) large_.merge(one(author));
  }
  void write() {
    Commit commit;
    commit.sequence = written_ + 1;
    commit.panes = {row_of("room", static_cast<SpanIndex>(written_), large_)};
    ASSERT_TRUE(store_->write(commit).has_value());
    ++written_;
  }
  [[nodiscard]] uint64_t written() const { return written_; }

 private:
  static StoreOptions small_tables(const test::TemporaryFolder& folder) {
    StoreOptions options = in(folder);
    options.memtable_bytes = 256u << 10;
    return options;
  }
  std::unique_ptr<Store> store_;
  Rollup large_;
  std::atomic<uint64_t> written_{0};
};

std::vector<std::filesystem::path> tables_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> tables;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".sst") tables.push_back(entry.path());
  }
  return tables;
}

// The last bytes of a table say what it is. Without them RocksDB's secondary took the store to be an older one.
TEST(Store, IsNotReadWithoutATableThatItsManifestNames) {
  test::TemporaryFolder folder;
  {
    Rows rows(folder);
    while (tables_of(in(folder).folder).size() < 2) rows.write();
  }
  for (const auto& table : tables_of(in(folder).folder)) {
    std::fstream file(table, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(-1, std::ios::end);
    const int last = file.peek();
    file.seekp(-1, std::ios::end);
    file.put(static_cast<char>(last ^ 1)).flush();
    const auto opened = Store::open_read_only(in(folder).folder);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, ErrorCode::corrupt);
    file.seekp(-1, std::ios::end);
    file.put(static_cast<char>(last)).flush();
  }
  EXPECT_TRUE(Store::open_read_only(in(folder).folder).has_value());
}

TEST(Store, IsReadWholeWhileItsTablesAreWritten) {
  test::TemporaryFolder folder;
  Rows rows(folder);
  rows.write();
  constexpr uint64_t kRowsEachTime = 400;  // two tables' worth
  std::atomic<bool> enough{false};
  std::atomic<uint64_t> due{0};
  std::thread writer([&] {
    while (!enough) rows.written() < due ? rows.write() : std::this_thread::yield();
  });
  for (int i = 0; i < 20; ++i) {
    due += kRowsEachTime;
    const uint64_t before = rows.written();
    const auto store = Store::open_read_only(in(folder).folder);
    if (!store) {
      ADD_FAILURE() << store.error().context;
      break;
    }
    const auto read = (*store)->load_range("room", Tier::pane, 0, std::numeric_limits<SpanIndex>::max());
    EXPECT_GE(read->size(), before);
    EXPECT_EQ(read->back().index + 1, static_cast<SpanIndex>(read->size()));  // no hole
  }
  enough = true;
  writer.join();
}

TEST(Store, AnotherSketchKeyIsRefused) {
  test::TemporaryFolder folder;
  StoreOptions options = in(folder);
  options.sketch_key = SipKey{1, 2};
  { ASSERT_TRUE(Store::open(options).has_value()); }
  options.sketch_key = SipKey{1, 3};
  const auto opened = Store::open(options);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::invalid_argument);
}

TEST(Store, AFolderWithoutAStoreIsNotOneToRead) {
  test::TemporaryFolder folder;
  const auto opened = Store::open_read_only(folder.path());
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::not_found);
}

/// The meta row of the first release, byte by byte: format, epoch, sketch key, commit, global sequence.
const std::string kMetaOfFormat1(
    "\x01\x01"
    "\x00\x00\x00\x00\x00\x00\x30\x39"
    "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"
    "\xac\x02\x07",
    29);

TEST(Records, OfTheFirstFormatStayReadable) {
  const auto meta = decode_meta(kMetaOfFormat1);
  ASSERT_TRUE(meta.has_value());
  EXPECT_EQ(meta->epoch, 12345u);
  EXPECT_EQ(meta->sketch_key, (SipKey{0x0001020304050607, 0x08090a0b0c0d0e0f}));
  EXPECT_EQ(meta->sequence, 300u);
  EXPECT_EQ(meta->global_seq, 7u);
}

TEST(Records, OfFormat5AreRefusedWhateverElseTheyHold) {
  std::string newer = kMetaOfFormat1;
  newer[1] = 5;
  newer += "members that we do not know";
  const auto meta = decode_meta(newer);
  ASSERT_FALSE(meta.has_value());
  EXPECT_EQ(meta.error().code, ErrorCode::unsupported);
  EXPECT_NE(meta.error().context.find("format 5"), std::string::npos);
}

TEST(Records, OfANewerFormatAreRefusedByName) {
  Meta meta;
  meta.format = kFormat + 1;
  const auto decoded = decode_meta(encode_meta(meta));
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code, ErrorCode::unsupported);
}

TEST(Records, CutAnywhereAreErrors) {
  RoomRow room{"t/derby", {7, 2}, 5, {1, 2, 3, 4}};
  const std::string value = encode_room(room);
  for (std::size_t size = 0; size < value.size(); ++size)
    EXPECT_FALSE(decode_room("t/derby", std::string_view(value).substr(0, size)).has_value()) << size;
  EXPECT_FALSE(decode_room("t/derby", value + "x").has_value());
}

TEST(Keys, SortByTimeAlsoBefore1970) {
  EXPECT_LT(pane_key("room", Tier::pane, -1), pane_key("room", Tier::pane, 0));
  EXPECT_LT(pane_key("room", Tier::pane, 255), pane_key("room", Tier::pane, 256));
  EXPECT_EQ(pane_index(pane_key("room", Tier::hour, -42)), -42);
}

TEST(Keys, AreThoseOfTheFormatPage) {
  // 09:00:00 on 1 January 2026, see FORMAT.md.
  const std::string key = pane_key("room", Tier::pane, 176'725'800);
  const std::string expected("proom\0\0\x80\0\0\0\x0a\x88\x9f(", 15);
  EXPECT_EQ(key, expected);
}

TEST(History, AddsTheJournalToTheRowsItIsNewerThan) {
  test::TemporaryFolder folder;
  const auto store = Store::open(in(folder));
  std::string delta;
  {
    ByteWriter out(delta);
    out.string("room");
    out.zigzag(5);
    const std::size_t begun = out.begin();
    encode_rollup(one(9), delta);
    out.end(begun);
  }
  Commit first;  // its row covers it
  first.sequence = 1;
  first.journal_from = 1;
  first.deltas = delta;
  first.panes = {row_of("room", 5, one(9))};
  first.rooms = {{"room", {0, 0}, 5, {}}};
  ASSERT_TRUE((*store)->write(first).has_value());
  Commit second;  // in the journal only
  second.sequence = 2;
  second.journal_from = 1;
  second.deltas = delta;
  ASSERT_TRUE((*store)->write(second).has_value());
  const auto history = History::open(**store);
  std::vector<int64_t> counts;
  ASSERT_TRUE(history
                  ->series("room", instant_of_micros(0), instant_of_micros(kMicrosMax), std::chrono::seconds(10),
                           [&](Instant, const Rollup& rollup) { counts.push_back(rollup.n); })
                  .has_value());
  EXPECT_EQ(counts, std::vector<int64_t>{2});
}

}  // namespace
}  // namespace roomtone::store
