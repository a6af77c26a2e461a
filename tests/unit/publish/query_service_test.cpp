#include "publish/query_service.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace roomtone::publish {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Mono kNow{1000s};

/// A service over five keys /a/t/k0/60s/ .. /a/t/k4/60s/, with a list where the answers go.
class QueryServiceTest : public testing::Test {
 protected:
  QueryServiceTest() {
    for (int i = 0; i < 5; ++i) publish(fmt::format("/a/t/k{}/60s/", i), 1);
  }

  void publish(const std::string& key, uint64_t key_seq) {
    const Header header{.flags = kFlagFinal, .epoch = 9, .global_seq = ++global_seq_, .key_seq = key_seq};
    ASSERT_NE(cache_.apply(key, header, kNoInstant, "body"), Kept::refused);
  }

  Sent take(std::span<const std::string_view> frames) {
    if (outcome_ != Sent::yes) return outcome_;
    EXPECT_EQ(frames[0], peer_);
    frames = frames.subspan(delimiter_ ? 2 : 1);
    EXPECT_EQ(frames[0], "RTN1");
    if (frames[1] == "KV") {
      const Header header = decode_header(frames[3]).value();
      EXPECT_NE(header.flags & kFlagResend, 0);
      answers_.push_back(fmt::format("KV {} {}", frames[2], header.key_seq));
    } else {
      answers_.push_back(fmt::format("{} {}", frames[1], frames[2]));
    }
    return Sent::yes;
  }

  std::vector<std::string> ask(std::string peer, std::string verb, std::string arguments = "{}", Mono now = kNow) {
    answers_.clear();
    peer_ = peer;
    std::vector<std::string> frames = {peer};
    if (delimiter_) frames.emplace_back();
    frames.insert(frames.end(), {"RTN1", std::move(verb), std::move(arguments)});
    service_.answer(frames, now);
    return answers_;
  }

  uint64_t global_seq_ = 0;
  LastValueCache cache_{100};
  FeedCounters counters_;
  QueryService service_{{.epoch = 9, .body = BodyFormat::json, .snapshots_max = 2},
                        cache_,
                        counters_,
                        [this](std::span<const std::string_view> frames) { return take(frames); }};
  std::string peer_;
  bool delimiter_ = false;
  Sent outcome_ = Sent::yes;
  std::vector<std::string> answers_;
};

TEST_F(QueryServiceTest, ASnapshotWithinItsCreditEndsAtOnce) {
  EXPECT_THAT(ask("p", "SNAPSHOT", R"({"prefix":"/a/t/k3/","id":"s"})"),
              ElementsAre("KV /a/t/k3/60s/ 1", R"(END {"epoch":9,"global_seq":5,"start_seq":5,"count":1,"id":"s"})"));
  EXPECT_EQ(counters_.snapshots_ok, 1u);
}

TEST_F(QueryServiceTest, ASnapshotBeyondItsCreditGoesOnWithMore) {
  EXPECT_THAT(ask("p", "SNAPSHOT", R"({"credit":2})"),
              ElementsAre("KV /a/t/k0/60s/ 1", "KV /a/t/k1/60s/ 1", R"(MORE {"count":2})"));
  EXPECT_THAT(ask("p", "MORE", R"({"credit":2})"),
              ElementsAre("KV /a/t/k2/60s/ 1", "KV /a/t/k3/60s/ 1", R"(MORE {"count":4})"));
  EXPECT_THAT(ask("p", "MORE"),
              ElementsAre("KV /a/t/k4/60s/ 1", R"(END {"epoch":9,"global_seq":5,"start_seq":5,"count":5})"));
}

TEST_F(QueryServiceTest, ASnapshotThatFitsItsCreditExactlyNeedsNoMore) {
  EXPECT_THAT(ask("p", "SNAPSHOT", R"({"credit":1,"prefix":"/a/t/k3/"})"),
              ElementsAre("KV /a/t/k3/60s/ 1", R"(END {"epoch":9,"global_seq":5,"start_seq":5,"count":1})"));
}

TEST_F(QueryServiceTest, AnEmptySnapshotIsItsEnd) {
  EXPECT_THAT(ask("p", "SNAPSHOT", R"({"prefix":"/a/t/nobody/"})"),
              ElementsAre(R"(END {"epoch":9,"global_seq":5,"start_seq":5,"count":0})"));
}

// Nothing in a snapshot is newer than its end, whatever is published between two slices.
TEST_F(QueryServiceTest, ASnapshotEndsWithTheSequenceOfItsEndAndSaysWhereItBegan) {
  ask("p", "SNAPSHOT", R"({"credit":4})");
  publish("/a/t/k0/60s/", 2);
  publish("/a/t/k4/60s/", 2);
  EXPECT_THAT(ask("p", "MORE"),
              ElementsAre("KV /a/t/k4/60s/ 2", R"(END {"epoch":9,"global_seq":7,"start_seq":5,"count":5})"));
}

TEST_F(QueryServiceTest, MoreWithoutASnapshotIsAnError) {
  EXPECT_THAT(ask("p", "MORE"), ElementsAre(R"(ERR {"code":"no_snapshot",)"
                                            R"("message":"no snapshot is under way; ask again with SNAPSHOT"})"));
}

TEST_F(QueryServiceTest, ASecondSnapshotOfAPeerReplacesItsFirst) {
  ask("p", "SNAPSHOT", R"({"credit":1})");
  EXPECT_THAT(ask("p", "SNAPSHOT", R"({"credit":1})"), ElementsAre("KV /a/t/k0/60s/ 1", R"(MORE {"count":1})"));
  EXPECT_EQ(counters_.snapshots_replaced, 1u);
  EXPECT_EQ(counters_.snapshots_open, 1u);
}

TEST_F(QueryServiceTest, SnapshotsBeyondTheLimitAreBusy) {
  ask("p", "SNAPSHOT", R"({"credit":1})");
  ask("q", "SNAPSHOT", R"({"credit":1})");
  EXPECT_THAT(ask("r", "SNAPSHOT", R"({"id":"s"})"),
              ElementsAre(R"(ERR {"code":"busy",)"
                          R"("message":"too many snapshots are under way; ask again in a second","id":"s"})"));
  EXPECT_EQ(counters_.snapshots_busy, 1u);
}

TEST_F(QueryServiceTest, ASnapshotThatNobodyFetchesMakesRoomForAnother) {
  ask("p", "SNAPSHOT", R"({"credit":1})");
  ask("q", "SNAPSHOT", R"({"credit":1})", kNow + 9s);
  EXPECT_THAT(ask("r", "SNAPSHOT", R"({"prefix":"/hb/"})", kNow + 10s - 1ms),
              ElementsAre(testing::StartsWith("ERR {\"code\":\"busy\"")));
  EXPECT_THAT(ask("r", "SNAPSHOT", R"({"prefix":"/hb/"})", kNow + 10s), ElementsAre(testing::StartsWith("END")));
  EXPECT_THAT(ask("p", "MORE"), ElementsAre(testing::StartsWith("ERR {\"code\":\"no_snapshot\"")));
  EXPECT_EQ(counters_.snapshots_slow, 1u);
}

TEST_F(QueryServiceTest, APeerThatDoesNotReadLosesItsSnapshot) {
  outcome_ = Sent::full;
  EXPECT_THAT(ask("p", "SNAPSHOT"), IsEmpty());
  EXPECT_EQ(counters_.snapshots_slow, 1u);
  EXPECT_EQ(counters_.snapshots_open, 0u);
}

TEST_F(QueryServiceTest, APeerThatLeavesLosesItsSnapshot) {
  outcome_ = Sent::gone;
  EXPECT_THAT(ask("p", "SNAPSHOT"), IsEmpty());
  EXPECT_EQ(counters_.snapshots_gone, 1u);
  EXPECT_EQ(counters_.snapshots_open, 0u);
}

TEST_F(QueryServiceTest, ARequestSocketGetsItsDelimiterBack) {
  delimiter_ = true;
  EXPECT_THAT(ask("p", "PING"), ElementsAre(R"(PONG {"epoch":9,"global_seq":5})"));
}

TEST_F(QueryServiceTest, KeysComeInPages) {
  EXPECT_THAT(ask("p", "KEYS", R"({"prefix":"/a/t/","limit":3})"),
              ElementsAre(R"(KEYS {"keys":["/a/t/k0/60s/","/a/t/k1/60s/","/a/t/k2/60s/"],"next":"/a/t/k2/60s/"})"));
  EXPECT_THAT(ask("p", "KEYS", R"({"prefix":"/a/t/","limit":3,"after":"/a/t/k2/60s/"})"),
              ElementsAre(R"(KEYS {"keys":["/a/t/k3/60s/","/a/t/k4/60s/"]})"));
}

TEST_F(QueryServiceTest, StatusSaysHowTheFeedFares) {
  EXPECT_THAT(ask("p", "STATUS", R"({"id":"1"})"),
              ElementsAre("STATUS {\"version\":\"" ROOMTONE_VERSION
                          "\",\"epoch\":9,\"global_seq\":5,\"keys\":5,\"keys_max\":100,\"subscribers\":0,"
                          "\"snapshots_open\":0,\"body\":\"json\",\"id\":\"1\"}"));
}

TEST_F(QueryServiceTest, VerbsOfLaterReleasesAreUnsupported) {
  for (const char* verb : {"REPLAY", "HISTORY", "EXPLAIN"})
    EXPECT_THAT(ask("p", verb), ElementsAre(testing::StartsWith("ERR {\"code\":\"unsupported_verb\"")));
  EXPECT_EQ(counters_.verbs_unknown, 3u);
  EXPECT_EQ(counters_.queries_malformed, 0u);
}

TEST_F(QueryServiceTest, AMessageOfARoutingIdAloneIsRefused) {
  peer_ = "p";
  service_.answer(std::vector<std::string>{"p"}, kNow);
  EXPECT_THAT(answers_, ElementsAre(R"(ERR {"code":"bad_request","message":"empty query"})"));
  EXPECT_EQ(counters_.queries_malformed, 1u);
}

}  // namespace
}  // namespace roomtone::publish
