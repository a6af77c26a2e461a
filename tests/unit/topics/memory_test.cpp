#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "unit/topics/matching.hpp"

namespace {
std::atomic<std::size_t> count{0};
std::atomic<std::size_t> bytes{0};  // held now

void release(void* memory) {
  if (memory != nullptr) bytes -= malloc_usable_size(memory);
  std::free(memory);
}
}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++count;
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  bytes += malloc_usable_size(memory);
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { release(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { release(memory); }

namespace roomtone::topics {
namespace {

TEST(Rules, MatchAllocatesNothingOnceGrown) {
  const auto rules =
      compiled({"race OR #derby", "\"big day\" -spam", "hor* @bob", "from:bob url:example.com", "lang:en over",
                "to:bob OR is:question", "source:lines has:link -/crypto/", "list:press", "/never (said|heard)/"});
  ASSERT_TRUE(rules);
  Message message;
  message.text = "a big, big day for the horse and @bob #Derby http://www.example.com/x over";
  message.author_name = "a-name-that-is-longer-than-any-short-string.example.org";
  message.lang = "en-GB";
  message.tags = {"ÜberGut", "Derby"};
  message.links = {"https://example.com/1"};
  const std::string_view lists[] = {"press", "a-list-with-a-name-of-some-length"};
  const Circumstances beside{"lines", lists};
  Tokens tokens;
  text::tokenize(message.text, tokens);
  RuleSet::Scratch scratch;
  std::vector<TopicIndex> out;
  rules->match(message, tokens, beside, scratch, out);
  ASSERT_GE(out.size(), 6U);
  const std::size_t before = count;
  for (int i = 0; i < 100; ++i) {
    out.clear();
    rules->match(message, tokens, beside, scratch, out);
  }
  EXPECT_EQ(count - before, 0U);
}

TEST(Rules, ARuleThatNeverMatchesTakesLessThanAKibibyte) {
  constexpr std::size_t kRules = 5'000;
  std::vector<TopicSpec> specs;
  for (std::size_t i = 0; i < kRules; ++i) {
    const std::string n = std::to_string(i);
    specs.push_back(
        {"t" + n, "(word" + n + " OR #tag" + n + " OR \"rare" + n + " phrase\") lang:en -(spam" + n + " OR crypto)"});
  }
  const std::size_t before = bytes;
  const auto rules = RuleSet::compile(specs, kRules);
  ASSERT_TRUE(rules);
  const std::size_t compiled_size = bytes - before;
  RuleSet::Scratch scratch;
  Message message;
  message.text = "nothing of this";
  Tokens tokens;
  text::tokenize(message.text, tokens);
  const std::size_t before_scratch = bytes;
  std::vector<TopicIndex> out;
  rules->match(message, tokens, {}, scratch, out);
  const std::size_t scratch_size = bytes - before_scratch;
  EXPECT_LT((compiled_size + scratch_size) / kRules, 1024U) << compiled_size << " + " << scratch_size;
  RecordProperty("bytes_per_rule", std::to_string((compiled_size + scratch_size) / kRules));
}

}  // namespace
}  // namespace roomtone::topics
