#pragma once

#include <cstdint>
#include <string_view>

#include "decode/json.hpp"
#include "decode/scratch.hpp"
#include "model/decoded.hpp"
#include "model/message.hpp"

namespace roomtone::decode {

/// Bluesky Jetstream events: the v1 envelope (`did`, `time_us`, `kind`, `commit`), the v2 frame
/// (`{"$type":"message","payload":{...}}`) and a v2 payload by itself. Network atproto.
///
/// - Id: `at://<did>/<collection>/<rkey>`. Version: the commit's `rev`, which is a clock, so that it orders the edits
/// of
///   a record whichever arrives last.
/// - seen_time is `time_us` or `time`, which every event has; event_time is the record's `createdAt`, and the seen time
///   where that is absent or cannot be read. Neither is compared with the other here.
/// - A post is a message; its deletion a retraction. All other records are ignored under the kind of their collection,
///   whatever is done to them. identity and account events are ignored under their names; info, sync and error frames
///   as control.
/// - Facets whose bytes are not a piece of the text are skipped.
/// - Malformed: no `did`, no usable time, a commit without operation, collection or rkey, a create or update without a
///   record, a post whose `text` is not a string.
[[nodiscard]] Decoded read_jetstream(const JsonObject& frame, Scratch& scratch, Message& message);

/// A record revision (13 characters of base 32, in an alphabet that sorts) as the number it stands for; 0 when it is
/// not one.
[[nodiscard]] uint64_t revision_number(std::string_view tid);

}  // namespace roomtone::decode
