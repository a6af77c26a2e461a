#include "decode/mastodon.hpp"

#include <algorithm>
#include <array>

#include "decode/html_text.hpp"
#include "decode/plain_text.hpp"

namespace roomtone::decode {

namespace {

struct Status {
  Member id, uri, created_at, edited_at, content, spoiler_text, sensitive, visibility, language, in_reply_to_id, reblog,
      mentions, tags, application, quote, media, account;
};

Status members_of(const JsonObject& object) {
  Status status;
  for (const auto field : object) {
    const std::string_view key = field.key;
    switch (key.size()) {
      case 2:
        if (is(key, "id")) status.id = field.value;
        break;
      case 3:
        if (is(key, "uri")) status.uri = field.value;
        break;
      case 4:
        if (is(key, "tags")) status.tags = field.value;
        break;
      case 5:
        if (is(key, "quote")) status.quote = field.value;
        break;
      case 6:
        if (is(key, "reblog")) status.reblog = field.value;
        break;
      case 7:
        if (is(key, "content")) status.content = field.value;
        if (is(key, "account")) status.account = field.value;
        break;
      case 8:
        if (is(key, "language")) status.language = field.value;
        if (is(key, "mentions")) status.mentions = field.value;
        break;
      case 9:
        if (is(key, "sensitive")) status.sensitive = field.value;
        if (is(key, "edited_at")) status.edited_at = field.value;
        break;
      case 10:
        if (is(key, "created_at")) status.created_at = field.value;
        if (is(key, "visibility")) status.visibility = field.value;
        break;
      case 11:
        if (is(key, "application")) status.application = field.value;
        break;
      case 12:
        if (is(key, "spoiler_text")) status.spoiler_text = field.value;
        break;
      case 14:
        if (is(key, "in_reply_to_id")) status.in_reply_to_id = field.value;
        break;
      case 17:
        if (is(key, "media_attachments")) status.media = field.value;
        break;
      default: break;
    }
  }
  return status;
}

bool read_account(const Member& account, Scratch& scratch, Message& message) {
  JsonObject object;
  if (!account.read(object)) return false;
  Member id, acct, url, bot, noindex, created_at;
  for (const auto field : object) {
    const std::string_view key = field.key;
    if (is(key, "id")) id = field.value;
    if (is(key, "acct")) acct = field.value;
    if (is(key, "url")) url = field.value;
    if (is(key, "bot")) bot = field.value;
    if (is(key, "noindex")) noindex = field.value;
    if (is(key, "created_at")) created_at = field.value;
  }
  message.author_name = acct.text();
  message.author = url.text();
  if (message.author.empty()) message.author = message.author_name;
  if (message.author.empty() && !read_id(id, scratch.author_digits, message.author)) return false;
  message.automated = bot.yes();
  if (message.automated) message.author_kind = AuthorKind::bot;
  message.private_author = noindex.yes();
  message.account_created = rfc3339_of(created_at);
  return true;
}

bool read_status_id(const Status& status, std::string& digits, std::string_view& out) {
  out = status.uri.text();
  return !out.empty() || read_id(status.id, digits, out);
}

std::string_view text_of_status(const Status& status, std::string_view content, std::string& text) {
  text.clear();
  if (const std::string_view warning = status.spoiler_text.text(); !is_blank(warning)) {
    text.append(warning);
    text.push_back('\n');
  }
  append_html_text(content, limits::kTextBytes, text);
  if (text.ends_with('\n')) text.pop_back();  // a warning with nothing below it
  return text;
}

Decoded read_status(const JsonObject& object, bool edits, Scratch& scratch, Message& message) {
  const Status wrapper = members_of(object);
  JsonObject reblog;
  const bool reshares = wrapper.reblog.read(reblog);
  const Status original = reshares ? members_of(reblog) : wrapper;

  std::string_view visibility, visibility_of_original;
  if (!wrapper.visibility.read(visibility) || !original.visibility.read(visibility_of_original))
    return Decoded::end(Column::malformed);
  if (visibility != "public" || visibility_of_original != "public") return Decoded::end(Column::not_public);

  std::string_view content;
  if (!original.content.read(content) || !read_account(wrapper.account, scratch, message) ||
      !read_status_id(wrapper, scratch.id, message.id))
    return Decoded::end(Column::malformed);
  // Deletes name the id that this instance has given it, whatever its `uri` is.
  if (!wrapper.uri.text().empty() && !read_id(wrapper.id, scratch.delete_digits, message.delete_id))
    message.delete_id = {};
  if (reshares) {
    message.op = Op::reshare;
    if (!read_status_id(original, scratch.target_digits, message.target)) return Decoded::end(Column::malformed);
  }
  if (edits) {
    message.op = Op::edit;
    message.target = message.id;
  }
  if (const Instant edited = rfc3339_of(wrapper.edited_at); edited != kNoInstant)
    message.version = static_cast<uint64_t>(micros(edited));
  message.event_time = rfc3339_of(wrapper.created_at);
  if (wrapper.in_reply_to_id.given() && !read_id(wrapper.in_reply_to_id, scratch.reply_digits, message.reply_to))
    return Decoded::end(Column::malformed);

  message.lang = original.language.text();
  message.sensitive = original.sensitive.yes();
  message.has_quote = is_object(original.quote);
  message.has_media = is_filled_array(original.media);
  keep_each(original.tags, "name", message.tags);
  keep_each(original.mentions, "acct", message.mentions);
  collect_html_links(content, scratch.links, message.links);
  if (JsonObject application; wrapper.application.read(application))
    message.client_app = find(application, "name").text();
  return finish_with_text(message, text_of_status(original, content, scratch.text));
}

bool is_notification(std::string_view event) {
  constexpr std::array<std::string_view, 5> kNames = {"notification", "notifications_merged", "filters_changed",
                                                      "conversation", "encrypted_message"};
  return event.starts_with("announcement") || std::ranges::find(kNames, event) != kNames.end();
}

}  // namespace

Decoded read_mastodon(const JsonObject& frame, JsonParser& payload_parser, Scratch& scratch, Message& message) {
  Member event, payload, error;
  for (const auto field : frame) {
    if (is(field.key, "event")) event = field.value;
    if (is(field.key, "payload")) payload = field.value;
    if (is(field.key, "error")) error = field.value;
  }
  message.network = Network::fediverse;
  std::string_view name;
  if (!event.read(name)) {
    if (is_string(error)) return Decoded::skip(Ignored::control);
    return read_status(frame, false, scratch, message);
  }

  if (name == "update" || name == "status.update") {
    std::string_view json;
    JsonObject status;
    if (!payload.read(json) || !payload_parser.parse(json, status)) return Decoded::end(Column::malformed);
    return read_status(status, name == "status.update", scratch, message);
  }
  if (name == "delete") {
    if (!read_id(payload, scratch.id, message.target) || message.target.empty()) return Decoded::end(Column::malformed);
    message.op = Op::remove;
    message.delete_id = message.target;
    return Decoded::end(Column::retraction);
  }
  return Decoded::skip(is_notification(name) ? Ignored::notification : Ignored::unknown);
}

}  // namespace roomtone::decode
