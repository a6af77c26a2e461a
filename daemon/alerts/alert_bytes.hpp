#pragma once

#include "base/bytes.hpp"
#include "model/alert.hpp"

namespace roomtone::alerts {

/// The newest version of a row that an alert may stand in.
inline constexpr uint8_t kAlertBytes = 2;

/// An alert as a part of a room's row. The row's version covers it.
void encode_alert(const Alert& alert, ByteWriter& out);

/// False for bytes that no alert has written; `alert` is then worth nothing.
/// `version` is the row's: before 2 every alert was told.
[[nodiscard]] bool decode_alert(ByteReader& in, Alert& alert, uint8_t version);

}  // namespace roomtone::alerts
