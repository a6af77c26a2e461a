#pragma once

#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "model/tokens.hpp"
#include "text/tokenize.hpp"

namespace roomtone::text {

/// Tokens as a line that a test can compare: a sign for the kind, the normalised bytes, the run of punctuation.
/// Words are bare; `t:` hashtag, `$:` cashtag, `@:` mention, `u:` url, `e:` emoji, `f:` emoticon, `p:` punctuation.
inline std::string shown(const Tokens& tokens) {
  constexpr std::string_view kSigns[] = {"", "t:", "$:", "@:", "u:", "e:", "f:", "p:"};
  std::string line;
  for (const Token& token : tokens.tokens) {
    if (!line.empty()) line += ' ';
    line += kSigns[static_cast<std::size_t>(token.kind)];
    line += tokens.view(token);
    if (token.run > 1) line += "x" + std::to_string(token.run);
  }
  return line;
}

inline Tokens tokens_of(std::string_view text) {
  Tokens tokens;
  tokenize(text, tokens);
  return tokens;
}

inline std::string shown(std::string_view text) { return shown(tokens_of(text)); }

}  // namespace roomtone::text
