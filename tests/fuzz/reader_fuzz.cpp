// The C++ reader's state machine against any frames on either socket, in any order.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "replica.hpp"

namespace {

using namespace roomtone::client;

/// Takes `size` bytes off the front, or what is left.
std::string_view take(std::string_view& input, std::size_t size) {
  const auto taken = input.substr(0, size);
  input.remove_prefix(taken.size());
  return taken;
}

unsigned take_byte(std::string_view& input) {
  const auto byte = take(input, 1);
  return byte.empty() ? 0 : static_cast<unsigned char>(byte.front());
}

}  // namespace

// A message is: which socket (or a tick), how many frames, and each frame with its length in two bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Options options;
  options.keys_max = 8;
  options.recover = take_byte(input) % 2 == 0 ? Recover::replay : Recover::snapshot;
  Now now;
  Replica replica("/a/", options, now);
  while (!input.empty()) {
    const unsigned kind = take_byte(input);
    Frames frames(take_byte(input) % 6);
    for (std::string& frame : frames) {
      const unsigned high = take_byte(input);
      frame = take(input, high << 8 | take_byte(input));
    }
    now += std::chrono::milliseconds(kind >> 2);
    if (kind % 4 == 0)
      replica.tick(now += std::chrono::seconds(1));
    else if (kind % 4 == 1)
      replica.take_answer(frames, now);
    else
      replica.take_published(frames, now, 0);
    (void)replica.take_questions();
    (void)replica.take_events();
    (void)replica.blind_keys();
    if (replica.held().size() > options.keys_max) std::abort();
    for (const auto& [key, held] : replica.held())
      if (held.update.key != key || held.key_seq < held.update.header.key_seq) std::abort();
  }
  return 0;
}
