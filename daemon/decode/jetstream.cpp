#include "decode/jetstream.hpp"

#include <array>
#include <optional>

#include "decode/plain_text.hpp"

namespace roomtone::decode {

namespace {

/// All members that any kind of event has, of both versions.
struct Event {
  Member did, time_us, kind, commit, type, payload, seq, time, rev, operation, collection, rkey, record, name, identity,
      account, sync;
};

void add_members(const JsonObject& object, Event& event) {
  for (const auto field : object) {
    const std::string_view key = field.key;
    switch (key.size()) {
      case 3:
        if (key == "did") event.did = field.value;
        if (key == "rev") event.rev = field.value;
        if (key == "seq") event.seq = field.value;
        break;
      case 4:
        if (key == "kind") event.kind = field.value;
        if (key == "rkey") event.rkey = field.value;
        if (key == "time") event.time = field.value;
        if (key == "name") event.name = field.value;
        if (key == "sync") event.sync = field.value;
        break;
      case 5:
        if (key == "$type") event.type = field.value;
        break;
      case 6:
        if (key == "commit") event.commit = field.value;
        if (key == "record") event.record = field.value;
        break;
      case 7:
        if (key == "time_us") event.time_us = field.value;
        if (key == "payload") event.payload = field.value;
        if (key == "account") event.account = field.value;
        break;
      case 8:
        if (key == "identity") event.identity = field.value;
        break;
      case 9:
        if (key == "operation") event.operation = field.value;
        break;
      case 10:
        if (key == "collection") event.collection = field.value;
        break;
      default: break;
    }
  }
}

/// The kind of a collection that is no post.
Ignored kind_of(std::string_view collection) {
  constexpr std::string_view kBluesky = "app.bsky.";
  if (!collection.starts_with(kBluesky)) return Ignored::foreign;
  collection.remove_prefix(kBluesky.size());
  if (collection == "feed.like") return Ignored::like;
  if (collection == "feed.repost") return Ignored::reshare;
  if (collection == "graph.follow") return Ignored::follow;
  if (collection == "graph.block" || collection == "graph.listblock") return Ignored::block;
  if (collection == "actor.profile") return Ignored::profile;
  if (collection == "graph.list" || collection == "graph.listitem" || collection == "graph.starterpack")
    return Ignored::list;
  return Ignored::foreign;
}

struct Post {
  Member text, created_at, langs, reply, facets, tags, embed, labels;
};

Post members_of(const JsonObject& record) {
  Post post;
  for (const auto field : record) {
    const std::string_view key = field.key;
    switch (key.size()) {
      case 4:
        if (key == "text") post.text = field.value;
        if (key == "tags") post.tags = field.value;
        break;
      case 5:
        if (key == "langs") post.langs = field.value;
        if (key == "reply") post.reply = field.value;
        if (key == "embed") post.embed = field.value;
        break;
      case 6:
        if (key == "facets") post.facets = field.value;
        if (key == "labels") post.labels = field.value;
        break;
      case 9:
        if (key == "createdAt") post.created_at = field.value;
        break;
      default: break;
    }
  }
  return post;
}

std::string_view uri_of(const Member& reference) {
  JsonObject object;
  return reference.read(object) ? find(object, "uri").text() : std::string_view{};
}

void read_reply(const Member& reply, Message& message) {
  JsonObject object;
  if (!reply.read(object)) return;
  if (const std::string_view root = uri_of(find(object, "root")); !root.empty()) message.conversation = root;
  message.reply_to = uri_of(find(object, "parent"));
}

/// Whether [begin, end) is a piece of the text that starts and ends between code points.
bool is_piece(std::string_view text, uint64_t begin, uint64_t end) {
  if (begin >= end || end > text.size()) return false;
  const auto inside = [text](uint64_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  return !inside(begin) && !inside(end);
}

void read_feature(const JsonObject& feature, Message& message) {
  Member type, tag, did, uri;
  for (const auto field : feature) {
    if (field.key == "$type") type = field.value;
    if (field.key == "tag") tag = field.value;
    if (field.key == "did") did = field.value;
    if (field.key == "uri") uri = field.value;
  }
  constexpr std::string_view kFacet = "app.bsky.richtext.facet#";
  std::string_view what = type.text();
  if (!what.starts_with(kFacet)) return;
  what.remove_prefix(kFacet.size());
  if (what == "tag") keep(message.tags, tag.text());
  if (what == "mention") keep(message.mentions, did.text());
  if (what == "link") keep(message.links, uri.text());
}

void read_facets(const Member& facets, std::string_view text, Message& message) {
  JsonArray items;
  if (!facets.read(items)) return;
  for (const JsonElement item : items) {
    JsonObject facet;
    if (item.get(facet) != simdjson::SUCCESS) continue;
    JsonObject index;
    JsonArray features;
    uint64_t begin = 0;
    uint64_t end = 0;
    if (!find(facet, "index").read(index) || !find(facet, "features").read(features) ||
        !find(index, "byteStart").read(begin) || !find(index, "byteEnd").read(end) || !is_piece(text, begin, end))
      continue;
    for (const JsonElement element : features) {
      JsonObject feature;
      if (element.get(feature) == simdjson::SUCCESS) read_feature(feature, message);
    }
  }
}

void read_media(const JsonObject& embed, std::string_view type, Message& message) {
  if (type == "external") {
    keep(message.links, uri_of(find(embed, "external")));
  } else if (type == "images" || type == "video" || type == "gallery") {
    message.has_media = true;
  }
}

std::string_view embed_type(const JsonObject& embed) {
  constexpr std::string_view kEmbed = "app.bsky.embed.";
  const std::string_view type = find(embed, "$type").text();
  return type.starts_with(kEmbed) ? type.substr(kEmbed.size()) : std::string_view{};
}

void read_embed(const Member& member, Message& message) {
  JsonObject embed;
  if (!member.read(embed)) return;
  const std::string_view type = embed_type(embed);
  if (type == "record" || type == "recordWithMedia") message.has_quote = true;
  JsonObject media;
  if (type == "recordWithMedia" && find(embed, "media").read(media)) read_media(media, embed_type(media), message);
  read_media(embed, type, message);
}

void read_labels(const Member& labels, Message& message) {
  JsonObject object;
  JsonArray values;
  if (!labels.read(object) || !find(object, "values").read(values)) return;
  for (const JsonElement element : values) {
    JsonObject label;
    if (element.get(label) != simdjson::SUCCESS) continue;
    const std::string_view value = find(label, "val").text();
    if (value == "bot") message.automated = true;
    if (value == "!no-unauthenticated") message.private_author = true;
    if (value == "porn" || value == "sexual" || value == "nudity" || value == "graphic-media") message.sensitive = true;
  }
}

Decoded read_post(const JsonObject& record, Message& message) {
  const Post post = members_of(record);
  std::string_view text;
  if (!post.text.read(text)) return Decoded::end(Column::malformed);

  message.event_time = rfc3339_of(post.created_at);
  if (message.event_time == kNoInstant) message.event_time = message.seen_time;
  message.conversation = message.id;

  JsonArray items;
  if (post.langs.read(items)) {
    const auto first = items.begin();
    if (first != items.end()) message.lang = text_of(*first);
  }
  read_reply(post.reply, message);
  read_facets(post.facets, text, message);
  if (post.tags.read(items)) {
    for (const JsonElement item : items) {
      std::string_view tag;
      if (item.get(tag) == simdjson::SUCCESS) keep(message.tags, tag);
    }
  }
  read_embed(post.embed, message);
  read_labels(post.labels, message);
  return finish_with_text(message, text);
}

/// `event` holds the members of the commit, wherever the version keeps them; seen_time and author are set.
Decoded read_commit(const Event& event, Scratch& scratch, Message& message) {
  std::string_view operation, collection, rkey;
  if (!event.operation.read(operation) || !event.collection.read(collection) || !event.rkey.read(rkey))
    return Decoded::end(Column::malformed);

  const bool removes = operation == "delete";
  if (!removes && operation != "create" && operation != "update") return Decoded::skip(Ignored::unknown);
  JsonObject record;
  if (!removes && !event.record.read(record)) return Decoded::end(Column::malformed);
  if (collection != "app.bsky.feed.post") return Decoded::skip(kind_of(collection));

  std::string& id = scratch.id;
  id.assign("at://");
  id.append(message.author);
  id.append("/app.bsky.feed.post/");
  id.append(rkey);
  message.version = revision_number(event.rev.text());
  if (removes) {
    message.op = Op::remove;
    message.target = id;
    return Decoded::end(Column::retraction);
  }
  message.id = id;
  if (operation == "update") {
    message.op = Op::edit;
    message.target = id;
  }
  return read_post(record, message);
}

enum class Kind : uint8_t { commit, identity, account, control, unknown };

Kind kind_v1(std::string_view kind) {
  if (kind == "commit") return Kind::commit;
  if (kind == "identity") return Kind::identity;
  if (kind == "account") return Kind::account;
  return Kind::unknown;
}

/// A v2 payload names its kind in `$type`, after '#'; one that lost it is told by its members.
Kind kind_v2(const Event& event) {
  std::string_view type;
  if (event.type.read(type)) {
    const std::size_t hash = type.rfind('#');
    const std::string_view name = hash == std::string_view::npos ? std::string_view{} : type.substr(hash + 1);
    if (name == "sync" || name == "info") return Kind::control;
    return kind_v1(name);
  }
  if (event.operation.given() || event.collection.given()) return Kind::commit;
  if (event.identity.given()) return Kind::identity;
  if (event.account.given()) return Kind::account;
  if (event.sync.given()) return Kind::control;
  return Kind::unknown;
}

}  // namespace

uint64_t revision_number(std::string_view tid) {
  if (tid.size() != 13) return 0;
  uint64_t value = 0;
  for (const char c : tid) {
    unsigned digit = 0;
    if (c >= '2' && c <= '7') {
      digit = static_cast<unsigned>(c - '2');
    } else if (c >= 'a' && c <= 'z') {
      digit = static_cast<unsigned>(c - 'a') + 6;
    } else {
      return 0;
    }
    if (value >> 59 != 0) return 0;  // 13 characters carry 65 bits, of which the first is never set
    value = value << 5 | digit;
  }
  return value;
}

Decoded read_jetstream(const JsonObject& frame, Scratch& scratch, Message& message) {
  Event event;
  add_members(frame, event);

  Kind kind = Kind::unknown;
  if (std::string_view v1_kind; event.kind.read(v1_kind)) {
    kind = kind_v1(v1_kind);
    int64_t us = 0;
    if (!event.did.read(message.author) || !event.time_us.read(us) || us < kMicrosMin || us > kMicrosMax)
      return Decoded::end(Column::malformed);
    message.seen_time = instant_of_micros(us);
    if (kind == Kind::commit) {
      JsonObject commit;
      if (!event.commit.read(commit)) return Decoded::end(Column::malformed);
      add_members(commit, event);
    }
  } else {
    const std::string_view type = event.type.text();
    if (type == "error") return Decoded::skip(Ignored::control);
    if (JsonObject payload; event.payload.read(payload)) {
      event = Event{};
      add_members(payload, event);
    } else if (type == "message") {
      return Decoded::end(Column::malformed);
    }
    kind = kind_v2(event);
    if (kind == Kind::unknown && !event.type.given()) return Decoded::end(Column::malformed);
    if (kind != Kind::control && kind != Kind::unknown) {
      message.seen_time = rfc3339_of(event.time);
      if (!event.did.read(message.author) || message.seen_time == kNoInstant) return Decoded::end(Column::malformed);
    }
  }

  message.network = Network::atproto;
  switch (kind) {
    case Kind::commit: return read_commit(event, scratch, message);
    case Kind::identity: return Decoded::skip(Ignored::identity);
    case Kind::account: return Decoded::skip(Ignored::account);
    case Kind::control: return Decoded::skip(Ignored::control);
    case Kind::unknown: break;
  }
  return Decoded::skip(Ignored::unknown);
}

}  // namespace roomtone::decode
