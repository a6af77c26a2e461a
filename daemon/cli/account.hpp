#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/tokens.hpp"
#include "mood/judgement.hpp"

namespace roomtone::cli {

/// What a model says of one line of text, and why.
struct Account {
  uint64_t line;  // from 1
  const Tokens& tokens;
  mood::Judgement judgement;
  std::vector<int32_t> effects;  // of each token on the valence, in millionths
  std::string_view model;
};

/// Millionths as a number with four decimals, half away from zero; never "-0.0000".
void append_valence(std::string& out, int32_t micro);

/// One JSON object and a line feed.
void append_json(std::string& out, const Account& account);

/// Some lines for people: the mood, then the tokens that moved it, each with a bar.
void append_for_people(std::string& out, const Account& account, bool colour);

}  // namespace roomtone::cli
