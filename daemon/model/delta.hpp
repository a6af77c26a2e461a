#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "model/rollup.hpp"
#include "model/tiers.hpp"

namespace roomtone {

/// What is added to one pane of one room. Deltas travel and are stored as bytes, one after the other:
/// key (length, bytes), pane index (zigzag varint), rollup (length, fields). The same bytes serve the room thread and
/// the journal.
struct DeltaView {
  std::string_view key;
  SpanIndex pane = 0;
  std::string_view rollup;
};

inline void encode_delta(std::string_view key, SpanIndex pane, const Rollup& rollup, std::string& bytes) {
  ByteWriter out(bytes);
  out.string(key);
  out.zigzag(pane);
  const std::size_t begun = out.begin();
  encode_rollup(rollup, bytes);
  out.end(begun);
}

/// The next delta; only as good as `in.ok()` afterwards.
[[nodiscard]] inline DeltaView read_delta(ByteReader& in) {
  DeltaView delta;
  delta.key = in.string();
  delta.pane = in.zigzag();
  delta.rollup = in.string();
  return delta;
}

}  // namespace roomtone
