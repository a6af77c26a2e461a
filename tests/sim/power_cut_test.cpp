#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <random>
#include <sstream>

#include "model/delta.hpp"
#include "model/key.hpp"
#include "power_cut_disk.hpp"
#include "store/history.hpp"
#include "store/store.hpp"
#include "support/temporary_folder.hpp"

// The power goes in the middle of whatever the store is doing. What was acknowledged is there afterwards, cursors and
// panes agree, and the store is accepted; and the same is seen to fail without syncing, and with commits in two writes.
namespace roomtone {
namespace {

Rollup one_message(uint64_t author) {
  Rollup rollup;
  MessagePart part;
  part.author = author << 16;
  part.mood = {500'000, MoodLabel::positive, true};
  add_part(rollup, part, 0, 1);
  return rollup;
}

/// Commit n says one message in `room`, moves the source's cursor to n, and writes some rows of another room, so that
/// memtables fill.
Commit commit_number(uint64_t n) {
  Commit commit;
  commit.sequence = n;
  commit.journal_from = n < 8 ? 1 : n - 7;
  encode_delta(kRoomKey, static_cast<SpanIndex>(n), one_message(n), commit.deltas);
  for (uint64_t row = commit.journal_from; n >= 8 && row < commit.journal_from + 1; ++row) {
    // The row that lets the oldest journal record go.
    if (row > 1)
      commit.panes.push_back(
          pane_row(std::string(kRoomKey), Tier::pane, static_cast<SpanIndex>(row - 1), n, one_message(row - 1)));
  }
  for (SpanIndex i = 0; i < 20; ++i) {
    commit.panes.push_back(pane_row("t/filler", Tier::pane, static_cast<SpanIndex>(n * 20) + i, n,
                                    one_message(n + static_cast<uint64_t>(i))));
  }
  SourceRow source;
  source.name = "stream";
  source.cursor = std::to_string(n);
  source.ledger[Column::counted] = static_cast<int64_t>(n);
  commit.sources = {source};
  return commit;
}

struct Outcome {
  int cuts = 0;
  int lost = 0;          // a commit was acknowledged and is gone
  int inconsistent = 0;  // cursor, ledger and panes disagree
  int refused = 0;       // the store was not opened
  uint64_t bytes_lost = 0;
};

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// Lives of a store, each ended by a cut.
Outcome live_with_cuts(uint64_t seed, int cuts, bool sync, bool two_writes) {
  Outcome outcome;
  std::mt19937_64 random(seed);
  test::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "store";
  const auto disk = std::make_shared<test::PowerCutDisk>();
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(disk);
  store::StoreOptions options;
  options.folder = path;
  options.env = env.get();
  options.sync = sync;
  options.two_writes = two_writes;
  options.memtable_bytes = 64 << 10;
  options.wal_bytes_max = 128 << 10;

  uint64_t acknowledged = 0;
  for (int cut = 0; cut <= cuts; ++cut) {
    auto opened = store::Store::open(options);
    if (!opened) {
      ++outcome.refused;
      return outcome;
    }
    store::Store& store = **opened;
    const auto recovered = store.recover();
    const auto history = store::History::open(store);
    const auto audit = history ? store::audit(*history) : Result<store::Audit>(tl::unexpected(history.error()));
    if (!recovered || !audit) {
      ++outcome.refused;
      return outcome;
    }
    const uint64_t cursor = recovered->sources.empty() ? 0 : std::stoull(recovered->sources[0].cursor);
    if (recovered->sequence < acknowledged) ++outcome.lost;
    if (audit->imbalance() != 0 || cursor != recovered->sequence) {
      ++outcome.inconsistent;
      return outcome;
    }
    if (cut == cuts) break;

    // The mark is not on the simulated disk: it is put back to where it was when the power went.
    std::string mark = content_of(path / "ACKED");
    uint64_t next = recovered->sequence + 1;
    disk->cut_after(random() % 600);
    for (; !disk->dead(); ++next) {
      const auto written = store.write(commit_number(next));
      if (!written || disk->dead()) break;
      acknowledged = next;
      mark = content_of(path / "ACKED");
    }
    opened->reset();
    outcome.bytes_lost += disk->restart(random);
    ++outcome.cuts;
    if (!mark.empty()) std::ofstream(path / "ACKED", std::ios::binary) << mark;
  }
  return outcome;
}

Outcome over_seeds(uint64_t seeds, bool sync, bool two_writes) {
  Outcome sum;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    const Outcome one = live_with_cuts(seed, 5, sync, two_writes);
    sum.cuts += one.cuts;
    sum.lost += one.lost;
    sum.inconsistent += one.inconsistent;
    sum.refused += one.refused;
    sum.bytes_lost += one.bytes_lost;
  }
  return sum;
}

TEST(PowerCut, LosesNothingThatWasAcknowledged) {
  const char* asked = std::getenv("ROOMTONE_SEEDS");
  const Outcome outcome = over_seeds(asked != nullptr ? std::stoull(asked) : 4, true, false);
  std::printf("%d cuts, %lu unsynced bytes lost\n", outcome.cuts, static_cast<unsigned long>(outcome.bytes_lost));
  EXPECT_GE(outcome.cuts, 20);
  EXPECT_GT(outcome.bytes_lost, 0u);
  EXPECT_EQ(outcome.lost, 0);
  EXPECT_EQ(outcome.inconsistent, 0);
  EXPECT_EQ(outcome.refused, 0);
}

TEST(PowerCut, WithoutSyncingAcknowledgedCommitsAreSeenToBeLost) {
  const Outcome outcome = over_seeds(3, false, false);
  std::printf("%d cuts: %d lost, %d inconsistent, %d refused\n", outcome.cuts, outcome.lost, outcome.inconsistent,
              outcome.refused);
  EXPECT_GT(outcome.lost + outcome.inconsistent + outcome.refused, 0);
}

TEST(PowerCut, ACommitInTwoWritesIsSeenToTearCursorsFromPanes) {
  const Outcome outcome = over_seeds(8, true, true);
  std::printf("%d cuts: %d inconsistent\n", outcome.cuts, outcome.inconsistent);
  EXPECT_GT(outcome.inconsistent, 0);
}

}  // namespace
}  // namespace roomtone
