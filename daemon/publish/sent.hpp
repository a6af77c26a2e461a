#pragma once

#include <cstdint>

namespace roomtone::publish {

/// What became of a message to one peer.
enum class Sent : uint8_t {
  yes,
  full,  // the peer does not read: its queue is at the high-water mark
  gone,  // the peer is no longer connected
};

}  // namespace roomtone::publish
