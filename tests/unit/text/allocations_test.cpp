#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "unit/text/shown.hpp"

namespace {
std::atomic<std::size_t> count{0};
}

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++count;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace roomtone::text {
namespace {

constexpr std::string_view kPosts[] = {
    "What a race! #HorseRacing2024 @someone.bsky.social https://example.com/a/b?c=d sooo good :) "
    "😂👩‍👩‍👧 "
    "don’t "
    "stop",
    "日本語のテスト！すごーーーい ＃競馬",
    "short",
    "An averyveryverylongwordthatisneverwritteninanyposteverbyanyoneatallnowhere and cafe\u0301 \xFF\xFE bytes",
};

TEST(Tokenize, AllocatesNothingOnceGrown) {
  Tokens tokens;
  for (const std::string_view post : kPosts) tokenize(post, tokens);
  const std::size_t before = count;
  for (int i = 0; i < 100; ++i) {
    for (const std::string_view post : kPosts) tokenize(post, tokens);
  }
  EXPECT_EQ(count - before, 0U);
}

}  // namespace
}  // namespace roomtone::text
