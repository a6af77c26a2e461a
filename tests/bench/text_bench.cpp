#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "text/tokenize.hpp"

namespace {

/// English posts of 184 bytes on average, from common words by a fixed generator, with the things that posts hold.
std::vector<std::string> english_posts() {
  constexpr const char* kWords[] = {
      "the",   "I",       "to",      "and",       "a",       "of",      "it's",  "you",   "race",
      "horse", "morning", "don't",   "really",    "Derby",   "trainer", "think", "today", "beautiful",
      "so",    "this",    "was",     "winning",   "amazing", "for",     "on",    "that",  "people",
      "never", "because", "weekend", "wonderful", "they",    "have",    "with",  "good",  "about"};
  constexpr const char* kExtras[] = {
      "!",    ".",   ",",     "...", "?", " #HorseRacing", " @someone.bsky.social", " https://example.com/a/b",
      " LOL", " :)", " sooo", ","};
  std::vector<std::string> posts;
  uint64_t state = 1;
  const auto random = [&](uint64_t n) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % n;
  };
  for (int i = 0; i < 1024; ++i) {
    std::string post;
    while (post.size() < 180) {
      if (!post.empty()) post += ' ';
      post += kWords[random(std::size(kWords))];
      if (random(8) == 0) post += kExtras[random(std::size(kExtras))];
    }
    posts.push_back(post);
  }
  return posts;
}

void tokenize_all(benchmark::State& state, const std::vector<std::string>& posts) {
  roomtone::Tokens tokens;
  std::size_t i = 0;
  int64_t bytes = 0;
  int64_t count = 0;
  for (auto _ : state) {
    roomtone::text::tokenize(posts[i], tokens);
    benchmark::DoNotOptimize(tokens.tokens.data());
    bytes += static_cast<int64_t>(posts[i].size());
    count += static_cast<int64_t>(tokens.tokens.size());
    i = (i + 1) % posts.size();
  }
  state.SetBytesProcessed(bytes);
  state.SetItemsProcessed(count);  // tokens
  state.counters["bytes_per_post"] = static_cast<double>(bytes) / static_cast<double>(state.iterations());
  state.counters["tokens_per_post"] = static_cast<double>(count) / static_cast<double>(state.iterations());
}

void BM_TokenizeEnglish(benchmark::State& state) { tokenize_all(state, english_posts()); }
BENCHMARK(BM_TokenizeEnglish);

void BM_TokenizeEmojiAndCurly(benchmark::State& state) {
  std::vector<std::string> posts = english_posts();
  for (std::string& post : posts) post.replace(post.size() / 2, 0, " don’t “stop” 😂😂👍🏽 ");
  tokenize_all(state, posts);
}
BENCHMARK(BM_TokenizeEmojiAndCurly);

void BM_TokenizeJapanese(benchmark::State& state) {
  tokenize_all(
      state,
      {"今日のレースは本当に素晴らしかった！みんなありがとう。また来週もよろしくお願いします😊 #競馬 すごーーーい"});
}
BENCHMARK(BM_TokenizeJapanese);

void BM_TokenizeGerman(benchmark::State& state) {
  tokenize_all(state,
               {"Über das Wetter können wir nur lächeln, aber morgen wird’s schöner: größere Pläne, süße Äpfel und "
                "ein ausführliches Frühstück für alle! #Frühstück"});
}
BENCHMARK(BM_TokenizeGerman);

}  // namespace

BENCHMARK_MAIN();
