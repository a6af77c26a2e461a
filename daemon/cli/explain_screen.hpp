#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/explanation.hpp"

namespace roomtone::cli {

struct ExplainScreen {
  std::size_t columns = 100;
  bool colour = false;
  bool unicode = false;
};

/// An explanation for people: the sentence, both spans, the word shift as bars to the left (less pleasant) and right
/// (more pleasant) of a line, voices, campaigns and what is said most. No line is wider than the screen.
[[nodiscard]] std::vector<std::string> draw_explanation(const Explanation& explanation, const ExplainScreen& screen);

/// A word of a message, or a text with such words, made safe to print: letters of scripts that are written from left to
/// right and stand alone, and emoji, pass where the terminal takes UTF-8; everything else becomes \u{NNNN} or \xNN.
[[nodiscard]] std::string words_for_terminal(std::string_view text, bool unicode);

}  // namespace roomtone::cli
