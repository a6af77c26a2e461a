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
    recent_.add(key, header, "body");
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
    service_.answer(frames, user_, now);
    return answers_;
  }

  uint64_t global_seq_ = 0;
  LastValueCache cache_{100};
  RecentUpdates recent_{1u << 20};
  AllowList allowed_;
  Wake wake_;
  HistoryDesk history_{{}, 1, wake_};
  FeedCounters counters_;
  std::string user_;
  QueryService service_{{.epoch = 9, .body = BodyFormat::json, .snapshots_max = 2, .limits = {{"hwm", 7}}},
                        {cache_, recent_, allowed_, history_},
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
  EXPECT_THAT(ask("r", "SNAPSHOT", R"({"credit":4,"id":"s"})"),
              ElementsAre(R"(ERR {"code":"busy",)"
                          R"("message":"too many snapshots are under way; ask again in a second","id":"s"})"));
  EXPECT_EQ(counters_.snapshots_busy, 1u);
}

TEST_F(QueryServiceTest, ASnapshotThatFitsItsCreditIsServedHoweverManyAreUnderWay) {
  ask("p", "SNAPSHOT", R"({"credit":1})");
  ask("q", "SNAPSHOT", R"({"credit":1})");
  EXPECT_THAT(ask("r", "SNAPSHOT", R"({"credit":5})"), testing::SizeIs(6));
  EXPECT_EQ(counters_.snapshots_ok, 1u);
}

TEST_F(QueryServiceTest, ASnapshotThatNobodyFetchesMakesRoomForAnother) {
  ask("p", "SNAPSHOT", R"({"credit":1})");
  ask("q", "SNAPSHOT", R"({"credit":1})", kNow + 9s);
  EXPECT_THAT(ask("r", "SNAPSHOT", R"({"credit":1})", kNow + 10s - 1ms),
              ElementsAre(testing::StartsWith("ERR {\"code\":\"busy\"")));
  EXPECT_THAT(ask("r", "SNAPSHOT", R"({"credit":1})", kNow + 10s),
              ElementsAre("KV /a/t/k0/60s/ 1", R"(MORE {"count":1})"));
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
  EXPECT_THAT(
      ask("p", "STATUS", R"({"id":"1"})"),
      ElementsAre("STATUS {\"version\":\"" ROOMTONE_VERSION
                  "\",\"epoch\":9,\"global_seq\":5,\"keys\":5,\"keys_max\":100,\"subscribers\":0,"
                  "\"snapshots_open\":0,\"body\":\"json\",\"may_read\":[\"\"],\"limits\":{\"hwm\":7},\"id\":\"1\"}"));
}

TEST_F(QueryServiceTest, VerbsOfLaterReleasesAreUnsupported) {
  EXPECT_THAT(ask("p", "FORECAST"), ElementsAre(testing::StartsWith("ERR {\"code\":\"unsupported_verb\"")));
  EXPECT_EQ(counters_.verbs_unknown, 1u);
  EXPECT_EQ(counters_.queries_malformed, 0u);
}

std::string replay_of(std::string_view key, uint64_t from, uint64_t epoch = 9) {
  return fmt::format(R"({{"key":"{}","epoch":{},"from_key_seq":{}}})", key, epoch, from);
}

TEST_F(QueryServiceTest, AReplayIsEveryUpdateOfItsKeyFromThere) {
  for (uint64_t seq = 2; seq <= 4; ++seq) publish("/a/t/k0/60s/", seq);
  EXPECT_THAT(ask("p", "REPLAY", replay_of("/a/t/k0/60s/", 2)),
              ElementsAre("KV /a/t/k0/60s/ 2", "KV /a/t/k0/60s/ 3", "KV /a/t/k0/60s/ 4",
                          R"(END {"recovered":true,"epoch":9,"global_seq":8,"count":3})"));
  EXPECT_EQ(counters_.replays_ok, 1u);
}

TEST_F(QueryServiceTest, AReplayOfNothingMissedIsItsEnd) {
  EXPECT_THAT(ask("p", "REPLAY", replay_of("/a/t/k0/60s/", 2)),
              ElementsAre(R"(END {"recovered":true,"epoch":9,"global_seq":5,"count":0})"));
}

TEST_F(QueryServiceTest, AnEpochMayComeAsAString) {
  EXPECT_THAT(ask("p", "REPLAY", R"({"key":"/a/t/k0/60s/","epoch":"9","from_key_seq":"2"})"),
              ElementsAre(R"(END {"recovered":true,"epoch":9,"global_seq":5,"count":0})"));
}

TEST_F(QueryServiceTest, AReplayThatCannotBeWholeIsRefusedAtOnce) {
  const auto refused = [](std::string_view reason) {
    return ElementsAre(
        fmt::format(R"(END {{"recovered":false,"reason":"{}","epoch":9,"global_seq":5,"count":0}})", reason));
  };
  EXPECT_THAT(ask("p", "REPLAY", replay_of("/a/t/k0/60s/", 1, 8)), refused("epoch"));
  EXPECT_THAT(ask("p", "REPLAY", replay_of("/a/t/nobody/60s/", 1)), refused("unknown_key"));
  EXPECT_THAT(ask("p", "REPLAY", replay_of("/a/t/k0/60s/", 3)), refused("ahead"));
  recent_ = RecentUpdates(0);
  EXPECT_THAT(ask("p", "REPLAY", replay_of("/a/t/k0/60s/", 1)), refused("evicted"));
  EXPECT_EQ(counters_.replays_refused, 4u);
}

TEST_F(QueryServiceTest, AReplayHasAtMostAThousandUpdates) {
  for (uint64_t seq = 2; seq <= 1001; ++seq) publish("/a/t/k0/60s/", seq);
  EXPECT_THAT(ask("p", "REPLAY", replay_of("/a/t/k0/60s/", 1)), ElementsAre(testing::HasSubstr("too_many")));
  EXPECT_THAT(ask("p", "REPLAY", replay_of("/a/t/k0/60s/", 2)), testing::SizeIs(1001));
}

TEST_F(QueryServiceTest, AReplayToAPeerThatDoesNotReadIsBrokenOff) {
  outcome_ = Sent::full;
  EXPECT_THAT(ask("p", "REPLAY", replay_of("/a/t/k0/60s/", 1)), IsEmpty());
  EXPECT_EQ(counters_.replays_broken, 1u);
}

TEST_F(QueryServiceTest, WithoutAStoreHistoryIsUnavailable) {
  EXPECT_THAT(ask("p", "HISTORY", R"({"key":"room","from_us":0,"to_us":1})"),
              ElementsAre(testing::StartsWith("ERR {\"code\":\"unavailable\"")));
}

TEST_F(QueryServiceTest, WithoutAStoreNothingCanBeExplained) {
  EXPECT_THAT(ask("p", "EXPLAIN", R"({"key":"room"})"),
              ElementsAre(testing::StartsWith("ERR {\"code\":\"unavailable\"")));
}

// A reader who may read topic k1 alone, and what it asks.
class LimitedReader : public QueryServiceTest {
 protected:
  LimitedReader() {
    allowed_ = AllowList({{"limited", "key", {"/a/t/k1/"}}, {"other", "key2", {"/a/t/k2/"}}});
    user_ = "limited";
  }
};

constexpr std::string_view kForbidden = "ERR {\"code\":\"forbidden\"";

TEST_F(LimitedReader, IsAnsweredWithinWhatItMayRead) {
  EXPECT_THAT(ask("p", "SNAPSHOT", R"({"prefix":"/a/t/k1/"})"), testing::SizeIs(2));
  EXPECT_THAT(ask("p", "KEYS", R"({"prefix":"/a/t/k1/"})"), ElementsAre(R"(KEYS {"keys":["/a/t/k1/60s/"]})"));
  EXPECT_THAT(ask("p", "REPLAY", replay_of("/a/t/k1/60s/", 1)), testing::SizeIs(2));
  EXPECT_THAT(ask("p", "STATUS"), ElementsAre(testing::HasSubstr(R"("may_read":["/a/t/k1/"])")));
  EXPECT_EQ(counters_.queries_forbidden, 0u);
}

TEST_F(LimitedReader, IsForbiddenAnythingWiderOrElsewhereByEveryVerb) {
  for (const char* prefix : {"", "/", "/a/", "/a/t/", "/a/t/k2/", "/a/room/"}) {
    const std::string arguments = fmt::format(R"({{"prefix":"{}"}})", prefix);
    EXPECT_THAT(ask("p", "SNAPSHOT", arguments), ElementsAre(testing::StartsWith(kForbidden))) << prefix;
    EXPECT_THAT(ask("p", "KEYS", arguments), ElementsAre(testing::StartsWith(kForbidden))) << prefix;
  }
  EXPECT_THAT(ask("p", "SNAPSHOT"), ElementsAre(testing::StartsWith(kForbidden)));
  EXPECT_THAT(ask("p", "REPLAY", replay_of("/a/t/k2/60s/", 1)), ElementsAre(testing::StartsWith(kForbidden)));
  for (const char* room : {"room", "t/k2", "t/k"}) {
    const std::string arguments = fmt::format(R"({{"key":"{}","from_us":0,"to_us":1}})", room);
    EXPECT_THAT(ask("p", "HISTORY", arguments), ElementsAre(testing::StartsWith(kForbidden))) << room;
    const std::string why = fmt::format(R"({{"key":"{}"}})", room);
    EXPECT_THAT(ask("p", "EXPLAIN", why), ElementsAre(testing::StartsWith(kForbidden))) << room;
  }
  EXPECT_EQ(counters_.queries_forbidden, 20u);
}

TEST_F(LimitedReader, IsToldByAfterNothingOutsideItsPrefix) {
  EXPECT_THAT(ask("p", "KEYS", R"({"prefix":"/a/t/k1/","after":"/a/t/k0/"})"),
              ElementsAre(R"(KEYS {"keys":["/a/t/k1/60s/"]})"));
  EXPECT_THAT(ask("p", "KEYS", R"({"prefix":"/a/t/k1/","after":"/a/t/k3/"})"), ElementsAre(R"(KEYS {"keys":[]})"));
}

// A routing id is the client's to choose: whoever takes over that of a reader who left gets nothing of what it had
// begun.
TEST_F(LimitedReader, CannotGoOnWithASnapshotThatAnotherBegan) {
  publish("/a/t/k2/300s/", 1);
  user_ = "other";
  ask("p", "SNAPSHOT", R"({"prefix":"/a/t/k2/","credit":1})");
  user_ = "limited";
  EXPECT_THAT(ask("p", "MORE"), ElementsAre(testing::StartsWith("ERR {\"code\":\"no_snapshot\"")));
}

TEST_F(QueryServiceTest, AMessageOfARoutingIdAloneIsRefused) {
  peer_ = "p";
  service_.answer(std::vector<std::string>{"p"}, "", kNow);
  EXPECT_THAT(answers_, ElementsAre(R"(ERR {"code":"bad_request","message":"empty query"})"));
  EXPECT_EQ(counters_.queries_malformed, 1u);
}

}  // namespace
}  // namespace roomtone::publish
