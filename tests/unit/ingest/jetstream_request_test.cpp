#include "ingest/jetstream_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace roomtone::ingest {
namespace {

using testing::HasSubstr;

TEST(JetstreamHost, IsReadWithAndWithoutAPort) {
  const auto read = [](std::string_view text) {
    const auto host = parse_jetstream_host(text);
    return host ? host->text() : "refused";
  };
  EXPECT_EQ(read("wss://jetstream1.us-east.bsky.network"), "wss://jetstream1.us-east.bsky.network:443");
  EXPECT_EQ(read("wss://jetstream1.us-east.bsky.network/"), "wss://jetstream1.us-east.bsky.network:443");
  EXPECT_EQ(read("wss://example.org:6008"), "wss://example.org:6008");
  EXPECT_EQ(read("wss://192.0.2.7:6008"), "wss://192.0.2.7:6008");
  EXPECT_EQ(read("wss://[2001:db8::7]"), "wss://[2001:db8::7]:443");
  EXPECT_EQ(read("ws://127.0.0.1:6008"), "ws://127.0.0.1:6008");
  EXPECT_EQ(read("ws://[::1]:6008"), "ws://[::1]:6008");
  EXPECT_EQ(read("ws://localhost"), "ws://localhost:80");
}

TEST(JetstreamHost, RefusesPlainTextToAnotherMachine) {
  const auto refused = parse_jetstream_host("ws://jetstream1.us-east.bsky.network");
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().context, HasSubstr("expected wss://"));
}

class NoHost : public testing::TestWithParam<const char*> {};
TEST_P(NoHost, IsRefused) { EXPECT_FALSE(parse_jetstream_host(GetParam()).has_value()); }
INSTANTIATE_TEST_SUITE_P(JetstreamHost, NoHost,
                         testing::Values("", "wss://", "jetstream1.us-east.bsky.network", "https://example.org",
                                         "wss://example.org/subscribe", "wss://example.org:0",
                                         "wss://example.org:65536", "wss://example.org:", "wss://example.org:44x",
                                         "wss://[2001:db8::7", "wss://[]", "wss://[::1]x:80", "wss://exa mple.org",
                                         "wss://example.org\r\nX: y", "wss://a@b", "wss://example.org?cursor=1"));

TEST(JetstreamRequest, AsksForEverythingWithNothingSaid) {
  const auto request = jetstream_request({}, std::nullopt, false);
  EXPECT_EQ(request.target, "/subscribe");
  EXPECT_EQ(request.hello, "");
}

TEST(JetstreamRequest, NamesCursorCompressionCollectionsAndPeople) {
  const JetstreamFilter filter{{"app.bsky.feed.post", "app.bsky.graph.*"}, {"did:plc:abc", "did:web:example.org%3A80"}};
  const auto request = jetstream_request(filter, instant_of_micros(1'725'911'162'329'308), true);
  EXPECT_EQ(request.target,
            "/subscribe?compress=true&cursor=1725911162329308&wantedCollections=app.bsky.feed.post"
            "&wantedCollections=app.bsky.graph.*&wantedDids=did:plc:abc&wantedDids=did:web:example.org%253A80");
  EXPECT_EQ(request.hello, "");
}

TEST(JetstreamRequest, AListThatIsTooLongGoesIntoAnOptionsMessage) {
  JetstreamFilter filter{{"app.bsky.feed.post"}, {}};
  for (int i = 0; i < 500; ++i) filter.dids.push_back("did:plc:person" + std::to_string(i));
  const auto request = jetstream_request(filter, instant_of_micros(7), false);
  EXPECT_EQ(request.target, "/subscribe?cursor=7&requireHello=true");
  EXPECT_THAT(request.hello,
              testing::StartsWith(R"({"type":"options_update","payload":{"wantedCollections":["app.)"
                                  R"(bsky.feed.post"],"wantedDids":["did:plc:person0","did:plc:person1")"));
  EXPECT_THAT(request.hello, testing::EndsWith(R"("did:plc:person499"]}})"));
}

// One byte more or less must not lose the last name: either all are in the target, or all in the message.
TEST(JetstreamRequest, TheTargetHoldsTheWholeListOrNoneOfIt) {
  for (std::size_t size = 3'000; size < 4'500; ++size) {
    const JetstreamFilter filter{
        {}, {"did:plc:" + std::string(size / 2, 'a'), "did:plc:" + std::string(size - size / 2, 'b')}};
    const auto request = jetstream_request(filter, std::nullopt, false);
    EXPECT_LE(request.target.size(), kTargetBytes + 10);
    const std::string& place = request.hello.empty() ? request.target : request.hello;
    for (const std::string& did : filter.dids) ASSERT_THAT(place, HasSubstr(did)) << size;
  }
}

TEST(JetstreamFilter, IsSortedAndWithoutRepeats) {
  const auto filter = checked({{"b.c.d", "a.b.c", "b.c.d"}, {"did:plc:b", "did:plc:a", "did:plc:b"}});
  ASSERT_TRUE(filter.has_value());
  EXPECT_EQ(filter->collections, (std::vector<std::string>{"a.b.c", "b.c.d"}));
  EXPECT_EQ(filter->dids, (std::vector<std::string>{"did:plc:a", "did:plc:b"}));
}

TEST(JetstreamFilter, RefusesWhatTheProtocolRefuses) {
  std::vector<std::string> many;
  for (std::size_t i = 0; i < kDidsMax + 1; ++i) many.push_back("did:plc:" + std::to_string(i));
  EXPECT_FALSE(checked({{}, many}).has_value());
  many.pop_back();
  EXPECT_TRUE(checked({{}, many}).has_value());
  std::vector<std::string> collections;
  for (std::size_t i = 0; i < kCollectionsMax + 1; ++i) collections.push_back("app.bsky.c" + std::to_string(i));
  EXPECT_FALSE(checked({collections, {}}).has_value());
  for (const char* const bad : {"", "*", ".*", "app.bsky.feed.post&cursor=1", "app bsky", "app.\"bsky"})
    EXPECT_FALSE(checked({{bad}, {}}).has_value()) << bad;
  for (const char* const bad : {"", "did:", "plc:abc", "did:plc:a b", "did:plc:a\"", "@someone.example"})
    EXPECT_FALSE(checked({{}, {bad}}).has_value()) << bad;
}

TEST(JetstreamFilter, ItsFingerprintIsThatOfItsMembersAndOfNothingElse) {
  const auto print = [](JetstreamFilter filter) { return fingerprint(checked(std::move(filter)).value()); };
  EXPECT_EQ(print({{"a.b", "c.d"}, {}}), print({{"c.d", "a.b", "a.b"}, {}}));
  EXPECT_NE(print({{"a.b"}, {}}), print({{"a.b", "c.d"}, {}}));
  EXPECT_NE(print({{}, {"did:plc:a"}}), print({{}, {}}));
}

}  // namespace
}  // namespace roomtone::ingest
