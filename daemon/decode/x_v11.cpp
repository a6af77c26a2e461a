#include "decode/x_v11.hpp"

#include "decode/html_text.hpp"
#include "decode/plain_text.hpp"

namespace roomtone::decode {

namespace {

struct Status {
  Member id, id_str, text, full_text, extended_tweet, created_at, timestamp_ms, lang, source, user, entities,
      extended_entities, retweeted_status, is_quote_status, quoted_status, reply_id, reply_id_str, reply_name,
      possibly_sensitive, removed, event, control;
};

Status members_of(const JsonObject& object) {
  Status status;
  for (const auto field : object) {
    const std::string_view key = field.key;
    switch (key.size()) {
      case 2:
        if (is(key, "id")) status.id = field.value;
        break;
      case 4:
        if (is(key, "text")) status.text = field.value;
        if (is(key, "lang")) status.lang = field.value;
        if (is(key, "user")) status.user = field.value;
        break;
      case 5:
        if (is(key, "event")) status.event = field.value;
        break;
      case 6:
        if (is(key, "id_str")) status.id_str = field.value;
        if (is(key, "source")) status.source = field.value;
        if (is(key, "delete")) status.removed = field.value;
        break;
      case 8:
        if (is(key, "entities")) status.entities = field.value;
        break;
      case 9:
        if (is(key, "full_text")) status.full_text = field.value;
        break;
      case 10:
        if (is(key, "created_at")) status.created_at = field.value;
        break;
      case 12:
        if (is(key, "timestamp_ms")) status.timestamp_ms = field.value;
        break;
      case 13:
        if (is(key, "quoted_status")) status.quoted_status = field.value;
        break;
      case 14:
        if (is(key, "extended_tweet")) status.extended_tweet = field.value;
        break;
      case 15:
        if (is(key, "is_quote_status")) status.is_quote_status = field.value;
        break;
      case 16:
        if (is(key, "retweeted_status")) status.retweeted_status = field.value;
        break;
      case 17:
        if (is(key, "extended_entities")) status.extended_entities = field.value;
        break;
      case 18:
        if (is(key, "possibly_sensitive")) status.possibly_sensitive = field.value;
        break;
      case 21:
        if (is(key, "in_reply_to_status_id")) status.reply_id = field.value;
        break;
      case 23:
        if (is(key, "in_reply_to_screen_name")) status.reply_name = field.value;
        break;
      case 25:
        if (is(key, "in_reply_to_status_id_str")) status.reply_id_str = field.value;
        break;
      default: break;
    }
    if (is_x_v11_control(key)) status.control = field.value;
  }
  return status;
}

bool read_either_id(const Member& text, const Member& number, std::string& digits, std::string_view& out) {
  return (text.read(out) && !out.empty()) || (read_id(number, digits, out) && !out.empty());
}

void read_entities(const Member& entities, Message& message) {
  JsonObject object;
  if (!entities.read(object)) return;
  keep_each(find(object, "hashtags"), "text", message.tags);
  keep_each(find(object, "user_mentions"), "screen_name", message.mentions);
  message.has_media = message.has_media || is_filled_array(find(object, "media"));
  JsonArray urls;
  if (!find(object, "urls").read(urls)) return;
  for (const JsonElement element : urls) {
    JsonObject url;
    if (element.get(url) != simdjson::SUCCESS) continue;
    const std::string_view expanded = find(url, "expanded_url").text();
    keep(message.links, expanded.empty() ? find(url, "url").text() : expanded);
  }
}

/// What a status says, as opposed to who posted it and when. False when it has no text.
bool read_content(const Status& status, Message& message, std::string_view& text) {
  Member entities = status.entities;
  Member extended_entities = status.extended_entities;
  bool found = status.full_text.read(text) || status.text.read(text);
  if (JsonObject extended; status.extended_tweet.read(extended)) {
    if (std::string_view whole; find(extended, "full_text").read(whole)) {
      text = whole;
      found = true;
      if (const Member own = find(extended, "entities"); own.given()) entities = own;
      if (const Member own = find(extended, "extended_entities"); own.given()) extended_entities = own;
    }
  }
  if (const std::string_view lang = status.lang.text(); lang != "und") message.lang = lang;
  message.sensitive = status.possibly_sensitive.yes();
  message.has_quote = status.is_quote_status.yes() || is_object(status.quoted_status);
  read_entities(entities, message);
  if (JsonObject media; extended_entities.read(media))
    message.has_media = message.has_media || is_filled_array(find(media, "media"));
  return found;
}

void read_user(const Member& user, Scratch& scratch, Message& message) {
  JsonObject object;
  if (!user.read(object)) return;
  Member id, id_str, screen_name, created_at, hidden;
  for (const auto field : object) {
    const std::string_view key = field.key;
    if (is(key, "id")) id = field.value;
    if (is(key, "id_str")) id_str = field.value;
    if (is(key, "screen_name")) screen_name = field.value;
    if (is(key, "created_at")) created_at = field.value;
    if (is(key, "protected")) hidden = field.value;
  }
  if (!read_either_id(id_str, id, scratch.author_digits, message.author)) message.author = {};
  message.author_name = screen_name.text();
  message.account_created = parse_ctime_utc(created_at.text()).value_or(kNoInstant);
  message.private_author = hidden.yes();
}

Instant event_time_of(const Status& status) {
  if (const auto created = parse_ctime_utc(status.created_at.text())) return *created;
  const uint64_t ms = number_of(status.timestamp_ms.text());
  if (ms == 0 || ms > static_cast<uint64_t>(kMicrosMax / 1000)) return kNoInstant;
  return instant_of_micros(static_cast<int64_t>(ms) * 1000);
}

Decoded read_delete(const Member& removed, Scratch& scratch, Message& message) {
  JsonObject object, status;
  if (!removed.read(object) || !find(object, "status").read(status) ||
      !read_either_id(find(status, "id_str"), find(status, "id"), scratch.target_digits, message.target))
    return Decoded::end(Column::malformed);
  message.op = Op::remove;
  return Decoded::end(Column::retraction);
}

}  // namespace

bool is_x_v11_control(std::string_view key) {
  return is(key, "limit") || is(key, "warning") || is(key, "disconnect") || is(key, "scrub_geo") ||
         is(key, "status_withheld") || is(key, "user_withheld") || is(key, "friends") || is(key, "control");
}

Decoded read_x_v11(const JsonObject& line, Scratch& scratch, Message& message) {
  const Status status = members_of(line);
  message.network = Network::x;
  if (!is_string(status.text) && !is_string(status.full_text)) {
    if (status.removed.given()) return read_delete(status.removed, scratch, message);
    if (status.control.given()) return Decoded::skip(Ignored::control);
    if (is_string(status.event)) return Decoded::skip(Ignored::notification);
  }

  if (!read_either_id(status.id_str, status.id, scratch.id, message.id)) return Decoded::end(Column::malformed);
  std::string_view text;
  if (JsonObject object; status.retweeted_status.read(object)) {
    const Status original = members_of(object);
    message.op = Op::reshare;
    if (!read_either_id(original.id_str, original.id, scratch.target_digits, message.target)) message.target = {};
    if (!read_content(original, message, text)) return Decoded::end(Column::malformed);
  } else if (!read_content(status, message, text)) {
    return Decoded::end(Column::malformed);
  }

  read_user(status.user, scratch, message);
  if (!read_either_id(status.reply_id_str, status.reply_id, scratch.reply_digits, message.reply_to))
    message.reply_to = {};
  message.reply_to_author = status.reply_name.text();
  message.event_time = event_time_of(status);
  message.client_app = client_of_source(status.source.text(), scratch.client_app);
  return finish_with_text(message, undo_x_escapes(text, scratch.text));
}

}  // namespace roomtone::decode
