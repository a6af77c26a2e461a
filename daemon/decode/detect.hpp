#pragma once

#include "decode/json.hpp"
#include "model/batch.hpp"

namespace roomtone::decode {

/// Which format a line is written in, by its members; never Format::detect. The first that fits:
///
/// - `kind` and `did`: Jetstream v1. A `$type`, a `payload` object, or `seq` and `did`: Jetstream v2.
/// - `event` with a `payload` string or a `stream`; `visibility` and `account`; `error` and `status`: Mastodon.
/// - Without a top-level `text`: `data` or `includes` as objects, `matching_rules` or `errors` as arrays, a `delete` of
/// a
///   `tweet` or `post`: X v2.
/// - `id_str`; `text` or `full_text` with `created_at` and a `user` object; without a top-level `text`, `delete` of a
///   `status` or a control line: X v1.1.
/// - Anything else is our own line, which may carry members of any name beside its text.
[[nodiscard]] Format detect(const JsonObject& line);

}  // namespace roomtone::decode
