// The scorer alone: texts are tokenised before the clock starts. Budget: 0.2 us for a text of 30 tokens.
//
//   mood_bench MODEL [Google Benchmark's own arguments]
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <vector>

#include "model/tokens.hpp"
#include "mood/scorer.hpp"
#include "text/tokenize.hpp"

namespace {

using roomtone::Tokens;
using roomtone::mood::Scorer;

constexpr const char* kTexts[] = {
    "I really love how this new update makes everything faster, thank you so much to the whole team for the great "
    "work!! 😍",
    "so the train is late again and nobody at the station can tell us anything. not happy, this is getting ridiculous "
    ":(",
    "Breaking: the council will vote on the new budget tomorrow at nine, with two amendments still on the table "
    "https://t.co/x",
    "can't believe we actually won that game, what a goal in the last minute, the crowd went absolutely mad #UpTheReds "
    "#Derby",
    "does anyone know where I could get a decent coffee near the harbour on a sunday morning? asking for a very tired "
    "friend",
    "The plot was good, but the characters are not very convincing and the dialogue is kind of boring, would not watch "
    "again",
};

std::vector<Tokens> tokenised() {
  std::vector<Tokens> all;
  for (const char* text : kTexts) roomtone::text::tokenize(text, all.emplace_back());
  return all;
}

void score(benchmark::State& state, const Scorer& scorer, const std::string& lang) {
  const std::vector<Tokens> texts = tokenised();
  std::size_t tokens = 0;
  for (const Tokens& text : texts) tokens += text.tokens.size();
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(scorer.score(texts[next], lang));
    next = next + 1 == texts.size() ? 0 : next + 1;
  }
  state.counters["tokens_per_text"] = static_cast<double>(tokens) / static_cast<double>(texts.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: mood_bench MODEL [--benchmark_...]\n", stderr);
    return 64;
  }
  const auto scorer = Scorer::load(argv[1]);
  if (!scorer) {
    std::fprintf(stderr, "mood_bench: %s\n", scorer.error().context.c_str());
    return 66;
  }
  argv[1] = argv[0];
  --argc;
  ++argv;
  benchmark::Initialize(&argc, argv);
  benchmark::RegisterBenchmark("score/declared", [&](benchmark::State& state) { score(state, *scorer, "en"); });
  benchmark::RegisterBenchmark("score/undeclared", [&](benchmark::State& state) { score(state, *scorer, ""); });
  benchmark::RunSpecifiedBenchmarks();
}
