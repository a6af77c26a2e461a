#pragma once

#include <memory>
#include <string_view>

#include "model/batch.hpp"
#include "model/decoded.hpp"
#include "model/message.hpp"

namespace roomtone::decode {

/// Turns one frame into a Message, or says why not. Holds parser memory and scratch text: one per worker, not
/// thread-safe. No allocation per frame once its buffers have grown to the traffic.
class Decoder {
 public:
  explicit Decoder(Format format);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// `frame` must have limits::kFramePaddingBytes readable bytes after it. `message` is cleared first; its views
  /// hold until the next call. `seen_time` stays kNoInstant where the frame carries none; `event_time` likewise.
  [[nodiscard]] Decoded decode(std::string_view frame, Message& message);

 private:
  struct State;
  const Format format_;
  std::unique_ptr<State> state_;
};

}  // namespace roomtone::decode
