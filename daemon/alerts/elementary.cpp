#include "alerts/elementary.hpp"

#include <bit>
#include <cstdint>

#include "base/assert.hpp"

namespace roomtone::alerts {
namespace {

constexpr double kLog2e = 1.4426950408889634;
// ln 2 in two parts: the first has so few bits that a whole number of up to 11 bits times it is exact.
constexpr double kLn2High = 0x1.62e42fee00000p-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

constexpr double kInverseFactorial[] = {
    1.0,        1.0,         1.0 / 2,      1.0 / 6,       1.0 / 24,       1.0 / 120,      1.0 / 720,
    1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600};

}  // namespace

double exponential(double x) {
  ROOMTONE_ASSERT(x >= -700 && x <= 700);
  // x = k ln 2 + r with |r| <= 0.35: a Taylor series for r, and k goes into the exponent.
  constexpr double kRound = 0x1.8p52;  // adding and taking away rounds to a whole number
  const double k = (x * kLog2e + kRound) - kRound;
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 0;
  for (int i = 12; i >= 0; --i) sum = sum * r + kInverseFactorial[i];
  const auto exponent = static_cast<uint64_t>(static_cast<int64_t>(k) + 1023);
  return sum * std::bit_cast<double>(exponent << 52);
}

double logarithm(double x) {
  ROOMTONE_ASSERT(x >= 0x1p-1022);
  const auto bits = std::bit_cast<uint64_t>(x);
  auto exponent = static_cast<int64_t>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0xf'ffff'ffff'ffff) | 0x3ff0'0000'0000'0000);
  if (m > 1.4142135623730951) {
    m /= 2;
    ++exponent;
  }
  // ln m = 2 atanh z, |z| <= 0.172.
  const double z = (m - 1) / (m + 1);
  const double zz = z * z;
  double sum = 0;
  for (int i = 21; i >= 1; i -= 2) sum = sum * zz + 1.0 / i;
  const auto k = static_cast<double>(exponent);
  return k * kLn2High + (2 * z * sum + k * kLn2Low);
}

}  // namespace roomtone::alerts
