#pragma once

namespace roomtone::alerts {

/// e^x for |x| <= 700, within two units in the last place. Our own, because libm's answer depends on its version and on
/// the machine's instruction set, and an alert must not.
[[nodiscard]] double exponential(double x);

/// The natural logarithm of a positive, normal number, within two units in the last place near the result's size.
[[nodiscard]] double logarithm(double x);

}  // namespace roomtone::alerts
