#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "base/time.hpp"

/// Times and durations from outside: no input is undefined behaviour, what is accepted lies within the promised
/// range, and a written time is read back as itself.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace roomtone;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto at : {parse_rfc3339(text), parse_ctime_utc(text)}) {
    if (!at) continue;
    ROOMTONE_ASSERT(micros(*at) >= kMicrosMin && micros(*at) <= kMicrosMax);
    ROOMTONE_ASSERT(parse_rfc3339(format_rfc3339(*at)) == at);
  }
  if (const auto duration = parse_duration(text)) ROOMTONE_ASSERT(duration->count() >= 0 && *duration <= 10'000 * 24h);
  return 0;
}
