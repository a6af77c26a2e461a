#include "decode/jetstream.hpp"

#include <array>

#include "decode/plain_text.hpp"

namespace roomtone::decode {

namespace {

/// All members that any kind of event has, of both versions. A view without data was not given, or not as a string.
struct Event {
  std::string_view did, kind, type, time, rev, operation, collection, rkey;
  Member time_us, commit, payload, record;
  bool has_identity = false;
  bool has_account = false;
  bool has_sync = false;
};

void add_members(const JsonObject& object, Event& event) {
  for (const auto field : object) {
    const std::string_view key = field.key;
    switch (key.size()) {
      case 3:
        if (is(key, "did")) event.did = text_of(field.value);
        if (is(key, "rev")) event.rev = text_of(field.value);
        break;
      case 4:
        if (is(key, "kind")) event.kind = text_of(field.value);
        if (is(key, "rkey")) event.rkey = text_of(field.value);
        if (is(key, "time")) event.time = text_of(field.value);
        if (is(key, "sync")) event.has_sync = true;
        break;
      case 5:
        if (is(key, "$type")) event.type = text_of(field.value);
        break;
      case 6:
        if (is(key, "commit")) event.commit = field.value;
        if (is(key, "record")) event.record = field.value;
        break;
      case 7:
        if (is(key, "time_us")) event.time_us = field.value;
        if (is(key, "payload")) event.payload = field.value;
        if (is(key, "account")) event.has_account = true;
        break;
      case 8:
        if (is(key, "identity")) event.has_identity = true;
        break;
      case 9:
        if (is(key, "operation")) event.operation = text_of(field.value);
        break;
      case 10:
        if (is(key, "collection")) event.collection = text_of(field.value);
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
  if (is(collection, "feed.like")) return Ignored::like;
  if (is(collection, "feed.repost")) return Ignored::reshare;
  if (is(collection, "graph.follow")) return Ignored::follow;
  if (is(collection, "graph.block") || is(collection, "graph.listblock")) return Ignored::block;
  if (is(collection, "actor.profile")) return Ignored::profile;
  if (is(collection, "graph.list") || is(collection, "graph.listitem") || is(collection, "graph.starterpack"))
    return Ignored::list;
  return Ignored::foreign;
}

bool given(std::string_view text) { return text.data() != nullptr; }

struct Post {
  Member text, created_at, langs, reply, facets, tags, embed, labels;
};

Post members_of(const JsonObject& record) {
  Post post;
  for (const auto field : record) {
    const std::string_view key = field.key;
    switch (key.size()) {
      case 4:
        if (is(key, "text")) post.text = field.value;
        if (is(key, "tags")) post.tags = field.value;
        break;
      case 5:
        if (is(key, "langs")) post.langs = field.value;
        if (is(key, "reply")) post.reply = field.value;
        if (is(key, "embed")) post.embed = field.value;
        break;
      case 6:
        if (is(key, "facets")) post.facets = field.value;
        if (is(key, "labels")) post.labels = field.value;
        break;
      case 9:
        if (is(key, "createdAt")) post.created_at = field.value;
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

/// The DID of "at://did:plc:.../app.bsky.feed.post/...".
std::string_view authority_of(std::string_view uri) {
  constexpr std::string_view kScheme = "at://";
  if (!uri.starts_with(kScheme)) return {};
  uri.remove_prefix(kScheme.size());
  return uri.substr(0, uri.find('/'));
}

void read_reply(const Member& reply, Message& message) {
  JsonObject object;
  if (!reply.read(object)) return;
  Member root, parent;
  for (const auto field : object) {
    if (is(field.key, "root")) root = field.value;
    if (is(field.key, "parent")) parent = field.value;
  }
  if (const std::string_view uri = uri_of(root); !uri.empty()) message.conversation = uri;
  message.reply_to = uri_of(parent);
  message.reply_to_author = authority_of(message.reply_to);
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
    if (is(field.key, "$type")) type = field.value;
    if (is(field.key, "tag")) tag = field.value;
    if (is(field.key, "did")) did = field.value;
    if (is(field.key, "uri")) uri = field.value;
  }
  constexpr std::string_view kFacet = "app.bsky.richtext.facet#";
  std::string_view what = type.text();
  if (!what.starts_with(kFacet)) return;
  what.remove_prefix(kFacet.size());
  if (is(what, "tag")) keep(message.tags, tag.text());
  if (is(what, "mention")) keep(message.mentions, did.text());
  if (is(what, "link")) keep(message.links, uri.text());
}

void read_facet(const JsonObject& facet, std::string_view text, Message& message) {
  Member index_member, features_member, begin_member, end_member;
  for (const auto field : facet) {
    if (is(field.key, "index")) index_member = field.value;
    if (is(field.key, "features")) features_member = field.value;
  }
  JsonObject index;
  JsonArray features;
  if (!index_member.read(index) || !features_member.read(features)) return;
  for (const auto field : index) {
    if (is(field.key, "byteStart")) begin_member = field.value;
    if (is(field.key, "byteEnd")) end_member = field.value;
  }
  uint64_t begin = 0;
  uint64_t end = 0;
  if (!begin_member.read(begin) || !end_member.read(end) || !is_piece(text, begin, end)) return;
  for (const JsonElement element : features) {
    JsonObject feature;
    if (element.get(feature) == simdjson::SUCCESS) read_feature(feature, message);
  }
}

void read_facets(const Member& facets, std::string_view text, Message& message) {
  JsonArray items;
  if (!facets.read(items)) return;
  for (const JsonElement item : items) {
    JsonObject facet;
    if (item.get(facet) == simdjson::SUCCESS) read_facet(facet, text, message);
  }
}

void read_media(const JsonObject& embed, std::string_view type, Message& message) {
  if (is(type, "external")) {
    keep(message.links, uri_of(find(embed, "external")));
  } else if (is(type, "images") || is(type, "video") || is(type, "gallery")) {
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
  if (is(type, "record") || is(type, "recordWithMedia")) message.has_quote = true;
  JsonObject media;
  if (is(type, "recordWithMedia") && find(embed, "media").read(media)) read_media(media, embed_type(media), message);
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
    if (is(value, "bot")) message.automated = true;
    if (is(value, "!no-unauthenticated")) message.private_author = true;
    if (is(value, "porn") || is(value, "sexual") || is(value, "nudity") || is(value, "graphic-media"))
      message.sensitive = true;
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
  const std::string_view operation = event.operation;
  const std::string_view collection = event.collection;
  const std::string_view rkey = event.rkey;
  if (!given(operation) || !given(collection) || !given(rkey)) return Decoded::end(Column::malformed);

  const bool removes = is(operation, "delete");
  if (!removes && operation != "create" && operation != "update") return Decoded::skip(Ignored::unknown);
  JsonObject record;
  if (!removes && !event.record.read(record)) return Decoded::end(Column::malformed);
  if (!is(collection, "app.bsky.feed.post")) return Decoded::skip(kind_of(collection));

  std::string& id = scratch.id;
  id.assign("at://");
  id.append(message.author);
  id.append("/app.bsky.feed.post/");
  id.append(rkey);
  message.version = revision_number(event.rev);
  if (removes) {
    message.op = Op::remove;
    message.target = id;
    return Decoded::end(Column::retraction);
  }
  message.id = id;
  if (is(operation, "update")) {
    message.op = Op::edit;
    message.target = id;
  }
  return read_post(record, message);
}

constexpr uint8_t kNoDigit = 0x80;

/// What each character counts in base32-sortable.
constexpr std::array<uint8_t, 256> kDigitOf = [] {
  std::array<uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  uint8_t value = 0;
  for (const char c : std::string_view("234567abcdefghijklmnopqrstuvwxyz"))
    digits[static_cast<unsigned char>(c)] = value++;
  return digits;
}();

enum class Kind : uint8_t { commit, identity, account, control, unknown };

Kind kind_v1(std::string_view kind) {
  if (is(kind, "commit")) return Kind::commit;
  if (is(kind, "identity")) return Kind::identity;
  if (is(kind, "account")) return Kind::account;
  return Kind::unknown;
}

/// A v2 payload names its kind in `$type`, after '#'; one that lost it is told by its members.
Kind kind_v2(const Event& event) {
  if (given(event.type)) {
    const std::size_t hash = event.type.rfind('#');
    const std::string_view name = hash == std::string_view::npos ? std::string_view{} : event.type.substr(hash + 1);
    return is(name, "sync") || is(name, "info") ? Kind::control : kind_v1(name);
  }
  if (given(event.operation) || given(event.collection)) return Kind::commit;
  if (event.has_identity) return Kind::identity;
  if (event.has_account) return Kind::account;
  if (event.has_sync) return Kind::control;
  return Kind::unknown;
}

}  // namespace

uint64_t revision_number(std::string_view tid) {
  if (tid.size() != 13) return 0;
  uint64_t value = 0;
  unsigned bad = kDigitOf[static_cast<unsigned char>(tid.front())] & 0x10;  // 65 bits, of which the first is never set
  for (const char c : tid) {
    const unsigned digit = kDigitOf[static_cast<unsigned char>(c)];
    bad |= digit & kNoDigit;
    value = value << 5 | (digit & 0x1F);
  }
  return bad != 0 ? 0 : value;
}

Decoded read_jetstream(const JsonObject& frame, Scratch& scratch, Message& message) {
  Event event;
  add_members(frame, event);

  Kind kind = Kind::unknown;
  if (given(event.kind)) {
    kind = kind_v1(event.kind);
    int64_t us = 0;
    if (!given(event.did) || !event.time_us.read(us) || us < kMicrosMin || us > kMicrosMax)
      return Decoded::end(Column::malformed);
    message.seen_time = instant_of_micros(us);
    if (kind == Kind::commit) {
      JsonObject commit;
      if (!event.commit.read(commit)) return Decoded::end(Column::malformed);
      add_members(commit, event);
    }
  } else {
    if (is(event.type, "error")) return Decoded::skip(Ignored::control);
    if (JsonObject payload; event.payload.read(payload)) {
      event = Event{};
      add_members(payload, event);
    } else if (is(event.type, "message")) {
      return Decoded::end(Column::malformed);
    }
    kind = kind_v2(event);
    if (kind == Kind::unknown && !given(event.type)) return Decoded::end(Column::malformed);
    if (kind != Kind::control && kind != Kind::unknown) {
      message.seen_time = quick_rfc3339(event.time);
      if (!given(event.did) || message.seen_time == kNoInstant) return Decoded::end(Column::malformed);
    }
  }

  message.network = Network::atproto;
  message.author = event.did;
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
