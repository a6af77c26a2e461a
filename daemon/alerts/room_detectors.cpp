#include "alerts/room_detectors.hpp"

namespace roomtone::alerts {

Findings RoomDetectors::step(const Slice& slice, const Budget& budget, WanderPool& pool) {
  Findings found;
  const double level = tone_.level();
  found.tone = tone_.step(slice, budget.mean_run_s(), pool);
  found.spread = spread_.step(slice, level, !tone_.learning(slice.second), budget.mean_run_s());
  if (found.tone) spread_.clear_evidence();
  if (found.spread) tone_.relearn_spread(100, found.spread->after);
  return found;
}

void RoomDetectors::encode(std::string& out) const {
  ByteWriter writer(out);
  writer.u8(kVersion);
  tone_.encode(writer);
  spread_.encode(writer);
  volume_.encode(writer);
}

std::optional<RoomDetectors> RoomDetectors::decode(std::string_view bytes) {
  ByteReader reader(bytes);
  RoomDetectors detectors;
  const uint8_t version = reader.u8();
  if (version != 1 && version != kVersion) return std::nullopt;
  if (!detectors.tone_.decode(reader, version == kVersion) || !detectors.spread_.decode(reader) ||
      !detectors.volume_.decode(reader))
    return std::nullopt;
  if (!reader.ok() || !reader.at_end()) return std::nullopt;
  return detectors;
}

}  // namespace roomtone::alerts
