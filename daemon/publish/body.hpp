#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "publish/json_body.hpp"
#include "publish/protobuf_body.hpp"

namespace roomtone::publish {

/// How bodies on the feed are written. One per daemon; each header says which, by kFlagProtobuf.
enum class BodyFormat : uint8_t { json, protobuf };

[[nodiscard]] constexpr std::string_view name_of(BodyFormat format) {
  return format == BodyFormat::json ? "json" : "protobuf";
}

/// Appends the body of `what` (an Atmosphere, a VoiceEvent, a Pulse or a PrefixSum with epoch and global_seq) to `out`.
template <typename... What>
void append_body(std::string& out, BodyFormat format, const What&... what) {
  if (format == BodyFormat::json)
    append_json(out, what...);
  else
    append_protobuf(out, what...);
}

inline void append_control_body(std::string& out, BodyFormat format, std::string_view event) {
  if (format == BodyFormat::json)
    append_control_json(out, event);
  else
    append_control_protobuf(out, event);
}

}  // namespace roomtone::publish
