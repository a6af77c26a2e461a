#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace roomtone {

/// Where a record comes from. Part of a message's identity: ids are unique within a network only.
enum class Network : uint8_t { own, atproto, fediverse, x };

/// What a record does. Only `create`, `edit` and `reshare` with text become part of a mood.
enum class Op : uint8_t { create, edit, remove, reshare, account_off };

/// What an author declares to be. `unknown` unless the record says so.
enum class AuthorKind : uint8_t { unknown, person, organisation, bot };

/// One record of a stream, whatever its format.
///
/// All views point into the frame or into the decoder that filled it, and hold until the decoder's
/// next call. Text and lists are hostile data. Lists hold at most limits::kListItems entries.
struct Message {
  Op op = Op::create;
  Network network = Network::own;
  AuthorKind author_kind = AuthorKind::unknown;
  bool automated = false;       // declared: a bot flag, a bot label, or (known to the worker) a scheduling client
  bool sensitive = false;       // declared by author or network
  bool private_author = false;  // asked not to be shown (`noindex`, `!no-unauthenticated`): no exemplars
  bool has_quote = false;
  bool has_media = false;

  std::string_view id;         // stable within `network`; empty when the record has none
  std::string_view delete_id;  // what deletes of this message call it, where that is not `id`; a delete's own likewise
  uint64_t version = 0;        // orders edits of one id: the higher one holds, whichever arrives last
  std::string_view target;     // the id that an edit, delete or reshare is about; an edit's own `id` equals it
  std::string_view text;       // UTF-8 as the author wrote it; HTML already removed
  std::string_view lang;       // as declared, BCP 47, any case; empty means unknown, never "en"
  std::string_view author;     // stable opaque id; hashed before it leaves the process; may be empty
  std::string_view author_name;  // the handle or screen name where the record has one, for `from:` rules
  std::string_view conversation;
  std::string_view reply_to;           // non-empty for a reply
  std::string_view reply_to_author;    // whom it answers, by handle or id, where the record says so; for `to:` rules
  std::string_view client_app;         // posting client where given
  std::vector<std::string_view> tags;  // hashtags declared beside the text, without '#'
  std::vector<std::string_view> mentions;  // ids or handles
  std::vector<std::string_view> links;     // URLs

  Instant event_time = kNoInstant;  // the author's claim
  Instant seen_time = kNoInstant;   // the network's receipt time where the frame carries one
  Instant account_created = kNoInstant;

  /// Back to an empty message; keeps the lists' memory.
  void clear() {
    auto tags_kept = std::move(tags);
    auto mentions_kept = std::move(mentions);
    auto links_kept = std::move(links);
    *this = Message{};
    tags_kept.clear();
    mentions_kept.clear();
    links_kept.clear();
    tags = std::move(tags_kept);
    mentions = std::move(mentions_kept);
    links = std::move(links_kept);
  }
};

}  // namespace roomtone
