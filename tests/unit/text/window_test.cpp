#include "text/window.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace roomtone::text {
namespace {

#if defined(__x86_64__)

/// What look_at() says of `text`, all in one.
template <typename Machine>
std::string seen(Machine machine, const std::string& text, std::size_t left) {
  Window window;
  window.look_at(machine, text.data(), text.data(), left);
  std::string all;
  for (const uint64_t mask : {window.word, window.begin_of_word, window.stop, window.mark, window.shout, window.space,
                              window.gap, window.hard, window.alpha, window.capital}) {
    all += std::to_string(mask) + ' ';
  }
  for (const Window::Beginning& token : window.tokens) {
    all += std::to_string(static_cast<int>(token.kind)) + '/' + std::to_string(token.flags) + ' ';
  }
  return all;
}

/// Texts of what posts are made of, and some of any bytes.
template <typename Machine>
void expect_the_same(Machine machine) {
  constexpr std::string_view kLikely = "abcxyzABCXYZ0189 .,!?;:'-\n\t@#_\x80";
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t at = 0; at < kReadable; ++at) {
      text += i % 4 == 0 ? static_cast<char>(random()) : kLikely[random() % kLikely.size()];
    }
    const std::size_t left = random() % 100;
    ASSERT_EQ(seen(Portable{}, text, left), seen(machine, text, left)) << text;
  }
}

TEST(Window, is_the_same_with_and_without_avx2) {
  if (__builtin_cpu_supports("avx2") == 0) GTEST_SKIP() << "this machine has no AVX2";
  expect_the_same(Avx2{});
}

TEST(Window, is_the_same_with_and_without_avx512) {
  if (__builtin_cpu_supports("avx512bw") == 0) GTEST_SKIP() << "this machine has no AVX-512";
  expect_the_same(Avx512{});
}

#endif

}  // namespace
}  // namespace roomtone::text
