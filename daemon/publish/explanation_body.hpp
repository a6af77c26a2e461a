#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/explanation.hpp"

namespace roomtone::publish {

/// The members of an EXPLAIN answer, without braces: proto/PROTOCOL.md, 8.4. Doubles have six decimals, and are null
/// where there is nothing.
void append_explanation(std::string& out, const Explanation& explanation);

/// Reads the answer back. Absent members keep their defaults and unknown ones are skipped. `corrupt` when it is no JSON
/// object, a member has another type, or the key or window is none.
[[nodiscard]] Result<Explanation> read_explanation(std::string_view json);

}  // namespace roomtone::publish
