// Scores the lines of standard input with the shipped rules: `valence<TAB>label<TAB>scored` a line, for evaluation.
//
//   score_lines MODEL [LANG]    LANG as a message would declare it; none is given by default
#include <cstdio>
#include <iostream>
#include <string>

#include "model/tokens.hpp"
#include "mood/scorer.hpp"
#include "text/tokenize.hpp"

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: score_lines MODEL [LANG] < texts\n", stderr);
    return 64;
  }
  const auto scorer = roomtone::mood::Scorer::load(argv[1]);
  if (!scorer) {
    std::fprintf(stderr, "score_lines: %s\n", scorer.error().context.c_str());
    return 66;
  }
  std::ios::sync_with_stdio(false);
  const std::string lang = argc == 3 ? argv[2] : "";
  roomtone::Tokens tokens;
  for (std::string line; std::getline(std::cin, line);) {
    roomtone::text::tokenize(line, tokens);
    const roomtone::Mood mood = scorer->score(tokens, lang);
    std::printf("%.6f\t%s\t%s\n", mood.valence_micro / 1e6, std::string(roomtone::name_of(mood.label)).c_str(),
                mood.scored ? "scored" : "unscored");
  }
}
