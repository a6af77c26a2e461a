#include "mood/language.hpp"

#include <gtest/gtest.h>

#include "models.hpp"

namespace roomtone::mood {
namespace {

struct DeclaredCase {
  std::string name;
  std::string lang;
  Declared expected;
};

class DeclaredLanguage : public testing::TestWithParam<DeclaredCase> {};

TEST_P(DeclaredLanguage, IsJudgedByItsPrimarySubtag) {
  EXPECT_EQ(declared_language(GetParam().lang, "en"), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Language, DeclaredLanguage,
                         testing::Values(DeclaredCase{"plain", "en", Declared::covered},
                                         DeclaredCase{"with_region", "en-US", Declared::covered},
                                         DeclaredCase{"upper_case", "EN-gb", Declared::covered},
                                         DeclaredCase{"underscore", "en_GB", Declared::covered},
                                         DeclaredCase{"german", "de", Declared::foreign},
                                         DeclaredCase{"english_creole_is_another", "enm", Declared::foreign},
                                         DeclaredCase{"shorter", "e", Declared::foreign},
                                         DeclaredCase{"none", "", Declared::unknown},
                                         DeclaredCase{"undetermined", "und", Declared::unknown},
                                         DeclaredCase{"several", "mul", Declared::unknown},
                                         DeclaredCase{"no_language", "zxx", Declared::unknown}),
                         [](const auto& row) { return row.param.name; });

struct EvidenceCase {
  std::string name;
  int own;    // function words of the model's language alone
  int other;  // of another
  int known;  // ordinary words
  int unknown;
  uint32_t signs;
  bool looks_own;
};

class Evidence : public testing::TestWithParam<EvidenceCase> {};

TEST_P(Evidence, IsWeighed) {
  const EvidenceCase& given = GetParam();
  LanguageEvidence evidence;
  for (int i = 0; i < given.own; ++i) evidence.function_word(1);
  for (int i = 0; i < given.other; ++i) evidence.function_word(2);
  for (int i = 0; i < given.known; ++i) evidence.word(true, true);
  for (int i = 0; i < given.unknown; ++i) evidence.word(false, true);
  evidence.word(false, false);  // a name says nothing
  EXPECT_EQ(evidence.looks_own(given.signs), given.looks_own);
}

INSTANTIATE_TEST_SUITE_P(Language, Evidence,
                         testing::Values(EvidenceCase{"nothing", 0, 0, 0, 0, 0, false},
                                         EvidenceCase{"only_a_sign", 0, 0, 0, 0, 1, true},
                                         EvidenceCase{"known_words", 0, 0, 3, 1, 0, true},
                                         EvidenceCase{"as_many_unknown", 0, 0, 2, 1, 0, false},
                                         EvidenceCase{"function_words_count_twice", 1, 0, 1, 1, 0, true},
                                         EvidenceCase{"those_of_another_language_too", 1, 2, 1, 0, 0, false}),
                         [](const auto& row) { return row.param.name; });

struct GateCase {
  std::string name;
  std::string text;
  std::string lang;
  bool scored;
};

class LanguageGate : public testing::TestWithParam<GateCase> {};

TEST_P(LanguageGate, DecidesWhatIsScored) {
  EXPECT_EQ(test::mood_of(test::shipped(), GetParam().text, GetParam().lang).scored, GetParam().scored);
}

INSTANTIATE_TEST_SUITE_P(
    Language, LanguageGate,
    testing::Values(GateCase{"english", "I love this place and the people in it", "", true},
                    GateCase{"english_without_mood", "The train leaves at nine from the other platform", "", true},
                    GateCase{"english_shout", "Great!", "", true}, GateCase{"two_words", "happy birthday", "", true},
                    GateCase{"only_an_emoji", "😍", "", true}, GateCase{"only_an_emoticon", ":(", "", true},
                    GateCase{"no_evidence", "zyxtrade 40000", "", false},
                    GateCase{"declared_without_evidence", "zyxtrade 40000", "en", true},
                    GateCase{"declared_foreign_beats_english_words", "I love this place", "de", false},
                    GateCase{"spanish", "no me gusta nada de esto", "", false},
                    GateCase{"spanish_short", "me gusta mucho", "", false},
                    GateCase{"german", "Das war ein guter Tag und die Stimmung ist fast wie früher", "", false},
                    GateCase{"french", "on est tous dans le même bateau 😍", "", false},
                    GateCase{"portuguese", "que dia lindo, obrigado por tudo", "", false},
                    GateCase{"dutch", "het was een hele mooie dag in de stad", "", false},
                    GateCase{"italian", "questa sera non ho voglia di fare niente", "", false},
                    GateCase{"indonesian", "aku suka banget sama lagu ini", "", false},
                    GateCase{"turkish", "bugün hava çok güzel ve ben mutluyum", "", false},
                    GateCase{"finnish_with_a_word_that_is_english_too",
                             "tämä on todella hieno päivä ja aurinko paistaa koko ajan", "", false},
                    GateCase{"japanese", "今日は楽しい lol", "", false},
                    GateCase{"russian", "очень хороший день, love", "", false},
                    GateCase{"japanese_declared_english", "今日はとても楽しい一日でした", "en", false},
                    GateCase{"link_only", "https://example.org/", "en", false},
                    GateCase{"name_only", "@someone@example.org", "en", false}, GateCase{"nothing", "", "en", false},
                    GateCase{"marks_only", "?!", "en", false}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::mood
