#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "base/limits.hpp"
#include "text/tokenize.hpp"

/// Any bytes are a text: what comes out is inside the limits, hashes are those of the bytes, and a reused list
/// gives what a new one gives.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace roomtone;
  // A copy of the exact size, so that the sanitizer sees one byte too far.
  const std::unique_ptr<char[]> exact(new char[size]);
  for (std::size_t i = 0; i < size; ++i) exact[i] = static_cast<char>(data[i]);
  const std::string_view text(exact.get(), size);

  static Tokens reused;
  text::tokenize(text, reused);
  ROOMTONE_ASSERT(reused.tokens.size() <= limits::kTokens);
  uint32_t words = 0;
  for (const Token& token : reused.tokens) {
    ROOMTONE_ASSERT(token.begin < token.end && token.end <= reused.normalised.size());
    ROOMTONE_ASSERT(token.hash == word_hash(reused.view(token)));
    ROOMTONE_ASSERT(token.run >= 1);
    words += token.kind == TokenKind::word ? 1 : 0;
  }
  ROOMTONE_ASSERT(words == reused.words);

  Tokens fresh;
  text::tokenize(text, fresh);
  ROOMTONE_ASSERT(fresh.normalised == reused.normalised && fresh.tokens.size() == reused.tokens.size());
  for (std::size_t i = 0; i < fresh.tokens.size(); ++i) {
    const Token& a = fresh.tokens[i];
    const Token& b = reused.tokens[i];
    ROOMTONE_ASSERT(a.hash == b.hash && a.begin == b.begin && a.end == b.end && a.kind == b.kind &&
                    a.flags == b.flags && a.run == b.run);
  }
  return 0;
}
