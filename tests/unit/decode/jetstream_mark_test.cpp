#include "decode/jetstream_mark.hpp"

#include <gtest/gtest.h>

#include <set>

namespace roomtone::decode {
namespace {

EventMark mark_of(std::string_view frame) { return JetstreamMarker().mark(frame); }

constexpr std::string_view kPost =
    R"({"did":"did:plc:a","time_us":1783175888085434,"kind":"commit","commit":{"rev":"3mptbypluud2a","operation":"create",)"
    R"("collection":"app.bsky.feed.post","rkey":"3mptbyplj5d2a","record":{"text":"hello"},"cid":"bafy"}})";

TEST(JetstreamMark, HasTheHostsTime) { EXPECT_EQ(mark_of(kPost).time, instant_of_micros(1'783'175'888'085'434)); }

TEST(JetstreamMark, AnEventIsTheSameOnHostsWithOtherTimesAndOrders) {
  const EventMark elsewhere = mark_of(
      R"({"kind":"commit","cursor":77,"commit":{"rkey":"3mptbyplj5d2a","collection":"app.bsky.feed.post","operation":)"
      R"("create","rev":"3mptbypluud2a","record":{"text":"hello"}},"time_us":1783175890000000,"did":"did:plc:a"})");
  EXPECT_EQ(elsewhere.event, mark_of(kPost).event);
  EXPECT_NE(elsewhere.time, mark_of(kPost).time);
}

TEST(JetstreamMark, TellsEventsApartByEveryPartOfTheirName) {
  const auto commit = [](const char* did, const char* rev, const char* operation, const char* collection,
                         const char* rkey) {
    return mark_of(std::string(R"({"did":")") + did + R"(","time_us":1,"kind":"commit","commit":{"rev":")" + rev +
                   R"(","operation":")" + operation + R"(","collection":")" + collection + R"(","rkey":")" + rkey +
                   "\"}}")
        .event;
  };
  const std::set<uint64_t> events{
      commit("did:a", "r", "create", "c", "k"),
      commit("did:b", "r", "create", "c", "k"),
      commit("did:a", "s", "create", "c", "k"),
      commit("did:a", "r", "delete", "c", "k"),
      commit("did:a", "r", "create", "d", "k"),
      commit("did:a", "r", "create", "c", "l"),
      commit("did:ar", "x", "create", "c", "k"),
      commit("did:a", "rx", "create", "c", "k"),
      mark_of(R"({"did":"did:a","time_us":1,"kind":"identity","identity":{"did":"did:a","seq":1}})").event,
      mark_of(R"({"did":"did:a","time_us":1,"kind":"identity","identity":{"did":"did:a","seq":2}})").event,
      mark_of(R"({"did":"did:a","time_us":1,"kind":"account","account":{"did":"did:a","seq":1}})").event};
  EXPECT_EQ(events.size(), 11u);
}

TEST(JetstreamMark, WhatIsNoEventIsKnownByItsBytesAndHasNoTime) {
  for (const std::string_view frame : {"", "{", "[]", "null", R"({"time_us":"1"})", R"({"time_us":-5})", "\xff\xfe"}) {
    EXPECT_EQ(mark_of(frame).time, kNoInstant) << frame;
    EXPECT_EQ(mark_of(frame), mark_of(frame));
  }
  EXPECT_NE(mark_of("{").event, mark_of("[").event);
}

TEST(JetstreamMark, AnEventWithoutAllPartsOfItsNameIsKnownByItsBytes) {
  const EventMark one = mark_of(R"({"did":"did:a","time_us":5,"kind":"commit","commit":{"rev":"r"}})");
  const EventMark other = mark_of(R"({"did":"did:a","time_us":6,"kind":"commit","commit":{"rev":"r"}})");
  EXPECT_NE(one.event, other.event);
  EXPECT_EQ(one.time, instant_of_micros(5));
}

}  // namespace
}  // namespace roomtone::decode
