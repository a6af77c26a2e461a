// A lexicon, a zero byte, a text: a lexicon is accepted or refused with its line; what an accepted one finds in the
// text are tokens of it, each once, and none that it has silenced before.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "app/lexicon_files.hpp"
#include "base/assert.hpp"
#include "text/tokenize.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace roomtone;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t zero = input.find('\0');
  const auto topic = [](std::string_view id) { return id == "t" ? std::optional<uint32_t>(7) : std::nullopt; };
  app::LexiconParser parser(topic, "en");
  if (const auto read = parser.add(input.substr(0, zero), "fuzz"); !read) {
    ROOMTONE_ASSERT(read.error().context.starts_with("fuzz:"));
    return 0;
  }
  const mood::Lexicon lexicon = parser.take();
  Tokens tokens;
  text::tokenize(zero == std::string_view::npos ? input : input.substr(zero + 1), tokens);
  mood::LexiconHits hits;
  lexicon.find(tokens, hits);
  for (const uint32_t number : {7U, 8U, mood::kEveryTopic}) {
    mood::LexiconReading reading;
    if (!lexicon.read(tokens, hits, number, reading)) continue;
    ROOMTONE_ASSERT(reading.count <= hits.count);
    for (std::size_t i = 0; i < reading.count; ++i) {
      ROOMTONE_ASSERT(reading.words[i].token < tokens.tokens.size() && reading.is_silent(reading.words[i].token));
      ROOMTONE_ASSERT(i == 0 || reading.words[i - 1].token < reading.words[i].token);
      ROOMTONE_ASSERT(reading.words[i].valence_micro >= -1'000'000 && reading.words[i].valence_micro <= 1'000'000);
    }
  }
  return 0;
}
