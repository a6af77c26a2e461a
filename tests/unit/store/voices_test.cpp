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

TEST(Voices, WhatWasHeardStandsUntilItIsInRows) {
  const test::TemporaryFolder folder;
  StoreOptions options;
  options.folder = folder.path() / "store";
  options.sync = false;
  const auto write = [](Store& store, uint64_t sequence, uint64_t heard_from) {
    Commit commit;
    commit.sequence = sequence;
    commit.journal_from = sequence;
    commit.heard = "record " + std::to_string(sequence);
    commit.heard_from = heard_from;
    ASSERT_TRUE(store.write(commit).has_value());
  };
  using Rows = std::vector<std::pair<uint64_t, std::string>>;
  auto store = std::move(Store::open(options).value());
  ASSERT_TRUE(store->recover().has_value());
  write(*store, 1, 1);
  write(*store, 2, 1);
  write(*store, 4, 2);
  for (const bool reopened : {false, true}) {
    if (reopened) {
      store.reset();
      store = std::move(Store::open(options).value());
    }
    EXPECT_EQ(store->recover()->heard, (Rows{{2, "record 2"}, {4, "record 4"}}));
  }
  write(*store, 5, 5);
  EXPECT_EQ(store->recover()->heard, (Rows{{5, "record 5"}}));
}

}  // namespace
}  // namespace roomtone::store
