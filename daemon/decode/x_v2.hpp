#pragma once

#include "decode/json.hpp"
#include "decode/scratch.hpp"
#include "model/decoded.hpp"
#include "model/message.hpp"

namespace roomtone::decode {

/// X API v2 filtered stream: `{"data":{...},"includes":{...},"matching_rules":[...]}`, in both spellings
/// (`..._tweet_...` and `..._post_...`). Network x.
///
/// - Each edit is a post with an id of its own. Id: the first of the edit history, which all versions share; version:
///   the post's own id, as a number. A post that is not the first of its history is an edit.
/// - Text is the note's where there is one (long posts), with the escapes `&amp;` `&lt;` `&gt;` undone. A retweet is a
///   reshare: text, language, lists and media are those of the original in `includes`, because its own text is cut; its
///   own serve where the original is not included.
/// - author_name and account_created come from `includes.users`; an account that is `protected` is a private author.
/// - There is no seen time. A line with `errors` and no `data`, and compliance events about accounts and visibility,
/// are
///   ignored{control}; a compliance `delete` is a retraction.
/// - Malformed: a post without `id` or `text`, and a line with none of these.
[[nodiscard]] Decoded read_x_v2(const JsonObject& line, Scratch& scratch, Message& message);

}  // namespace roomtone::decode
