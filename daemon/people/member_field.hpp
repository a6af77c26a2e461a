#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "people/spec.hpp"

namespace roomtone::people {

/// What may be said of a member.
enum class MemberField : uint8_t { id, handle, network, role, weight, expected_gap };
inline constexpr std::string_view kMemberFieldNames[] = {"id", "handle", "network", "role", "weight", "expected_gap"};

[[nodiscard]] std::optional<MemberField> member_field(std::string_view name);

/// Sets one field from text. An empty text says nothing. What was expected instead, if it cannot be.
[[nodiscard]] std::optional<std::string> set_field(MemberSpec& member, MemberField field, std::string_view text);

/// 0 to 1000 with at most three decimals, in thousandths.
[[nodiscard]] std::optional<uint32_t> parse_weight(std::string_view text);
inline constexpr std::string_view kWeightExpected = "0 to 1000 with at most three decimals";

/// 0ms, or from 1m to 90d; or "own", Expectation::kOwnHabit.
[[nodiscard]] std::optional<std::chrono::seconds> parse_gap(std::string_view text);
inline constexpr std::string_view kGapExpected =
    "a duration such as \"30m\", \"6h\" or \"2d\", from 1m to 90d, or \"own\" or \"0ms\"";

}  // namespace roomtone::people
