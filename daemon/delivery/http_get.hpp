#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "delivery/http_url.hpp"

namespace roomtone::delivery {

/// The body of an answer that says 200. Waits for it, at most `time`. `unavailable` with the reason otherwise;
/// redirects are not followed.
[[nodiscard]] Result<std::string> http_get(const HttpUrl& url, const std::string& target, std::size_t answer_bytes_max,
                                           std::chrono::milliseconds time);

}  // namespace roomtone::delivery
