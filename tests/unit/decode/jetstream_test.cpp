#include <gtest/gtest.h>
#include "decode/decoder.hpp"
using namespace roomtone;
TEST(Jetstream, Smoke) {
  decode::Decoder d(Format::jetstream);
  Message m;
  std::string f =
      R"({"did":"did:plc:q","time_us":1779719009157119,"kind":"commit","commit":{"rev":"3mmoojpaqkn2z","operation":"create","collection":"app.bsky.feed.post","rkey":"3mm","record":{"$type":"app.bsky.feed.post","createdAt":"2026-05-25T14:23:28.757Z","langs":["en"],"text":"Try RSV for a good time !!"},"cid":"baf"}})";
  const size_t n = f.size();
  f.append(64, '\0');
  EXPECT_EQ(d.decode(std::string_view(f).substr(0, n), m), Decoded::message());
  EXPECT_EQ(m.id, "at://did:plc:q/app.bsky.feed.post/3mm");
}
