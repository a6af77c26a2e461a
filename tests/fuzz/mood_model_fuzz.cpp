// The reader of mood models and what it gives, from arbitrary bytes under a true size and checksum: whatever is
// accepted must also score, with the same bits whatever the instructions.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "base/assert.hpp"
#include "base/sha256.hpp"
#include "mood/cue_table.hpp"
#include "mood/judgement.hpp"
#include "mood/network.hpp"

namespace {

using namespace roomtone;

constexpr std::size_t kAlignment = 64;

struct Free {
  void operator()(uint8_t* p) const { std::free(p); }
};

/// Words with these keys as a text, so that rows are met.
Tokens text_of(const std::string& letters) {
  Tokens tokens;
  tokens.normalised = letters;
  for (std::size_t at = 0; at + 2 <= letters.size() && tokens.tokens.size() < 300; at += 2) {
    Token token;
    std::memcpy(&token.hash, letters.data() + at, 2);
    token.hash *= 0x9e3779b97f4a7c15ULL;
    token.begin = static_cast<uint32_t>(at);
    token.end = static_cast<uint32_t>(at + 2);
    token.kind = static_cast<TokenKind>(token.hash % 8);
    token.flags = static_cast<uint8_t>(token.hash >> 8);
    tokens.tokens.push_back(token);
    if (token.kind == TokenKind::word) ++tokens.words;
  }
  return tokens;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::size_t room = (size + kAlignment) / kAlignment * kAlignment;
  const std::unique_ptr<uint8_t, Free> bytes(static_cast<uint8_t*>(std::aligned_alloc(kAlignment, room)));
  if (size != 0) std::memcpy(bytes.get(), data, size);
  if (size >= 64) {
    std::memcpy(bytes.get() + 16, &size, sizeof size);
    const Sha256 hash = sha256({reinterpret_cast<const char*>(bytes.get()) + 16, size - 16});
    std::memcpy(bytes.get() + 12, hash.data(), 4);
  }
  const auto model = mood::parse_model({bytes.get(), size}, "fuzz");
  if (!model) {
    ROOMTONE_ASSERT(model.error().context.starts_with("fuzz:"));
    return 0;
  }
  const mood::CueTable cues(model->cues.words);
  const Tokens tokens =
      text_of(std::string(reinterpret_cast<const char*>(data) + size / 2, std::min<std::size_t>(600, size / 2)));
  if (tokens.tokens.empty()) return 0;
  static mood::Features features;
  mood::extract(tokens, cues, {}, true, features);
  const auto portable = mood::forward(model->network, tokens, features, true, mood::Instructions::portable);
  const auto best = mood::forward(model->network, tokens, features, true, mood::best_instructions());
  ROOMTONE_ASSERT(portable.at == best.at);
  const auto judged = mood::judgement_of(model->network, best.at);
  ROOMTONE_ASSERT(judged.mood.valence_micro >= -1'000'000 && judged.mood.valence_micro <= 1'000'000);
  return 0;
}
