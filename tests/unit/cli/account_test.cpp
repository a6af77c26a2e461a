#include "cli/account.hpp"

#include <gtest/gtest.h>

#include "text/tokenize.hpp"

namespace roomtone::cli {
namespace {

class AccountOf : public testing::Test {
 protected:
  AccountOf() { text::tokenize("not good \x1b[31m😂\"", tokens_); }

  Account account() {
    mood::Judgement judgement;
    judgement.mood = {.valence_micro = -123'456, .label = MoodLabel::negative, .scored = true};
    judgement.classes = {49152, 8192, 8192};
    judgement.energy_micro = 250'000;
    judgement.emotions = {32768, 0, 0, 0, 65536, 0, 0};
    judgement.has_emotion = {false, false, false, false, true, false, false};
    return {.line = 7,
            .tokens = tokens_,
            .judgement = judgement,
            .effects = std::vector<int32_t>{-500'000, 200'000, 5'000, 0, 9'999, 0, 0},
            .model = "m-1.00000000"};
  }

  Tokens tokens_;
};

TEST_F(AccountOf, JsonHasEverything) {
  Account all = account();
  all.effects.resize(tokens_.tokens.size());
  std::string out;
  append_json(out, all);
  EXPECT_EQ(out.substr(0, out.find(",\"words\"")),
            R"({"line":7,"valence":-0.1235,"label":"negative","scored":true,"probability":{"negative":0.7500,)"
            R"("neutral":0.1250,"positive":0.1250},"energy":0.2500,"emotions":{"anger":0.5000,"disgust":0.0000,)"
            R"("fear":0.0000,"joy":0.0000,"sadness":1.0000,"surprise":0.0000,"neutral":0.0000},"felt":["sadness"])");
  EXPECT_NE(out.find(R"({"text":"not","kind":"word","effect":-0.5000},{"text":"good","kind":"word","effect":0.2000})"),
            std::string::npos)
      << out;
  EXPECT_NE(out.find(R"({"text":"😂","kind":"emoji")"), std::string::npos) << out;
  EXPECT_TRUE(out.ends_with("\"model\":\"m-1.00000000\"}\n")) << out;
}

TEST_F(AccountOf, PeopleSeeTheMoodAndTheWordsThatMovedIt) {
  Account all = account();
  all.effects.resize(tokens_.tokens.size());
  std::string out;
  append_for_people(out, all, false);
  EXPECT_EQ(out,
            "7: negative -0.12 (negative 75 %, neutral 13 %, positive 13 %), energy 0.25, sadness 100 %\n"
            "  -0.50  -----------           not\n"
            "  +0.20  +++++                 good\n");
}

TEST_F(AccountOf, ColoursAreThereOnlyWhenWanted) {
  Account all = account();
  all.effects.resize(tokens_.tokens.size());
  std::string plain;
  std::string coloured;
  append_for_people(plain, all, false);
  append_for_people(coloured, all, true);
  EXPECT_EQ(plain.find('\x1b'), std::string::npos) << "nor does the text bring its own";
  EXPECT_NE(coloured.find('\x1b'), std::string::npos);
}

TEST_F(AccountOf, AnUnscoredLineIsSaidToBe) {
  Account all{.line = 1, .tokens = tokens_, .judgement = {}, .effects = {}, .model = "m"};
  std::string out;
  append_for_people(out, all, false);
  EXPECT_EQ(out, "1: not scored: another language, or nothing to judge by\n");
}

TEST(AppendValence, RoundsAndHasNoNegativeZero) {
  for (const auto& [micro, shown] : {std::pair(0, "0.0000"),
                                     {-49, "0.0000"},
                                     {-50, "-0.0001"},
                                     {1'000'000, "1.0000"},
                                     {-1'000'000, "-1.0000"},
                                     {123'450, "0.1235"}}) {
    std::string out;
    append_valence(out, micro);
    EXPECT_EQ(out, shown);
  }
}

}  // namespace
}  // namespace roomtone::cli
