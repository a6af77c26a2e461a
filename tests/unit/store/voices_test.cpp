#include <gtest/gtest.h>

#include "store/store.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::store {
namespace {

TEST(Voices, SequencesAndSilencesOfListsAreOnDiskWithTheirCommit) {
  const test::TemporaryFolder folder;
  StoreOptions options;
  options.folder = folder.path() / "store";
  options.sync = false;
  auto store = std::move(Store::open(options).value());
  ASSERT_TRUE(store->recover().has_value());
  for (const uint64_t key_seq : {1, 300}) {
    Commit commit;
    commit.sequence = key_seq;
    commit.journal_from = key_seq;
    commit.silence_rows = {{"racing", 5, Instant(std::chrono::microseconds(77)), {1, 3600, 4'000'000'000U}},
                           {"racing", 6, key_seq == 1 ? Instant(std::chrono::microseconds(1)) : kNoInstant, {}}};
    commit.voice_rows = {{"racing", key_seq}, {"press", 7}};
    ASSERT_TRUE(store->write(commit).has_value());
  }
  store.reset();
  store = std::move(Store::open(options).value());
  const auto recovered = store->recover();
  ASSERT_TRUE(recovered.has_value()) << recovered.error().context;
  EXPECT_EQ(
      recovered->silences,
      (std::vector<SilenceRow>{{"racing", 5, Instant(std::chrono::microseconds(77)), {1, 3600, 4'000'000'000U}}}));
  EXPECT_EQ(recovered->voices, (std::vector<VoiceRow>{{"press", 7}, {"racing", 300}}));
}

}  // namespace
}  // namespace roomtone::store
