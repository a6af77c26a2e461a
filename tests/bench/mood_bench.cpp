// What tokenising and scoring cost, beside the floor, on the same posts in the same run. Budget: twice the floor.
//
//   mood MODEL RECORDING [Google Benchmark's own arguments]
//   mood MODEL RECORDING --once [TIMES]    every post once, or TIMES times, tokenised and scored and nothing measured:
//                                          for callgrind, with 0 for what reading costs
//
// RECORDING is a file of Jetstream posts, of which up to 20,000 are read: `roomtone simulate --count 20000 --fast`.
// `posts` is how many of them a run of the loop goes through; times are per post. `allocations` are counted per post.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <new>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "floor.hpp"
#include "mood/features.hpp"
#include "mood/judgement.hpp"
#include "mood/model_file.hpp"
#include "mood/network.hpp"
#include "mood/scorer.hpp"
#include "text/tokenize.hpp"

namespace {

std::atomic<unsigned long long> allocations{0};

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace roomtone;

constexpr std::size_t kPostsMax = 20'000;

struct Posts {
  std::deque<std::string> lines;  // with padding reserved
  std::vector<std::string> texts;
  std::vector<std::string> langs;  // as declared
};

bool read_posts(const char* path, Posts& posts) {
  std::ifstream in(path, std::ios::binary);
  simdjson::dom::parser parser;
  for (std::string line; posts.lines.size() < kPostsMax && std::getline(in, line);) {
    line.reserve(line.size() + limits::kFramePaddingBytes);
    std::string_view text;
    simdjson::dom::element root;
    if (parser.parse(line.data(), line.size(), false).get(root) != simdjson::SUCCESS) continue;
    if (root["commit"]["record"]["text"].get(text) != simdjson::SUCCESS) continue;
    std::string_view lang;
    if (root["commit"]["record"]["langs"].at(0).get(lang) != simdjson::SUCCESS) lang = {};
    posts.texts.emplace_back(text);
    posts.langs.emplace_back(lang);
    posts.lines.push_back(std::move(line));
    posts.lines.back().reserve(posts.lines.back().size() + limits::kFramePaddingBytes);
  }
  return !posts.texts.empty();
}

/// Runs `step(i)` for every post, again and again; a time is that of one post.
template <typename Step>
void each_post(benchmark::State& state, std::size_t posts, Step step) {
  for (std::size_t i = 0; i < posts; ++i) step(i);  // what is kept grows once
  const auto before = allocations.load();
  std::size_t next = 0;
  std::size_t done = 0;
  for (auto _ : state) {
    step(next);
    next = next + 1 == posts ? 0 : next + 1;
    ++done;
  }
  state.counters["allocations"] = static_cast<double>(allocations.load() - before) / static_cast<double>(done);
}

struct Bench {
  Posts posts;
  mood::ModelFile file;
  mood::CueTable cues;
  mood::Scorer scorer;
  std::vector<Tokens> tokens;

  void floor(benchmark::State& state) {
    simdjson::dom::parser parser;
    if (parser.allocate(limits::kFileFrameBytes, limits::kJsonDepth) != simdjson::SUCCESS) std::abort();
    bench::Seen seen;
    each_post(state, posts.lines.size(), [&](std::size_t i) { bench::look_at(parser, posts.lines[i], seen); });
    benchmark::DoNotOptimize(seen.sum);
  }
  void tokenise(benchmark::State& state) {
    Tokens into;
    each_post(state, posts.texts.size(), [&](std::size_t i) {
      text::tokenize(posts.texts[i], into);
      benchmark::DoNotOptimize(into.tokens.data());
    });
  }
  void extract(benchmark::State& state) {
    const mood::FeatureFilter filter(file.model().network.filter);
    static mood::Features features;
    each_post(state, tokens.size(), [&](std::size_t i) {
      mood::extract(tokens[i], cues, filter, false, features);
      benchmark::DoNotOptimize(features.count);
    });
  }
  void score(benchmark::State& state, bool declared) {
    each_post(state, tokens.size(), [&](std::size_t i) {
      benchmark::DoNotOptimize(scorer.score(tokens[i], declared ? posts.langs[i] : std::string_view()));
    });
  }
  void both(benchmark::State& state) {
    Tokens into;
    each_post(state, posts.texts.size(), [&](std::size_t i) {
      text::tokenize(posts.texts[i], into);
      benchmark::DoNotOptimize(scorer.score(into, posts.langs[i]));
    });
  }
};

int usage() {
  std::fputs("usage: mood MODEL RECORDING [--once | --benchmark_...]\n", stderr);
  return 64;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return usage();
  Posts posts;
  if (!read_posts(argv[2], posts)) {
    std::fprintf(stderr, "mood: no Jetstream posts in %s\n", argv[2]);
    return 66;
  }
  auto file = mood::ModelFile::open(argv[1]);
  auto scorer = mood::Scorer::load(argv[1]);
  if (!file || !scorer) {
    std::fprintf(stderr, "mood: %s\n", file ? scorer.error().context.c_str() : file.error().context.c_str());
    return 66;
  }
  if (argc >= 4 && std::strcmp(argv[3], "--once") == 0) {
    const long times = argc > 4 ? std::strtol(argv[4], nullptr, 10) : 1;
    Tokens into;
    int64_t sum = 0;
    for (std::size_t i = 0; i < posts.texts.size() * static_cast<std::size_t>(times); ++i) {
      const std::size_t at = i % posts.texts.size();
      text::tokenize(posts.texts[at], into);
      sum += scorer->score(into, posts.langs[at]).valence_micro;
    }
    std::printf("posts %zu, sum of valences %lld\n", posts.texts.size(), static_cast<long long>(sum));
    return 0;
  }

  mood::CueTable cues(file->model().cues.words);
  Bench bench{std::move(posts), std::move(*file), std::move(cues), std::move(*scorer), {}};
  double count = 0;
  for (const std::string& text : bench.posts.texts) {
    text::tokenize(text, bench.tokens.emplace_back());
    count += static_cast<double>(bench.tokens.back().tokens.size());
  }
  double listed = 0;
  const mood::FeatureFilter filter(bench.file.model().network.filter);
  static mood::Features features;
  for (const Tokens& tokens : bench.tokens) {
    mood::extract(tokens, bench.cues, filter, false, features);
    listed += static_cast<double>(features.count);
  }
  const auto posts_read = static_cast<double>(bench.tokens.size());
  std::printf("%.0f posts of %.1f tokens, of which %.1f features pass the model's filter\n", posts_read,
              count / posts_read, listed / posts_read);

  argv[2] = argv[0];
  argc -= 2;
  argv += 2;
  benchmark::Initialize(&argc, argv);
  benchmark::RegisterBenchmark("floor", [&](benchmark::State& state) { bench.floor(state); });
  benchmark::RegisterBenchmark("tokenise", [&](benchmark::State& state) { bench.tokenise(state); });
  benchmark::RegisterBenchmark("features", [&](benchmark::State& state) { bench.extract(state); });
  benchmark::RegisterBenchmark("score/declared", [&](benchmark::State& state) { bench.score(state, true); });
  benchmark::RegisterBenchmark("score/undeclared", [&](benchmark::State& state) { bench.score(state, false); });
  benchmark::RegisterBenchmark("tokenise_and_score", [&](benchmark::State& state) { bench.both(state); });
  benchmark::RunSpecifiedBenchmarks();
}
