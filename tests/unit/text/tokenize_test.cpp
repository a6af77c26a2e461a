#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/text/shown.hpp"

namespace roomtone::text {
namespace {

using std::literals::operator""sv;

struct Row {
  const char* name;
  std::string_view text;
  const char* tokens;
};

class Cutting : public testing::TestWithParam<Row> {};
TEST_P(Cutting, GivesTheseTokens) { EXPECT_EQ(shown(GetParam().text), GetParam().tokens) << GetParam().text; }
const auto name_of_row = [](const auto& row) { return std::string(row.param.name); };

INSTANTIATE_TEST_SUITE_P(
    Words, Cutting,
    testing::Values(
        Row{"nothing", "", ""}, Row{"only_spaces", " \t\r\n ", ""}, Row{"one_letter", "a", "a"},
        Row{"lower_case", "Hello World", "hello world"}, Row{"inner_apostrophe", "don't", "don't"},
        Row{"curly_apostrophe", "don’t like", "don't like"},
        Row{"inner_hyphen", "a well-known one", "a well-known one"},
        Row{"apostrophe_at_the_end", "dogs' day", "dogs p:' day"},
        Row{"hyphen_alone_is_nothing", "a - b -- c", "a b c"},
        Row{"hyphen_at_the_end_is_nothing", "rock- roll", "rock roll"}, Row{"digits", "4th of 2024", "4th of 2024"},
        Row{"fourteen_bytes", "abcdefghijklmn next", "abcdefghijklmn next"},
        Row{"fifteen_bytes", "abcdefghijklmno next", "abcdefghijklmno next"},
        Row{"seventeen_bytes_at_the_end", "abcdefghijklmnopq", "abcdefghijklmnopq"},
        Row{"long_with_hyphens", "state-of-the-art-thing", "state-of-the-art-thing"},
        Row{"elongated", "sooooo goooood", "soo good"}, Row{"capitals_elongated", "NOOOOO", "noo"},
        Row{"digits_are_not_elongated", "1000000", "1000000"}, Row{"doubles_stay", "good book", "good book"},
        Row{"symbols_part_words", "rock+roll a/b a&b x_y", "rock roll a b a b x y"},
        Row{"marks_between_words", "One, two; three: four. Five! Six? Seven.",
            "one p:, two p:; three p:: four p:. five p:! six p:? seven p:."},
        Row{"marks_before_other_space", "one,\ttwo.\n\nthree!", "one p:, two p:. three p:!"},
        Row{"nul_behind_a_mark", "one.\0two"sv, "one p:. two"}, Row{"nul_parts_words", "a\0b"sv, "a b"},
        Row{"umlauts", "Über MÜNCHEN", "über münchen"}, Row{"elongated_beyond_ascii", "jaaaa ööööde", "jaa ööde"},
        Row{"combining_marks_compose", "cafe\u0301", "café"}, Row{"accent_after_an_apostrophe", "l'été", "l'été"},
        Row{"cyrillic", "Привет, Мир!", "привет p:, мир p:!"}, Row{"greek", "ΚΑΛΗΜΕΡΑ", "καλημερα"},
        Row{"han_in_one_run", "今天天气很好", "今天天气很好"},
        Row{"japanese_by_script", "日本語テスト", "日本語 テスト"},
        Row{"latin_beside_han", "iPhone手机", "iphone 手机"}, Row{"hangul_by_spaces", "안녕 하세요", "안녕 하세요"},
        Row{"hindi_keeps_its_vowel_signs", "नमस्ते दुनिया", "नमस्ते दुनिया"},
        Row{"arabic_with_direction_marks", "\u200Fمرحبا\u200F", "مرحبا"},
        Row{"soft_hyphen_vanishes", "co\u00ADop", "coop"}, Row{"full_width", "ＨＥＬＬＯ！", "hello p:!"},
        Row{"letters_as_a_typeface", "𝓗𝓮𝓵𝓵𝓸", "hello"},
        Row{"bad_byte_parts_words",
            "a\xFF"
            "b",
            "a b"},
        Row{"lone_continuation_byte", "a \x80 b", "a b"}, Row{"cut_sequence_at_the_end", "ab\xE2\x82", "ab"},
        Row{"overlong_form", "\xC0\xAF x", "x"}, Row{"surrogate", "\xED\xA0\x80 x", "x"},
        Row{"no_break_space", "a\u00A0b", "a b"}, Row{"mark_with_no_letter", "\u0301 a", "a"}),
    name_of_row);

INSTANTIATE_TEST_SUITE_P(
    Punctuation, Cutting,
    testing::Values(Row{"a_run_is_one", "wait... what", "wait p:.x3 what"}, Row{"ok_and_a_mark", "ok!", "ok p:!"},
                    Row{"marks_run_together", "what?!?", "what p:?!x3"}, Row{"others_do_not", "a.,b", "a p:. p:, b"},
                    Row{"ellipsis", "well…", "well p:.x3"}, Row{"curly_quotes", "“no”", "p:\" no p:\""},
                    Row{"single_quotes", "‘no’", "p:' no p:'"}, Row{"apostrophe_letter_alone", "ʼ a", "p:' a"},
                    Row{"brackets", "(a) [b]", "p:( a p:) p:[ b p:]"},
                    Row{"full_width_marks", "什么？！", "什么 p:?!x2"}, Row{"time_of_day", "12:30", "12 p:: 30"}),
    name_of_row);

INSTANTIATE_TEST_SUITE_P(
    Hashtags, Cutting,
    testing::Values(Row{"camel_case_and_digits", "#HorseRacing2024", "t:horseracing2024 horse racing 2024"},
                    Row{"all_capitals_whole", "#BLM", "t:blm blm"},
                    Row{"all_small_whole", "#horseracing", "t:horseracing horseracing"},
                    Row{"underscores", "#over_the_top", "t:over_the_top over the top"},
                    Row{"capitals_then_a_word", "#NASCARRace", "t:nascarrace nascar race"},
                    Row{"plural_of_capitals", "#MPs", "t:mps mps"},
                    Row{"digits_inside", "#4thOfJuly", "t:4thofjuly 4 th of july"},
                    Row{"digits_alone_are_no_hashtag", "we are #1", "we are 1"}, Row{"sign_alone", "# a C#", "a c"},
                    Row{"followed_by_punctuation", "#win!", "t:win win p:!"},
                    Row{"two_in_a_row", "#a#b", "t:a a t:b b"}, Row{"beyond_ascii", "#ÜberGut", "t:übergut über gut"},
                    Row{"full_width_sign", "＃競馬", "t:競馬 競馬"},
                    Row{"elongated_part", "#SooooGood", "t:soooogood soo good"},
                    Row{"apostrophe_ends_it", "#don't", "t:don don p:' t"}),
    name_of_row);

INSTANTIATE_TEST_SUITE_P(
    Entities, Cutting,
    testing::Values(Row{"url", "see https://Example.com/A?b=c#d now", "see u:https://example.com/a?b=c#d now"},
                    Row{"url_ends_before_punctuation", "(https://a.org/x).", "p:( u:https://a.org/x p:) p:."},
                    Row{"url_keeps_its_brackets", "https://a.org/x_(y)", "u:https://a.org/x_(y)"},
                    Row{"url_before_japanese", "https://t.co/abc日本", "u:https://t.co/abc 日本"},
                    Row{"url_with_letters_of_two_bytes", "https://a.org/käse", "u:https://a.org/käse"},
                    Row{"url_cut_by_an_ellipsis", "https://t.co/a…", "u:https://t.co/a p:.x3"},
                    Row{"scheme_with_nothing_behind", "http://", "http p::"},
                    Row{"www", "www.foo.xyz!", "u:www.foo.xyz p:!"},
                    Row{"bare_domain", "on example.com.", "on u:example.com p:."},
                    Row{"bare_domain_with_path", "t.co/AbC youtu.be/x", "u:t.co/abc u:youtu.be/x"},
                    Row{"forgotten_space", "the end.So it is.it was", "the end p:. so it is p:. it was"},
                    Row{"no_top_level", "file.txt 3.14", "file p:. txt 3 p:. 14"},
                    Row{"long_bare_domain", "averyveryverylongname.com/x", "u:averyveryverylongname.com/x"},
                    Row{"mention", "hi @Bob_1!", "hi @:bob_1 p:!"},
                    Row{"mention_with_host", "@bob@Host.org hi", "@:bob@host.org hi"},
                    Row{"mention_by_domain", "@me.bsky.social: yes", "@:me.bsky.social p:: yes"},
                    Row{"mention_then_a_sentence", "thanks @bob.See you", "thanks @:bob p:. see you"},
                    Row{"at_alone", "@ home", "home"},
                    Row{"mail_address", "mail joe.b@x.org or joe@x.org", "mail joe p:. @:b@x.org or @:joe@x.org"},
                    Row{"cashtag", "$TSLA to $5", "$:tsla to 5"}, Row{"cashtag_with_class", "$BRK.B up", "$:brk.b up"},
                    Row{"cashtag_then_a_stop", "buy $GME.", "buy $:gme p:."},
                    Row{"not_a_cashtag", "$ABC123 a$", "abc123 a"}),
    name_of_row);

INSTANTIATE_TEST_SUITE_P(
    Emoji, Cutting,
    testing::Values(Row{"one_token_each", "😂😂 ok", "e:😂 e:😂 ok"}, Row{"beside_a_word", "nice😍", "nice e:😍"},
                    Row{"skin_tone_goes", "👍🏽", "e:👍"}, Row{"selector_goes", "❤️", "e:❤"},
                    Row{"heart_without_it", "❤", "e:❤"},
                    Row{"joined_family", "👩‍👩‍👧", "e:👩‍👩‍👧"},
                    Row{"joined_with_tone_and_selector", "🤦🏽‍♀️", "e:🤦‍♀"},
                    Row{"flags", "🇩🇪🇫🇷", "e:🇩🇪 e:🇫🇷"}, Row{"half_a_flag", "🇩 a", "e:🇩 a"},
                    Row{"flag_by_tags", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "e:🏴󠁧󠁢󠁥󠁮󠁧󠁿"},
                    Row{"keycap", "1️⃣ #️⃣ *️⃣", "e:1⃣ e:#⃣ e:*⃣"}, Row{"tone_alone", "🏽 a", "a"},
                    Row{"trademark_is_text", "ACME™ ©", "acme"}, Row{"joiner_with_nothing", "👩‍ a", "e:👩 a"}),
    name_of_row);

INSTANTIATE_TEST_SUITE_P(
    Emoticons, Cutting,
    testing::Values(Row{"smile", "ok :)", "ok f::)"}, Row{"nose_goes", "ok :-(", "ok f::("},
                    Row{"repeated_mouth", ":)))", "f::)x3"}, Row{"wink", ";-) ;P", "f:;) f:;P"},
                    Row{"tears", ":'( :'-)", "f::'( f::')"}, Row{"equals_eyes", "=) =D", "f::) f::D"},
                    Row{"laughing", "xD XD", "f:xD f:xD"}, Row{"hearts", "<3 </3 <333", "f:<3 f:</3 f:<3x3"},
                    Row{"less_than_thirty", "<30 a", "30 a"}, Row{"raised_brows", "^^ ^_^", "f:^_^ f:^_^"},
                    Row{"deadpan", "-_- >_<", "f:-_- f:>_<"}, Row{"crying_letters", "T_T o_O", "f:T_T f:o_O"},
                    Row{"dismay", "oh no D:", "oh no f:D:"}, Row{"angry", ">:( >:-)", "f:>:( f:>:)"},
                    Row{"slanted", ":/ :-\\", "f::/ f::/"}, Row{"after_a_word", "great:)", "great f::)"},
                    Row{"mirrored", "hi (:", "hi f::)"},
                    Row{"not_in_a_path", "a:Dog C:Drive 9:3", "a p:: dog c p:: drive 9 p:: 3"},
                    Row{"letter_mouth_before_a_word", ":Please", "p:: please"}, Row{"shrug_arms", "\\o/", "f:\\o/"}),
    name_of_row);

INSTANTIATE_TEST_SUITE_P(
    HashtagsWithoutGaps, Cutting,
    testing::Values(Row{"small_letters", "#worstdayever", "t:worstdayever worst day ever"},
                    Row{"first_capital", "#Nowplaying x", "t:nowplaying now playing x"},
                    Row{"all_capitals", "#LOVETHISTEAM", "t:lovethisteam love this team"},
                    Row{"part_of_one", "#2024throwbackthursday", "t:2024throwbackthursday 2024 throwback thursday"},
                    Row{"words_shown_by_capitals", "#ThankYouLovelies", "t:thankyoulovelies thank you lovelies"},
                    Row{"a_common_word", "#something", "t:something something"},
                    Row{"no_common_words", "#rosmouthquartz", "t:rosmouthquartz rosmouthquartz"},
                    Row{"an_abbreviation", "#lgbtq", "t:lgbtq lgbtq"},
                    Row{"one_that_only_seems_two", "#therapist", "t:therapist therapist"}),
    name_of_row);

INSTANTIATE_TEST_SUITE_P(
    HtmlEntities, Cutting,
    testing::Values(Row{"ampersand", "you &amp; me", "you me"}, Row{"heart", "you &lt;3", "you f:<3"},
                    Row{"escaped_twice", "&amp;lt;3 &amp;amp; a", "f:<3 a"}, Row{"apostrophe", "don&#39;t", "don't"},
                    Row{"curly_in_hex", "don&#x2019;t", "don't"}, Row{"quotes", "&quot;hi&quot;", "p:\" hi p:\""},
                    Row{"space", "a&nbsp;b", "a b"}, Row{"emoji", "&#128514;", "e:😂"},
                    Row{"unknown", "&foo; AT&T", "foo p:; at t"},
                    Row{"no_number", "&#; &#x; &#xD800;", "p:; t:x x p:; t:xd800 x d 800 p:;"},
                    Row{"too_great_a_number", "&#99999999;", "99999999 p:;"}, Row{"at_the_end", "a &am", "a am"}),
    name_of_row);

TEST(Tokenize, AWordHasTheHashOfItsNormalisedBytes) {
  const Tokens tokens = tokens_of("Don’t stop #NOW");
  for (const Token& token : tokens.tokens) EXPECT_EQ(token.hash, word_hash(tokens.view(token)));
}

TEST(Tokenize, FlagsTellWhatNormalisingTookAway) {
  const Tokens tokens = tokens_of("So GREAT soooo I iPhone,ok #BLM ÄRGER Ärger");
  std::vector<unsigned> flags;
  for (const Token& token : tokens.tokens) flags.push_back(token.flags);
  EXPECT_THAT(flags,
              testing::ElementsAre(kCapitalised | kSpaceBefore, kAllCaps | kSpaceBefore, kElongated | kSpaceBefore,
                                   kCapitalised | kSpaceBefore, kSpaceBefore, kEndsThought, 0, kSpaceBefore,
                                   kFromHashtag | kAllCaps, kAllCaps | kSpaceBefore, kCapitalised | kSpaceBefore));
}

TEST(Tokenize, FlagsWordsThatBeginWithADigitHoweverTheyAreRead) {
  for (const auto& [text, first] :
       {std::pair("4th", true), {"a4", false}, {"2000000000000000000000", true}, {"4é", true}}) {
    EXPECT_EQ((tokens_of(text).tokens.at(0).flags & kDigitFirst) != 0, first) << text;
  }
  EXPECT_EQ(tokens_of("#2024derby").tokens.at(0).flags & kDigitFirst, 0) << "a hashtag is no number";
}

TEST(Tokenize, FlagsThePunctuationThatEndsAThought) {
  for (const auto& [text, ends] :
       {std::pair("a.", true), {"a ... b", true}, {"a?!", true}, {"a \"", false}, {"a '", false}, {"a “b", false}}) {
    EXPECT_EQ((tokens_of(text).tokens.at(1).flags & kEndsThought) != 0, ends) << text;
  }
}

TEST(Tokenize, CountsWordsLettersAndMarks) {
  const Tokens tokens = tokens_of("WHY?? no!!! #TopTen Привет 日本");
  EXPECT_EQ(tokens.words, 6U);
  EXPECT_EQ(tokens.words_all_caps, 1U);
  EXPECT_EQ(tokens.latin_letters, 11U);
  EXPECT_EQ(tokens.other_letters, 8U);
  EXPECT_EQ(tokens.questions, 1U);
  EXPECT_EQ(tokens.exclamations, 3U);
}

TEST(Tokenize, TheTokensOfATextDoNotDependOnWhereItStands) {
  constexpr std::string_view kText =
      "I'd say: XD, LOL! A 3D film at 12:30? No\n\nway... it's sooo good; 4th of JULY, D: x: @you-D: "
      "incomprehensibilities "
      "e.g. Über-cool, don't, \"quoted\", (so) a1. B2! What?! OK.\tYes.";
  const Tokens expected = tokens_of(kText);
  for (std::size_t before = 1; before < 130; ++before) {
    const Tokens tokens = tokens_of(std::string(before, ' ') + std::string(kText));
    EXPECT_EQ(shown(tokens), shown(expected)) << before;
    EXPECT_EQ(tokens.words_all_caps, expected.words_all_caps) << before;
    EXPECT_EQ(tokens.latin_letters, expected.latin_letters) << before;
    EXPECT_EQ(tokens.questions, expected.questions) << before;
    EXPECT_EQ(tokens.exclamations, expected.exclamations) << before;
    ASSERT_EQ(tokens.tokens.size(), expected.tokens.size()) << before;
    for (std::size_t i = 0; i < tokens.tokens.size(); ++i) {
      EXPECT_EQ(tokens.tokens[i].flags, expected.tokens[i].flags) << before << ' ' << tokens.view(tokens.tokens[i]);
      EXPECT_EQ(tokens.tokens[i].hash, expected.tokens[i].hash) << before << ' ' << tokens.view(tokens.tokens[i]);
    }
  }
}

TEST(Tokenize, AMixedRunIsOneQuestionAndAllItsExclamations) {
  const Tokens tokens = tokens_of("what?!?!");
  EXPECT_EQ(tokens.questions, 1U);
  EXPECT_EQ(tokens.exclamations, 2U);
}

TEST(Tokenize, EmoticonsMayGrowInTheirCanonicalSpelling) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "^^ ";
  const Tokens tokens = tokens_of(text);
  ASSERT_EQ(tokens.tokens.size(), 500U);
  EXPECT_EQ(tokens.normalised.size(), 1500U);
  EXPECT_EQ(tokens.view(tokens.tokens.back()), "^_^");
}

TEST(Tokenize, ALongWordIsCutAt64Bytes) {
  std::string word;
  for (int i = 0; i < 50; ++i) word += "ab";
  const Tokens tokens = tokens_of(word + " next");
  ASSERT_EQ(tokens.tokens.size(), 2U);
  EXPECT_EQ(tokens.view(tokens.tokens[0]), word.substr(0, 64));
  EXPECT_EQ(tokens.latin_letters, 104U);
}

TEST(Tokenize, ALongRunWithoutSpacesGoesOnInTheNextWord) {
  std::string run;
  for (int i = 0; i < 30; ++i) run += (i % 2) != 0 ? "日" : "本";
  const Tokens tokens = tokens_of(run);
  ASSERT_EQ(tokens.tokens.size(), 2U);
  EXPECT_EQ(tokens.tokens[0].end - tokens.tokens[0].begin, 63U);
  EXPECT_EQ(tokens.other_letters, 30U);
}

}  // namespace
}  // namespace roomtone::text
