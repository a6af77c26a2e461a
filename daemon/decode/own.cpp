#include "decode/own.hpp"

#include "decode/plain_text.hpp"

namespace roomtone::decode {

namespace {

struct Line {
  Member text, id, time, seen, author, lang, kind, of, reply_to, conversation, tags, mentions, links, client, bot,
      account_created, answers;
};

Line members_of(const JsonObject& object) {
  Line line;
  for (const auto field : object) {
    const std::string_view key = field.key;
    switch (key.size()) {
      case 2:
        if (is(key, "id")) line.id = field.value;
        if (is(key, "of")) line.of = field.value;
        break;
      case 3:
        if (is(key, "bot")) line.bot = field.value;
        break;
      case 4:
        if (is(key, "text")) line.text = field.value;
        if (is(key, "time")) line.time = field.value;
        if (is(key, "seen")) line.seen = field.value;
        if (is(key, "lang")) line.lang = field.value;
        if (is(key, "kind")) line.kind = field.value;
        if (is(key, "tags")) line.tags = field.value;
        break;
      case 5:
        if (is(key, "links")) line.links = field.value;
        break;
      case 6:
        if (is(key, "author")) line.author = field.value;
        if (is(key, "client")) line.client = field.value;
        break;
      case 7:
        if (is(key, "answers")) line.answers = field.value;
        break;
      case 8:
        if (is(key, "reply_to")) line.reply_to = field.value;
        if (is(key, "mentions")) line.mentions = field.value;
        break;
      case 12:
        if (is(key, "conversation")) line.conversation = field.value;
        break;
      case 15:
        if (is(key, "account_created")) line.account_created = field.value;
        break;
      default: break;
    }
  }
  return line;
}

/// False when the time is given and cannot be read.
bool read_time(const Member& member, Instant& out) {
  if (!member.given()) return true;
  int64_t us = 0;
  if (!member.read(us)) {
    std::string_view text;
    if (!member.read(text)) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), us);
    if (error != std::errc{} || end != text.data() + text.size()) {
      const auto parsed = parse_rfc3339(text);
      if (!parsed) return false;
      us = micros(*parsed);
    }
  }
  if (us < kMicrosMin || us > kMicrosMax) return false;
  out = instant_of_micros(us);
  return true;
}

/// False when the id is given and is neither a string nor a whole number.
bool read_optional_id(const Member& member, std::string& digits, std::string_view& out) {
  return !member.given() || read_id(member, digits, out);
}

void read_list(const Member& member, char sigil, std::vector<std::string_view>& out) {
  JsonArray items;
  if (!member.read(items)) return;
  for (const JsonElement item : items) {
    std::string_view text;
    if (item.get(text) != simdjson::SUCCESS) continue;
    if (sigil != '\0' && text.starts_with(sigil)) text.remove_prefix(1);
    keep(out, text);
  }
}

uint64_t version_of(const Message& message, uint64_t otherwise) {
  if (message.seen_time != kNoInstant) return static_cast<uint64_t>(micros(message.seen_time));
  if (message.event_time != kNoInstant) return static_cast<uint64_t>(micros(message.event_time));
  return otherwise;
}

}  // namespace

Decoded read_own(const JsonObject& object, Scratch& scratch, Message& message) {
  const Line line = members_of(object);

  std::string_view kind = "post";
  if (line.kind.given() && !line.kind.read(kind)) return Decoded::end(Column::malformed);
  const bool known = kind == "post" || kind == "edit" || kind == "delete" || kind == "reshare" || kind == "vote";
  std::string_view text;
  if (line.text.given() && !line.text.read(text)) return Decoded::end(Column::malformed);
  if (!line.text.given() && !(line.kind.given() && known)) return Decoded::end(Column::malformed);
  if (!known) return Decoded::skip(Ignored::unknown);
  if (kind == "vote") return Decoded::skip(Ignored::vote);

  if (!read_time(line.time, message.event_time) || !read_time(line.seen, message.seen_time) ||
      !read_optional_id(line.id, scratch.id, message.id) ||
      !read_optional_id(line.of, scratch.target_digits, message.target) ||
      !read_optional_id(line.author, scratch.author_digits, message.author) ||
      !read_optional_id(line.reply_to, scratch.reply_digits, message.reply_to) ||
      !read_optional_id(line.conversation, scratch.thread_digits, message.conversation))
    return Decoded::end(Column::malformed);

  message.network = Network::own;
  if (kind == "delete" || kind == "edit") {
    if (message.target.empty()) return Decoded::end(Column::malformed);
    if (kind == "delete") {
      message.op = Op::remove;
      message.version = version_of(message, 0);
      return Decoded::end(Column::retraction);
    }
    message.op = Op::edit;
    message.id = message.target;
    message.version = version_of(message, 1);
  } else if (kind == "reshare") {
    if (is_blank(text)) return Decoded::skip(Ignored::reshare);
    message.op = Op::reshare;
  } else {
    message.target = {};
  }

  message.author_name = message.author;  // one name stands for both here, so that `from:` rules can find it
  message.reply_to_author = line.answers.text();
  if (message.reply_to_author.starts_with('@')) message.reply_to_author.remove_prefix(1);
  message.lang = line.lang.text();
  message.client_app = line.client.text();
  message.automated = line.bot.yes();
  if (message.automated) message.author_kind = AuthorKind::bot;
  if (!read_time(line.account_created, message.account_created)) message.account_created = kNoInstant;
  read_list(line.tags, '#', message.tags);
  read_list(line.mentions, '@', message.mentions);
  read_list(line.links, '\0', message.links);
  return finish_with_text(message, text);
}

}  // namespace roomtone::decode
