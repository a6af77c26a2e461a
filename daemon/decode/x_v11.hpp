#pragma once

#include "decode/json.hpp"
#include "decode/scratch.hpp"
#include "model/decoded.hpp"
#include "model/message.hpp"

namespace roomtone::decode {

/// X API v1.1 statuses, from streams, searches and archives of both text modes. Network x.
///
/// - Id: `id_str`; the number `id` where an old capture lacks it. Likewise for the author.
/// - Text is the first of `extended_tweet.full_text`, `full_text`, `text`, with the escapes `&amp;` `&lt;` `&gt;`
/// undone. A
///   retweet is a reshare: text, language, lists and media are those of `retweeted_status`.
/// - `lang` of `und` is unknown. event_time is `created_at`; `timestamp_ms` only where that is missing. No seen time.
/// - An account that is `protected` is a private author.
/// - `delete` is a retraction; `limit`, `warning`, `disconnect` and their kin are ignored{control}, user-stream events
///   ignored{notification}.
/// - Malformed: a status without id or text.
[[nodiscard]] Decoded read_x_v11(const JsonObject& line, Scratch& scratch, Message& message);

/// Whether a line with this member and no text is about the stream or about what may be shown, and not a status.
[[nodiscard]] bool is_x_v11_control(std::string_view key);

}  // namespace roomtone::decode
