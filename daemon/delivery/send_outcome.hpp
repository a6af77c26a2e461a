#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace roomtone::delivery {

/// What came of one request.
enum class SendOutcome : uint8_t {
  accepted,
  refused,  // the receiver will not have this very body, ever: sending it again is of no use
  failed,   // not reached, no answer in time, or any other answer: later may help
};
inline constexpr std::array<std::string_view, 3> kSendOutcomeNames = {"accepted", "refused", "failed"};

}  // namespace roomtone::delivery
