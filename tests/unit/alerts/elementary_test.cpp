#include "alerts/elementary.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace roomtone::alerts {
namespace {

TEST(Exponential, IsThatOfTheMathematicians) {
  for (double x = -700; x <= 700; x += 0.37) EXPECT_NEAR(exponential(x) / std::exp(x), 1, 1e-15) << x;
  EXPECT_EQ(exponential(0), 1);
}

TEST(Logarithm, IsThatOfTheMathematicians) {
  for (double x = 1e-9; x < 1e15; x *= 1.37)
    EXPECT_NEAR(logarithm(x), std::log(x), 4e-16 * (1 + std::abs(std::log(x)))) << x;
  EXPECT_EQ(logarithm(1), 0);
}

}  // namespace
}  // namespace roomtone::alerts
