#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "text/tokenize.hpp"
#include "topics/rules.hpp"

namespace {

using namespace roomtone;

/// A fixed generator: the same posts and rules on every machine.
class Random {
 public:
  uint64_t below(uint64_t n) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state_ >> 33) % n;
  }

 private:
  uint64_t state_ = 1;
};

/// 20,000 words; the small numbers are the common ones.
std::string word(uint64_t i) {
  std::string text;
  for (i += 26; i != 0; i /= 26) text += static_cast<char>('a' + i % 26);
  return text + (i % 2 == 0 ? "ing" : "er");
}

/// Posts of 184 bytes in common words, of which every second also names one of ten subjects.
std::vector<std::string> posts() {
  Random random;
  std::vector<std::string> all;
  for (int i = 0; i < 256; ++i) {
    std::string post;
    while (post.size() < 170) {
      post += word(random.below(1 + random.below(2000)));
      post += random.below(8) == 0 ? ", " : " ";
    }
    if (random.below(2) == 0) post += "subject" + std::to_string(random.below(10)) + " news";
    all.push_back(post);
  }
  return all;
}

/// Ten rules that match, each a twentieth of the posts; all others ask for words that nobody says, most with one that
/// everybody does.
topics::RuleSet rules(std::size_t count, std::vector<topics::TopicSpec> specs = {}) {
  Random random;
  for (std::size_t i = 0; i < count; ++i) {
    std::string rule;
    if (i < 10) {
      rule = "subject" + std::to_string(i) + " (news OR \"latest on\") -spam";
    } else {
      const std::string rare = "un" + word(20'000 + i);  // which no post begins with
      switch (i % 4) {
        case 0: rule = rare + " OR #" + rare; break;
        case 1: rule = rare + " " + word(random.below(100)) + " -spam"; break;
        case 2: rule = "\"" + word(200 + random.below(2000)) + " " + rare + "\""; break;
        default: rule = "(" + rare + " OR " + rare + "s) lang:en -(crypto OR nft)"; break;
      }
    }
    specs.push_back({"t" + std::to_string(i), rule});
  }
  auto set = topics::RuleSet::compile(specs, limits::kTopicsDefault);
  if (!set) {
    std::cerr << set.error().context << '\n';
    std::abort();
  }
  return std::move(*set);
}

void match(benchmark::State& state, const topics::RuleSet& set) {
  const std::vector<std::string> said = posts();
  std::vector<Tokens> texts;
  for (const std::string& post : said) text::tokenize(post, texts.emplace_back());
  Message message;
  message.lang = "en";
  message.author = "did:plc:abcdefghijklmnopqrstuvwx";
  topics::RuleSet::Scratch scratch;
  std::vector<topics::TopicIndex> out;
  std::size_t i = 0;
  int64_t matches = 0;
  int64_t tokens = 0;
  for (auto _ : state) {
    out.clear();
    message.text = said[i];
    set.match(message, texts[i], {}, scratch, out);
    benchmark::DoNotOptimize(out.data());
    matches += static_cast<int64_t>(out.size());
    tokens += static_cast<int64_t>(texts[i].tokens.size());
    i = (i + 1) % texts.size();
  }
  state.SetItemsProcessed(tokens);
  state.counters["matches_per_post"] = static_cast<double>(matches) / static_cast<double>(state.iterations());
  state.counters["tokens_per_post"] = static_cast<double>(tokens) / static_cast<double>(state.iterations());
}

void BM_Match(benchmark::State& state) { match(state, rules(static_cast<std::size_t>(state.range(0)))); }
BENCHMARK(BM_Match)->Arg(10)->Arg(1000)->Arg(10'000);

std::vector<topics::TopicSpec> patterns(int64_t count, const std::string& beside) {
  std::vector<topics::TopicSpec> specs;
  for (int64_t i = 0; i < count; ++i) {
    const std::string n = std::to_string(i);
    specs.push_back({"p" + n, beside + "/(never|not) (said|heard) +un" + n + "/"});
  }
  return specs;
}

/// Patterns beside a word that no post has: nobody should pay for them.
void BM_PatternsBesideAWord(benchmark::State& state) { match(state, rules(10, patterns(state.range(0), "unsaid "))); }
BENCHMARK(BM_PatternsBesideAWord)->Arg(0)->Arg(256);

/// Patterns beside a word that every twentieth post has.
void BM_PatternsBesideASubject(benchmark::State& state) {
  match(state, rules(10, patterns(state.range(0), "subject3 ")));
}
BENCHMARK(BM_PatternsBesideASubject)->Arg(1)->Arg(16);

/// Patterns with nothing beside them: every post is looked through.
void BM_PatternsAlone(benchmark::State& state) { match(state, rules(10, patterns(state.range(0), ""))); }
BENCHMARK(BM_PatternsAlone)->Arg(1)->Arg(16)->Arg(256);

void BM_Compile(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(rules(static_cast<std::size_t>(state.range(0))));
}
BENCHMARK(BM_Compile)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
