#include "people/lists.hpp"

#include <gtest/gtest.h>

#include "model/author.hpp"

namespace roomtone::people {
namespace {

MemberSpec by_id(std::string id, std::string role = "", std::optional<Network> network = {}) {
  MemberSpec member;
  member.place = "l.csv:" + id;
  member.id = std::move(id);
  member.role = std::move(role);
  member.network = network;
  return member;
}

MemberSpec by_handle(std::string handle, std::string role = "", std::optional<Network> network = {}) {
  MemberSpec member;
  member.place = "l.csv:" + handle;
  member.handle = std::move(handle);
  member.role = std::move(role);
  member.network = network;
  return member;
}

ListSpec list_of(std::string id, std::vector<MemberSpec> members) {
  ListSpec spec;
  spec.id = std::move(id);
  spec.members = std::move(members);
  return spec;
}

Lists compiled(std::vector<ListSpec> specs) {
  auto lists = Lists::compile(std::move(specs));
  EXPECT_TRUE(lists) << lists.error().context;
  return std::move(*lists);
}

std::vector<Membership> lists_of(const Lists& lists, std::string_view author, std::string_view name,
                                 Network network = Network::atproto) {
  Message message;
  message.network = network;
  message.author = author;
  message.author_name = name;
  std::vector<Membership> found;
  lists.find(message, found);
  return found;
}

using Found = std::vector<Membership>;

TEST(Lists, KnowSomebodyOnSeveralAtOnceInTheirOrder) {
  const Lists lists = compiled({list_of("a", {by_id("x", "jockey"), by_id("y", "owner")}), list_of("b", {by_id("z")}),
                                list_of("c", {by_id("w"), by_id("y", "member")})});
  EXPECT_EQ(lists_of(lists, "y", ""), (Found{{0, 1, 1}, {2, 0, 1}}));
  EXPECT_EQ(lists_of(lists, "z", ""), (Found{{1, 0, 0}}));
  EXPECT_EQ(lists_of(lists, "v", ""), Found{});
  EXPECT_EQ(lists.list(0).roles, (std::vector<std::string>{"jockey", "owner"}));
}

TEST(Lists, KnowAHandleWhateverItsCapitals) {
  const Lists lists = compiled({list_of("a", {by_handle("Anna.Example")})});
  EXPECT_EQ(lists_of(lists, "did:1", "@aNNA.example"), (Found{{0, 0, 0}}));
  EXPECT_EQ(lists_of(lists, "anna.example", ""), Found{}) << "an id is no handle";
}

TEST(Lists, DoNotTakeAHandleForSomebodyWhoseIdIsKnown) {
  MemberSpec anna = by_id("did:1");
  anna.handle = "anna";
  const Lists lists = compiled({list_of("a", {anna})});
  EXPECT_EQ(lists_of(lists, "did:1", "renamed"), (Found{{0, 0, 0}}));
  EXPECT_EQ(lists_of(lists, "did:2", "anna"), Found{}) << "somebody else has her handle now";
  EXPECT_EQ(lists.list(0).members[0].shown, "anna");
}

TEST(Lists, TrustTheIdWhereIdAndHandleDisagree) {
  const Lists lists = compiled({list_of("a", {by_id("did:1", "jockey"), by_handle("anna", "owner")}),
                                list_of("b", {by_handle("anna", "owner")})});
  EXPECT_EQ(lists_of(lists, "did:1", "anna"), (Found{{0, 0, 0}, {1, 0, 0}}));
}

TEST(Lists, TellNetworksApart) {
  const Lists lists =
      compiled({list_of("a", {by_id("7", "jockey", Network::x), by_id("7", "owner", Network::fediverse)})});
  EXPECT_EQ(lists_of(lists, "7", "", Network::x), (Found{{0, 0, 0}}));
  EXPECT_EQ(lists_of(lists, "7", "", Network::fediverse), (Found{{0, 1, 1}}));
  EXPECT_EQ(lists_of(lists, "7", "", Network::own), Found{});
}

TEST(Lists, SayUnderWhichKeysTheyMayHaveSomebody) {
  const auto key = [](MemberSpec member) {
    return compiled({list_of("a", {std::move(member)})}).list(0).members[0].key;
  };
  EXPECT_EQ(Lists::keys_of_id(Network::x, "7"), (std::vector{key(by_id("7", "", Network::x)), key(by_id("7"))}));
  EXPECT_EQ(Lists::keys_of_handle(Network::x, "@Anna"),
            (std::vector{key(by_handle("anna", "", Network::x)), key(by_handle("Anna"))}));
  EXPECT_NE(Lists::keys_of_id(Network::x, "anna"), Lists::keys_of_handle(Network::x, "anna"));
  EXPECT_NE(Lists::keys_of_id(Network::x, "7")[0], Lists::keys_of_id(Network::own, "7")[0]);
}

TEST(Lists, RefuseTheSamePersonTwice) {
  const auto twice = Lists::compile({list_of("a", {by_id("7"), by_id("7", "", Network::x)})});
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().context,
            "l.csv:7: got '7' again, who stands at l.csv:7 already, expected each once on a list");
}

TEST(Lists, RefuseMoreThanTheirLimits) {
  std::vector<ListSpec> many;
  for (int i = 0; i < 101; ++i) many.push_back(list_of("l" + std::to_string(i), {}));
  EXPECT_EQ(Lists::compile(many).error().context, "got 101 lists, expected at most 100");
  std::vector<MemberSpec> roles;
  for (int i = 0; i < 65; ++i) roles.push_back(by_id("m" + std::to_string(i), "r" + std::to_string(i)));
  EXPECT_EQ(Lists::compile({list_of("a", roles)}).error().context,
            "l.csv:m64: got the role 'r64', expected at most 64 roles in a list");
  EXPECT_EQ(Lists::compile({list_of("a", {}), list_of("a", {})}).error().context,
            "list 'a': got twice, expected each id once");
}

TEST(Lists, KnowEveryMemberOfAHundredListsOfAThousand) {
  std::vector<ListSpec> specs;
  for (int l = 0; l < 100; ++l) {
    auto& spec = specs.emplace_back(list_of("l" + std::to_string(l), {}));
    for (int m = 0; m < 1000; ++m) spec.members.push_back(by_id("did:plc:" + std::to_string(l * 500 + m)));
  }
  const Lists lists = compiled(std::move(specs));
  for (int author = 0; author < 50'500; ++author) {
    std::vector<Membership> expected;
    for (int l = std::max(0, (author - 500) / 500); l < 100 && l * 500 <= author; ++l)
      if (author - l * 500 < 1000)
        expected.push_back({static_cast<uint32_t>(l), 0, static_cast<uint32_t>(author - l * 500)});
    ASSERT_EQ(lists_of(lists, "did:plc:" + std::to_string(author), ""), expected) << author;
  }
  for (int author = 50'500; author < 60'000; ++author)
    ASSERT_TRUE(lists_of(lists, "did:plc:" + std::to_string(author), "").empty());
}

TEST(Weights, AreThoseOfTheHashesThatTheSketchesHave) {
  const SipKey key{1, 2};
  MemberSpec heavy = by_id("did:1", "", Network::atproto);
  heavy.weight = 2000;
  MemberSpec anywhere = by_id("u");
  anywhere.weight = 1500;
  ListSpec spec = list_of("a", {heavy, anywhere, by_id("plain")});
  spec.weight = 500;
  const Weights weights = compiled({spec}).weights(key);
  EXPECT_EQ(weights.of(author_hash(key, Network::atproto, "did:1")), 2000u);
  EXPECT_EQ(weights.of(author_hash(key, Network::x, "did:1")), Weights::kOne);
  EXPECT_EQ(weights.of(author_hash(key, Network::x, "u")), 1500u);
  EXPECT_EQ(weights.of(author_hash(key, Network::own, "plain")), 500u);
  EXPECT_EQ(weights.of(author_hash(key, Network::own, "stranger")), Weights::kOne);
}

TEST(Weights, OfSeveralDoubtOutweighsTrust) {
  EXPECT_EQ(Weights({{7, 3000}, {7, 2000}}).of(7), 3000u);
  EXPECT_EQ(Weights({{7, 3000}, {7, 500}, {7, 700}}).of(7), 500u);
}

TEST(Weights, HaveAnotherVersionWheneverOneChanges) {
  EXPECT_EQ(Weights().version(), 0u);
  EXPECT_EQ(Weights({{7, Weights::kOne}}).version(), 0u);
  EXPECT_NE(Weights({{7, 2000}}).version(), Weights({{7, 2001}}).version());
  EXPECT_EQ(Weights({{7, 2000}, {8, 1}}).version(), Weights({{8, 1}, {7, 2000}}).version());
}

}  // namespace
}  // namespace roomtone::people
