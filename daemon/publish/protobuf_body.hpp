#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/alert.hpp"
#include "model/atmosphere.hpp"
#include "publish/json_body.hpp"

namespace roomtone::publish {

/// The bodies of json_body.hpp as the messages of proto/roomtone/v1, appended to `out`. Absent and not finite
/// doubles are left out. Strings must be UTF-8.
void append_protobuf(std::string& out, const Atmosphere& atmosphere);
void append_protobuf(std::string& out, const VoiceEvent& event);
void append_protobuf(std::string& out, const Alert& alert);
void append_protobuf(std::string& out, const Pulse& pulse, uint64_t epoch, uint64_t global_seq);
void append_protobuf(std::string& out, const PrefixSum& sum, uint64_t epoch, uint64_t global_seq);
void append_control_protobuf(std::string& out, std::string_view event);

}  // namespace roomtone::publish
