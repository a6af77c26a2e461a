#include <gtest/gtest.h>

#include "store/keys.hpp"
#include "store/records.hpp"
#include "store/store.hpp"
#include "support/temporary_folder.hpp"

namespace roomtone::store {
namespace {

constexpr Instant kAt{std::chrono::microseconds(77)};

class Producers : public testing::Test {
 protected:
  void write(Commit commit) {
    commit.sequence = ++sequence_;
    commit.journal_from = sequence_;
    ASSERT_TRUE(store_->write(commit).has_value());
  }
  Recovered reopen() {
    store_.reset();
    open();
    auto recovered = store_->recover();
    EXPECT_TRUE(recovered.has_value()) << recovered.error().context;
    return std::move(*recovered);
  }
  void SetUp() override { open(); }
  void open() {
    StoreOptions options;
    options.folder = folder_.path() / "store";
    options.sync = false;
    store_ = std::move(Store::open(options).value());
    ASSERT_TRUE(store_->recover().has_value());
  }
  static Commit of(ProducerPosition position) {
    Commit commit;
    commit.producers = {{"posts", position}};
    return commit;
  }
  test::TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  uint64_t sequence_ = 0;
};

TEST_F(Producers, StandWhereTheLastCommitSaid) {
  write(of({7, 3, 41, kAt}));
  write(of({7, 3, 42, kAt}));
  const Recovered recovered = reopen();
  ASSERT_EQ(recovered.producers.size(), 1u);
  EXPECT_EQ(recovered.producers[0].source, "posts");
  EXPECT_EQ(recovered.producers[0].position, (ProducerPosition{7, 3, 42, kAt}));
}

TEST_F(Producers, AreGoneWhenForgotten) {
  write(of({7, 3, 41, kAt}));
  write(of({8, 3, 1, kAt}));
  write(of({7, 3, 41, kNoInstant}));
  const Recovered recovered = reopen();
  ASSERT_EQ(recovered.producers.size(), 1u);
  EXPECT_EQ(recovered.producers[0].position.producer, 8u);
}

TEST_F(Producers, RequestsAreKeptUntilTheirWindowHasPassed) {
  Commit first;
  first.requests = "first";
  write(first);
  Commit second;
  second.requests = "second";
  write(second);
  EXPECT_EQ(reopen().requests, (std::vector<std::pair<uint64_t, std::string>>{{1, "first"}, {2, "second"}}));
  Commit third;
  third.requests_from = 2;
  write(third);
  EXPECT_EQ(reopen().requests, (std::vector<std::pair<uint64_t, std::string>>{{2, "second"}}));
}

TEST(ProducerRows, CutAnywhereAreErrors) {
  const std::string key = producer_key("posts", 7);
  const std::string value = encode_producer({7, 300, 70'000, kAt});
  for (std::size_t size = 0; size < value.size(); ++size)
    EXPECT_FALSE(decode_producer(key, value.substr(0, size))) << size;
  EXPECT_FALSE(decode_producer(key, value + "x"));
  EXPECT_FALSE(decode_producer("n", value));
  EXPECT_TRUE(decode_producer(key, value).has_value());
}

}  // namespace
}  // namespace roomtone::store
