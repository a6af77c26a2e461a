// What a producer can put before its first message: a hello, a header with a token, the mark of a recorded frame.

#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "ingest/hello.hpp"
#include "ingest/producer_book.hpp"
#include "ingest/token_gate.hpp"
#include "model/recorded_frame.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace roomtone;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  if (ingest::is_hello(line)) {
    if (const auto hello = ingest::read_hello(line)) {
      ROOMTONE_ASSERT(hello->epoch >> 63 == 0);
      ROOMTONE_ASSERT(hello->producer.empty() || ingest::valid_name(hello->producer, limits::kProducerNameBytes));
      ROOMTONE_ASSERT(hello->token.find(' ') == std::string_view::npos);
    }
  }
  ROOMTONE_ASSERT(ingest::bearer_token(line).size() <= line.size());
  if (const auto recorded = read_recorded(line)) {
    ROOMTONE_ASSERT(recorded->frame.data() + recorded->frame.size() == line.data() + line.size());
    ROOMTONE_ASSERT(micros(recorded->seen) >= kMicrosMin && micros(recorded->seen) <= kMicrosMax);
  }
  return 0;
}
