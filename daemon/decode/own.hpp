#pragma once

#include "decode/json.hpp"
#include "decode/scratch.hpp"
#include "model/decoded.hpp"
#include "model/message.hpp"

namespace roomtone::decode {

/// Roomtone's own JSON line, the format of HTTP, TCP, ZeroMQ, files and standard input.
///
///     {"text":"What a finish!","id":"42","time":"2026-07-04T14:38:08Z","author":"anna","lang":"en"}
///
/// - `kind`: `post` (when absent), `edit`, `delete`, `reshare`, `vote`; another name with a text is ignored{unknown}.
/// - `time` and `seen` are RFC 3339 or whole microseconds since 1970, as a number or as a string of digits. One that
///   is given and cannot be read makes the record malformed: whoever sent it would otherwise find it in another pane.
/// - `edit` and `delete` need `of`. An edit's version is its `seen`, else its `time`, in microseconds, else 1; a
///   delete's likewise, else 0: it stands above any version.
/// - A record with neither `text` nor a known `kind` is malformed; a known one with nothing to read is no_text.
/// - `answers` names the author whom a reply answers, for `to:` rules.
/// - Ids (`id`, `of`, `author`, `reply_to`, `conversation`) are strings or whole numbers. `null` is absent. A leading
///   '#' of a tag and '@' of a mention are dropped. Unknown members are ignored.
[[nodiscard]] Decoded read_own(const JsonObject& line, Scratch& scratch, Message& message);

}  // namespace roomtone::decode
