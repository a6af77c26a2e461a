// The lexicon parser and what it builds, from arbitrary bytes: whatever parses must also score.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "base/limits.hpp"
#include "mood/language.hpp"
#include "mood/lexicon_file.hpp"
#include "mood/reading.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace roomtone;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto lexicon = mood::parse_lexicon(bytes, "fuzz");
  if (!lexicon) {
    ROOMTONE_ASSERT(lexicon.error().context.starts_with("fuzz:"));
    return 0;
  }
  const mood::WordTable words(lexicon->rows);
  Tokens tokens;
  tokens.latin_letters = 1;
  // The lexicon's own items as a text, every word of a phrase apart, so that each entry and each phrase is met.
  for (const auto& row : lexicon->rows) {
    std::string_view left = row.text;
    while (!left.empty() && tokens.tokens.size() < limits::kTokens) {
      const std::string_view word = left.substr(0, left.find(' '));
      Token token;
      token.hash = word_hash(word);
      token.begin = static_cast<uint32_t>(tokens.normalised.size());
      tokens.normalised += word;
      token.end = static_cast<uint32_t>(tokens.normalised.size());
      token.flags = tokens.tokens.size() % 3 == 0 ? kElongated : 0;
      tokens.tokens.push_back(token);
      ++tokens.words;
      left.remove_prefix(word.size() == left.size() ? word.size() : word.size() + 1);
    }
    if ((row.entry.roles & mood::kPhrase) == 0) ROOMTONE_ASSERT(words.find(word_hash(row.text)) != nullptr);
  }
  mood::Reading reading(words, lexicon->rules, tokens, true);
  reading.read();
  const double valence = reading.valence();
  ROOMTONE_ASSERT(valence >= -1 && valence <= 1);
  return 0;
}
