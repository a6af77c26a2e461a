#pragma once

#include "model/ledger.hpp"

namespace roomtone {

/// What a decoder says about one frame.
///
/// `column == counted` means the message is filled and goes on down the path: it may still end as too_old or
/// duplicate there. `retraction` fills op, network, target, version and seen_time. Any other column ends
/// the record; `ignored` then names its kind and is `none` otherwise.
struct Decoded {
  Column column = Column::malformed;
  Ignored ignored = Ignored::none;

  static constexpr Decoded message() { return {Column::counted, Ignored::none}; }
  static constexpr Decoded skip(Ignored kind) { return {Column::ignored, kind}; }
  static constexpr Decoded end(Column column) { return {column, Ignored::none}; }

  friend bool operator==(const Decoded&, const Decoded&) = default;
};

}  // namespace roomtone
