#pragma once

#include <string_view>

#include "model/tokens.hpp"

namespace roomtone::text {

/// Normalises and splits `text` into `tokens` (cleared first). Never fails: invalid UTF-8 counts as one
/// U+FFFD a bad byte, and what is beyond limits::kTokens or limits::kTextBytes is not looked at. No allocation once
/// `tokens` has grown to the traffic. Pure; any thread.
void tokenize(std::string_view text, Tokens& tokens);

}  // namespace roomtone::text
