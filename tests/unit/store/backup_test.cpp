#include "store/backup.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "store/control.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::store {
namespace {

BackupManifest two_files() { return {{77, 9}, {{"CURRENT", 16, 1}, {"000005.sst", 1 << 20, 0xabcdef}}}; }

TEST(BackupManifest, ReadsAsItWasWritten) {
  const auto read = decode_manifest(encode(two_files()));
  ASSERT_TRUE(read.has_value()) << read.error().context;
  EXPECT_EQ(encode(*read), encode(two_files()));
  EXPECT_EQ(read->of.sequence, 9u);
  EXPECT_EQ(read->bytes(), (1u << 20) + 16);
}

TEST(BackupManifest, CutOrChangedAnywhereIsRefused) {
  const std::string whole = encode(two_files());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    EXPECT_FALSE(decode_manifest(whole.substr(0, at)).has_value()) << at;
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(decode_manifest(changed).has_value()) << at;
  }
}

TEST(BackupManifest, OfALaterVersionIsRefusedByName) {
  const auto read = decode_manifest("roomtone backup 2\n");
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::unsupported);
}

TEST(BackupManifest, NamesNoFileOutsideItsFolder) {
  for (const char* name : {"../CURRENT", "events/../../a", "events/", "events//a", "other/a", "events/a/b", "/a"}) {
    BackupManifest manifest = two_files();
    manifest.files[0].name = name;
    EXPECT_FALSE(decode_manifest(encode(manifest)).has_value()) << name;
  }
  BackupManifest manifest = two_files();
  manifest.files[0].name = "events/race-20260503T013000Z.json";
  EXPECT_TRUE(decode_manifest(encode(manifest)).has_value());
}

/// A store with one commit, backed up to `backup`.
void back_up(const std::filesystem::path& store_folder, const std::filesystem::path& backup) {
  {
    StoreOptions options;
    options.folder = store_folder;
    const auto store = Store::open(options);
    Commit commit;
    commit.sequence = 3;
    ASSERT_TRUE((*store)->write(commit).has_value());
  }
  const auto checkpoint = BorrowedCheckpoint::of(store_folder);
  ASSERT_TRUE(checkpoint.has_value()) << checkpoint.error().context;
  ASSERT_TRUE(write_backup((*checkpoint)->folder(), (*checkpoint)->facts(), store_folder, backup).has_value());
}

TEST(Backup, OfAStoreThatNobodyHoldsIsRestoredWithANewEpoch) {
  test::TemporaryFolder folder;
  back_up(folder.path() / "store", folder.path() / "backup");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "store/checkpoint"));
  const auto restored = restore_backup(folder.path() / "backup", folder.path() / "again");
  ASSERT_TRUE(restored.has_value()) << restored.error().context;
  const auto store = Store::open_read_only(folder.path() / "again");
  ASSERT_TRUE(store.has_value()) << store.error().context;
  EXPECT_EQ((*store)->recover()->sequence, 3u);
  EXPECT_EQ((*store)->acknowledged(), 3u);
  EXPECT_NE((*store)->recover()->epoch, restored->of.epoch);
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Backup, HoldsTheRulesThatWerePutSilencesAndTheArchivesOfEvents) {
  test::TemporaryFolder folder;
  const auto store = folder.path() / "store";
  write(store / "rules.toml", "[topics]\n");
  write(store / "silences", "roomtone silences 1\n1\n");
  write(store / "events/race-20260503T013000Z.json", "{}");
  write(store / "events/oaks-20260503T013000Z.json.new", "half");
  back_up(store, folder.path() / "backup");
  const auto restored = restore_backup(folder.path() / "backup", folder.path() / "again");
  ASSERT_TRUE(restored.has_value()) << restored.error().context;
  EXPECT_EQ(text_of(folder.path() / "again/rules.toml"), "[topics]\n");
  EXPECT_EQ(text_of(folder.path() / "again/silences"), "roomtone silences 1\n1\n");
  EXPECT_EQ(text_of(folder.path() / "again/events/race-20260503T013000Z.json"), "{}");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "again/events/oaks-20260503T013000Z.json.new"));
  write(folder.path() / "backup/rules.toml", "[topic ]\n");
  const auto changed = verify_backup(folder.path() / "backup");
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::corrupt);
}

TEST(Backup, IsNeitherWrittenNorRestoredOverSomething) {
  test::TemporaryFolder folder;
  back_up(folder.path() / "store", folder.path() / "backup");
  EXPECT_EQ(restore_backup(folder.path() / "backup", folder.path() / "store").error().code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(write_backup(folder.path() / "store", {}, folder.path() / "store", folder.path() / "backup").error().code,
            ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace roomtone::store
