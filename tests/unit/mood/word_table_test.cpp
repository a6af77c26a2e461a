#include "mood/word_table.hpp"

#include <gtest/gtest.h>

#include "base/hash.hpp"

namespace roomtone::mood {
namespace {

WordTable::Row row(std::string text, float valence, uint16_t roles = kValued) {
  WordTable::Row made{std::move(text), {}};
  made.entry.valence = valence;
  made.entry.roles = roles;
  return made;
}

Tokens words(const std::vector<std::string>& texts) {
  Tokens tokens;
  for (const std::string& text : texts) {
    Token token;
    token.hash = word_hash(text);
    token.begin = static_cast<uint32_t>(tokens.normalised.size());
    tokens.normalised += text;
    token.end = static_cast<uint32_t>(tokens.normalised.size());
    tokens.tokens.push_back(token);
  }
  return tokens;
}

TEST(WordTable, FindsEveryWordAndNoOther) {
  std::vector<WordTable::Row> rows;
  for (int i = 0; i < 5000; ++i) rows.push_back(row("word" + std::to_string(i), static_cast<float>(i)));
  const WordTable table(rows);
  for (int i = 0; i < 5000; ++i) {
    const std::string text = "word" + std::to_string(i);
    const Entry* entry = table.find(word_hash(text));
    ASSERT_NE(entry, nullptr) << text;
    EXPECT_EQ(entry->valence, static_cast<float>(i));
    const std::string other = "other" + std::to_string(i);
    EXPECT_EQ(table.find(word_hash(other)), nullptr);
  }
}

TEST(WordTable, AnEmptyOneFindsNothing) { EXPECT_EQ(WordTable({}).find(word_hash("a")), nullptr); }

TEST(WordTable, APhraseIsFoundByItsWordsOnly) {
  const WordTable table({row("no problem", 1, kValued | kPhrase), row("not too bad", 2, kValued | kPhrase)});
  const Tokens two = words({"no", "problem"});
  const Tokens three = words({"not", "too", "bad"});
  const Tokens swapped = words({"problem", "no"});
  ASSERT_NE(table.find_phrase(two.tokens), nullptr);
  EXPECT_EQ(table.find_phrase(two.tokens)->valence, 1);
  ASSERT_NE(table.find_phrase(three.tokens), nullptr);
  EXPECT_EQ(table.find_phrase(three.tokens)->valence, 2);
  EXPECT_EQ(table.find_phrase(swapped.tokens), nullptr);
}

TEST(WordTable, APhraseIsNoWord) {
  const WordTable table({row("no problem", 1, kValued | kPhrase)});
  EXPECT_EQ(table.find(word_hash("no problem")), nullptr);
}

}  // namespace
}  // namespace roomtone::mood
