#include "decode/html_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/decode/reading.hpp"

namespace roomtone::decode {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::string text_of_html(std::string_view html, std::size_t bytes_max = 1000) {
  std::string out;
  append_html_text(html, bytes_max, out);
  return out;
}

struct HtmlRow {
  std::string name;
  std::string html;
  std::string text;
};
class HtmlText : public testing::TestWithParam<HtmlRow> {};

TEST_P(HtmlText, IsWhatAReaderSees) { EXPECT_EQ(text_of_html(GetParam().html), GetParam().text); }

INSTANTIATE_TEST_SUITE_P(
    Markup, HtmlText,
    testing::Values(
        HtmlRow{"plain_text", "hello", "hello"}, HtmlRow{"nothing", "", ""},
        HtmlRow{"a_paragraph", "<p>hello</p>", "hello"}, HtmlRow{"paragraphs", "<p>one</p><p>two</p>", "one\ntwo"},
        HtmlRow{"line_breaks", "<p>one<br>two<br/>three<br />four</p>", "one\ntwo\nthree\nfour"},
        HtmlRow{"upper_case", "<P>one<BR>two</P>", "one\ntwo"},
        HtmlRow{"list_items", "<ul><li>one</li><li>two</li></ul>", "one\ntwo"},
        HtmlRow{"inline_tags_leave_no_trace", "so <b>very</b> <em>good</em><wbr>ness", "so very goodness"},
        HtmlRow{
            "a_mention",
            R"(<span class="h-card"><a href="https://a.example/@bo" class="u-url mention">@<span>bo</span></a></span> hi)",
            "@bo hi"},
        HtmlRow{"a_shortened_link",
                R"(<a href="https://www.example.org/a/long/path"><span class="invisible">https://www.</span><span )"
                R"(class="ellipsis">example.org/a/lo</span><span class="invisible">ng/path</span></a>!)",
                "example.org/a/lo!"},
        HtmlRow{"invisible_among_other_classes", R"(a<span class="x invisible y">b</span>c)", "ac"},
        HtmlRow{"a_class_that_only_contains_it", R"(a<span class="not-invisible">b</span>c)", "abc"},
        HtmlRow{"spans_inside_an_invisible_one", R"(a<span class=invisible>b<span>c</span>d</span>e)", "ae"},
        HtmlRow{"single_quotes", "a<span class='invisible'>b</span>c", "ac"},
        HtmlRow{"an_invisible_span_ends_with_its_paragraph", R"(<p>a<span class="invisible">b</p><p>c</p>)", "a\nc"},
        HtmlRow{"a_comment", "a<!-- <p>b</p> -->c", "ac"}, HtmlRow{"an_open_comment", "a<!-- b", "a"},
        HtmlRow{"a_script", "a<script>if (b < c) alert('</p>');</script>d", "ad"},
        HtmlRow{"a_style", "a<STYLE>p { }</STYLE>d", "ad"}, HtmlRow{"a_script_without_end", "a<script>b", "a"},
        HtmlRow{"a_greater_sign_in_an_attribute", R"(<a title="a > b">c</a>)", "c"},
        HtmlRow{"a_tag_cut_off", "a <span class=", "a"}, HtmlRow{"a_less_sign", "1 < 2 and <3", "1 < 2 and <3"},
        HtmlRow{"a_less_sign_at_the_end", "a <", "a <"}, HtmlRow{"closing_spans_too_many", "a</span></span>b", "ab"},
        HtmlRow{"blanks_at_the_end", "<p>a </p><p> </p>", "a"}),
    name_of<testing::TestParamInfo<HtmlRow>>);

INSTANTIATE_TEST_SUITE_P(
    References, HtmlText,
    testing::Values(
        HtmlRow{"the_five", "&amp;&lt;&gt;&quot;&apos;", "&<>\"'"},
        HtmlRow{"decimal", "can&#39;t &#128512;", "can't 😀"}, HtmlRow{"hexadecimal", "&#x1F600;&#X41;", "😀A"},
        HtmlRow{"two_and_three_bytes", "&#233;&#8364;", "é€"}, HtmlRow{"no_break_space", "a&nbsp;b", "a\u00A0b"},
        HtmlRow{"dots", "wait&hellip;", "wait…"}, HtmlRow{"unknown_name", "&bogus; &;", "&bogus; &;"},
        HtmlRow{"no_semicolon", "AT&T &amp", "AT&T &amp"}, HtmlRow{"decoded_once", "&amp;lt;p&amp;gt;", "&lt;p&gt;"},
        HtmlRow{"not_a_tag_afterwards", "&lt;p&gt;", "<p>"}, HtmlRow{"a_surrogate", "&#xD800;", "\uFFFD"},
        HtmlRow{"zero", "&#0;", "\uFFFD"}, HtmlRow{"beyond_unicode", "&#x110000;&#999999999;", "\uFFFD\uFFFD"},
        HtmlRow{"no_digits", "&#;&#x;&#xg;&#1a;", "&#;&#x;&#xg;&#1a;"},
        HtmlRow{"in_invisible_text", R"(<span class="invisible">&amp;</span>x)", "x"}),
    name_of<testing::TestParamInfo<HtmlRow>>);

TEST(HtmlText, IsAppended) {
  std::string out = "warning\n";
  append_html_text("<p>a</p>", 1000, out);
  EXPECT_EQ(out, "warning\na");
}

TEST(HtmlText, BlanksBeforeItStay) {
  std::string out = "warning\n";
  append_html_text("<p> </p>", 1000, out);
  EXPECT_EQ(out, "warning\n");
}

TEST(HtmlText, EndsAtTheLimitWithAWholeCharacter) {
  EXPECT_EQ(text_of_html("<p>abcé</p>", 5), "abcé");
  EXPECT_EQ(text_of_html("<p>abcé</p>", 4), "abc");
  EXPECT_EQ(text_of_html("<p>abc&#233;d</p>", 4), "abc");
}

TEST(HtmlText, DoesNotMindHowDeepTheMarkupIs) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<span><p>";
  EXPECT_EQ(text_of_html(deep + "x"), "x");
}

TEST(HtmlLinks, AreTheAnchorsThatAreNeitherMentionNorHashtag) {
  std::string memory;
  std::vector<std::string_view> links;
  collect_html_links(
      R"(<a href="https://a.example/@bo" class="u-url mention">@bo</a> <a class="mention hashtag" href="https://a.ex/t">#t</a>)"
      R"(<a href='https://example.org/?a=1&amp;b=2'>x</a> <A HREF=http://example.net>y</A> <a href="javascript:x">j</a>)"
      R"(<abbr href="https://no.example">z</abbr> <a name="x">n</a>)",
      memory, links);
  EXPECT_THAT(links, ElementsAre("https://example.org/?a=1&b=2", "http://example.net"));
}

TEST(HtmlLinks, AreAtMostSoMany) {
  std::string html;
  for (int i = 0; i < 1000; ++i) html += "<a href=https://example.org/" + std::to_string(i) + ">x</a>";
  std::string memory;
  std::vector<std::string_view> links;
  collect_html_links(html, memory, links);
  ASSERT_THAT(links, SizeIs(limits::kListItems));
  EXPECT_EQ(links.front(), "https://example.org/0");
  EXPECT_EQ(links.back(), "https://example.org/63");
}

TEST(XEscapes, AreUndoneOnce) {
  std::string memory;
  EXPECT_EQ(undo_x_escapes("a &lt;3 &gt; &amp;amp; b &quot;", memory), "a <3 > &amp; b &quot;");
}

TEST(XEscapes, ATextWithoutAnyIsNotCopied) {
  std::string memory;
  const std::string_view text = "nothing here";
  EXPECT_EQ(undo_x_escapes(text, memory).data(), text.data());
}

TEST(ClientOfSource, IsTheNameInTheLink) {
  std::string memory;
  EXPECT_EQ(client_of_source(R"(<a href="http://twitter.com/download/android" rel="nofollow">Twitter for Android</a>)",
                             memory),
            "Twitter for Android");
  EXPECT_EQ(client_of_source("web", memory), "web");
  EXPECT_EQ(client_of_source("", memory), "");
}

}  // namespace
}  // namespace roomtone::decode
