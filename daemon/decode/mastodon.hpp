#pragma once

#include "decode/json.hpp"
#include "decode/scratch.hpp"
#include "model/decoded.hpp"
#include "model/message.hpp"

namespace roomtone::decode {

/// Mastodon: streaming frames (`{"stream":[..],"event":"update","payload":"{...}"}`, whose payload is JSON inside a
/// string and is read with `payload_parser`), and bare Status objects, as timelines and archives have them. Network
/// fediverse.
///
/// - Id: `uri`, which is the same on every instance, else `id`. A `delete` names only the local id of the instance that
///   sends it, so its target is that id, and its delete_id too; a
///   Status with a `uri` has its local id as delete_id.
/// - `update` and a bare Status create, `status.update` edits; the version is `edited_at` in microseconds, 0 without
///   one. A Status with a `reblog` is a reshare: id, author and time are the wrapper's; text, language, lists, media
///   and sensitivity the original's; target is the original's `uri`.
/// - Whatever is not `public`, wrapper or original, is not_public, before anything else is looked at.
/// - Text is `content` without HTML, after `spoiler_text` on a line of its own. Links are the anchors that are neither
///   mention nor hashtag.
/// - There is no seen time. Other events are ignored{notification}, error frames ignored{control}, events of no known
///   name ignored{unknown}.
/// - Malformed: no `visibility`, no `account`, no id, no `content`, a payload that is no Status.
[[nodiscard]] Decoded read_mastodon(const JsonObject& frame, JsonParser& payload_parser, Scratch& scratch,
                                    Message& message);

}  // namespace roomtone::decode
