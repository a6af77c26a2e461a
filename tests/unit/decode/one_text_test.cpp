#include <gtest/gtest.h>

#include "unit/decode/reading.hpp"

namespace roomtone::decode {
namespace {

constexpr std::string_view kText = "I <3 R&D – \"großartig\" 😀 שלום\nsecond line";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

std::string escaped(std::string_view text) {
  return replaced(replaced(replaced(std::string(text), "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
}

struct Spelling {
  std::string name;
  Format format;
  std::string frame;
};

const std::string kHtml = "<p>" + replaced(replaced(escaped(kText), "\n", "<br />"), "\"", "&quot;") +
                          R"(<span class="invisible">!</span></p>)";
const std::string kStatus =
    R"({"id":"1","uri":"u","visibility":"public","account":{"acct":"a"},"content":)" + json_string(kHtml) + "}";

const Spelling kSpellings[] = {
    {"own", Format::own, R"({"text":)" + json_string(kText) + "}"},
    {"jetstream_v1", Format::jetstream,
     R"({"did":"did:plc:a","time_us":1,"kind":"commit","commit":{"operation":"create","collection":"app.bsky.feed.post","rkey":"r","record":{"text":)" +
         json_string(kText) + "}}}"},
    {"jetstream_v2", Format::jetstream,
     R"({"$type":"message","payload":{"$type":"x#commit","seq":1,"did":"did:plc:a","time":"2026-05-25T14:23:29Z","operation":"create","collection":"app.bsky.feed.post","rkey":"r","record":{"text":)" +
         json_string(kText) + "}}}"},
    {"mastodon_status", Format::mastodon, kStatus},
    {"mastodon_event", Format::mastodon,
     R"({"stream":["public"],"event":"update","payload":)" + json_string(kStatus) + "}"},
    {"x_v2", Format::x_v2, R"({"data":{"id":"1","text":)" + json_string(escaped(kText)) + "}}"},
    {"x_v2_note", Format::x_v2,
     R"({"data":{"id":"1","text":"cut","note_post":{"text":)" + json_string(escaped(kText)) + "}}}"},
    {"x_v11", Format::x_v11, R"({"id_str":"1","text":)" + json_string(escaped(kText)) + "}"},
    {"x_v11_extended", Format::x_v11,
     R"({"id_str":"1","text":"cut","truncated":true,"extended_tweet":{"full_text":)" + json_string(escaped(kText)) +
         "}}"},
};

class OneText : public testing::TestWithParam<Spelling> {};

TEST_P(OneText, IsTheSameMessageTextInEveryFormat) {
  const Reading reading(GetParam().format, GetParam().frame);
  ASSERT_EQ(reading.decoded, kMessage);
  EXPECT_EQ(reading.message.text, kText);
}

TEST_P(OneText, IsTheSameWhenTheFormatIsDetected) {
  const Reading reading(Format::detect, GetParam().frame);
  ASSERT_EQ(reading.decoded, kMessage);
  EXPECT_EQ(reading.message.text, kText);
  EXPECT_EQ(reading.message.network, Reading(GetParam().format, GetParam().frame).message.network);
}

INSTANTIATE_TEST_SUITE_P(Formats, OneText, testing::ValuesIn(kSpellings), name_of<testing::TestParamInfo<Spelling>>);

}  // namespace
}  // namespace roomtone::decode
