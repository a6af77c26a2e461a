#include "decode/x_v2.hpp"

#include <algorithm>
#include <array>

#include "decode/html_text.hpp"
#include "decode/plain_text.hpp"

namespace roomtone::decode {

namespace {

struct Post {
  Member id, text, note, author_id, created_at, lang, source, conversation_id, possibly_sensitive, entities, references,
      edit_history, attachments, answered;
};

Post members_of(const JsonObject& object) {
  Post post;
  for (const auto field : object) {
    const std::string_view key = field.key;
    if (is(key, "id")) post.id = field.value;
    if (is(key, "text")) post.text = field.value;
    if (is(key, "lang")) post.lang = field.value;
    if (is(key, "source")) post.source = field.value;
    if (is(key, "entities")) post.entities = field.value;
    if (is(key, "author_id")) post.author_id = field.value;
    if (is(key, "created_at")) post.created_at = field.value;
    if (is(key, "attachments")) post.attachments = field.value;
    if (is(key, "in_reply_to_user_id")) post.answered = field.value;
    if (is(key, "conversation_id")) post.conversation_id = field.value;
    if (is(key, "possibly_sensitive")) post.possibly_sensitive = field.value;
    if (is(key, "note_tweet") || is(key, "note_post")) post.note = field.value;
    if (is(key, "referenced_tweets") || is(key, "referenced_posts")) post.references = field.value;
    if (is(key, "edit_history_tweet_ids") || is(key, "edit_history_post_ids")) post.edit_history = field.value;
  }
  return post;
}

struct Line {
  Member data, includes, errors, removed, compliance;
};

/// Compliance events that say something about an account or about who may see a post.
bool is_compliance(std::string_view key) {
  constexpr std::array<std::string_view, 16> kNames = {
      "withheld",     "drop",           "undrop",        "tweet_edit",
      "post_edit",    "user_delete",    "user_undelete", "user_withheld",
      "user_protect", "user_unprotect", "user_suspend",  "user_unsuspend",
      "scrub_geo",    "tweet_withheld", "post_withheld", "user_profile_modification"};
  return std::ranges::find(kNames, key) != kNames.end();
}

Line members_of_line(const JsonObject& object) {
  Line line;
  for (const auto field : object) {
    const std::string_view key = field.key;
    if (is(key, "data")) line.data = field.value;
    if (is(key, "includes")) line.includes = field.value;
    if (is(key, "errors")) line.errors = field.value;
    if (is(key, "delete")) line.removed = field.value;
    if (is_compliance(key)) line.compliance = field.value;
  }
  return line;
}

/// The object with that id in a list of `includes`; false when it is not there.
bool find_by_id(const Member& list, std::string_view id, JsonObject& out) {
  JsonArray items;
  if (!list.read(items)) return false;
  for (const JsonElement item : items)
    if (item.get(out) == simdjson::SUCCESS && find(out, "id").text() == id) return true;
  return false;
}

struct References {
  std::string_view retweeted, replied_to;
  bool quotes = false;
};

References references_of(const Member& list) {
  References references;
  JsonArray items;
  if (!list.read(items)) return references;
  for (const JsonElement item : items) {
    JsonObject reference;
    if (item.get(reference) != simdjson::SUCCESS) continue;
    const std::string_view type = find(reference, "type").text();
    const std::string_view id = find(reference, "id").text();
    if (type == "retweeted" || type == "reposted") references.retweeted = id;
    if (type == "replied_to") references.replied_to = id;
    if (type == "quoted") references.quotes = true;
  }
  return references;
}

void read_entities(const Member& entities, Message& message) {
  JsonObject object;
  if (!entities.read(object)) return;
  keep_each(find(object, "hashtags"), "tag", message.tags);
  keep_each(find(object, "mentions"), "username", message.mentions);
  JsonArray urls;
  if (!find(object, "urls").read(urls)) return;
  for (const JsonElement element : urls) {
    JsonObject url;
    if (element.get(url) != simdjson::SUCCESS) continue;
    std::string_view target = find(url, "unwound_url").text();
    if (target.empty()) target = find(url, "expanded_url").text();
    keep(message.links, target.empty() ? find(url, "url").text() : target);
  }
}

/// What a post says, as opposed to who posted it and when. False when it has no text.
bool read_content(const Post& post, Message& message, std::string_view& text) {
  if (!post.text.read(text)) return false;
  Member entities = post.entities;
  if (JsonObject note; post.note.read(note)) {
    if (const std::string_view whole = find(note, "text").text(); !whole.empty()) text = whole;
    if (const Member own = find(note, "entities"); own.given()) entities = own;
  }
  if (const std::string_view lang = post.lang.text(); lang != "und") message.lang = lang;
  message.sensitive = post.possibly_sensitive.yes();
  read_entities(entities, message);
  if (JsonObject attachments; post.attachments.read(attachments))
    message.has_media = is_filled_array(find(attachments, "media_keys"));
  return true;
}

void read_author(const Post& post, const Member& users, Message& message) {
  message.author = post.author_id.text();
  JsonObject user;
  if (message.author.empty() || !find_by_id(users, message.author, user)) return;
  message.author_name = find(user, "username").text();
  message.account_created = rfc3339_of(find(user, "created_at"));
  message.private_author = find(user, "protected").yes();
}

Decoded read_post(const JsonObject& data, const Member& includes, Scratch& scratch, Message& message) {
  const Post post = members_of(data);
  std::string_view own_id;
  if (!post.id.read(own_id) || own_id.empty()) return Decoded::end(Column::malformed);

  Member users, posts;
  if (JsonObject object; includes.read(object)) {
    for (const auto field : object) {
      if (is(field.key, "users")) users = field.value;
      if (is(field.key, "tweets") || is(field.key, "posts")) posts = field.value;
    }
  }

  message.id = own_id;
  message.version = number_of(own_id);
  if (JsonArray history; post.edit_history.read(history) && history.begin() != history.end())
    if (const std::string_view first = text_of(*history.begin()); !first.empty()) message.id = first;
  if (message.id != own_id) {
    message.op = Op::edit;
    message.target = message.id;
  }

  const References references = references_of(post.references);
  std::string_view text;
  bool whole = false;
  if (!references.retweeted.empty()) {
    message.op = Op::reshare;
    message.target = references.retweeted;
    if (JsonObject original; find_by_id(posts, references.retweeted, original))
      whole = read_content(members_of(original), message, text);
  }
  if (!whole && !read_content(post, message, text)) return Decoded::end(Column::malformed);

  read_author(post, users, message);
  message.event_time = rfc3339_of(post.created_at);
  message.conversation = post.conversation_id.text();
  message.reply_to = references.replied_to;
  message.reply_to_author = post.answered.text();
  message.has_quote = references.quotes;
  message.client_app = client_of_source(post.source.text(), scratch.client_app);
  return finish_with_text(message, undo_x_escapes(text, scratch.text));
}

}  // namespace

Decoded read_x_v2(const JsonObject& object, Scratch& scratch, Message& message) {
  const Line line = members_of_line(object);
  message.network = Network::x;
  if (JsonObject data; line.data.read(data)) return read_post(data, line.includes, scratch, message);
  if (line.data.given()) return Decoded::end(Column::malformed);
  if (JsonObject removed; line.removed.read(removed)) {
    JsonObject post;
    if ((!find(removed, "tweet").read(post) && !find(removed, "post").read(post)) ||
        !find(post, "id").read(message.target) || message.target.empty())
      return Decoded::end(Column::malformed);
    message.op = Op::remove;
    return Decoded::end(Column::retraction);
  }
  if (is_filled_array(line.errors) || line.compliance.given()) return Decoded::skip(Ignored::control);
  return Decoded::end(Column::malformed);
}

}  // namespace roomtone::decode
