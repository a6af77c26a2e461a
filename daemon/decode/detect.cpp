#include "decode/detect.hpp"

#include "decode/x_v11.hpp"

namespace roomtone::decode {

namespace {

struct Hints {
  Member kind, did, type, payload, seq, event, stream, visibility, account, error, status, data, includes,
      matching_rules, errors, id_str, text, full_text, created_at, user, removed;
  bool control = false;
};

Hints hints_of(const JsonObject& line) {
  Hints hints;
  for (const auto field : line) {
    const std::string_view key = field.key;
    switch (key.size()) {
      case 3:
        if (key == "did") hints.did = field.value;
        if (key == "seq") hints.seq = field.value;
        break;
      case 4:
        if (key == "kind") hints.kind = field.value;
        if (key == "data") hints.data = field.value;
        if (key == "text") hints.text = field.value;
        if (key == "user") hints.user = field.value;
        break;
      case 5:
        if (key == "$type") hints.type = field.value;
        if (key == "event") hints.event = field.value;
        if (key == "error") hints.error = field.value;
        break;
      case 6:
        if (key == "stream") hints.stream = field.value;
        if (key == "status") hints.status = field.value;
        if (key == "errors") hints.errors = field.value;
        if (key == "id_str") hints.id_str = field.value;
        if (key == "delete") hints.removed = field.value;
        break;
      case 7:
        if (key == "payload") hints.payload = field.value;
        if (key == "account") hints.account = field.value;
        break;
      case 8:
        if (key == "includes") hints.includes = field.value;
        break;
      case 9:
        if (key == "full_text") hints.full_text = field.value;
        break;
      case 10:
        if (key == "visibility") hints.visibility = field.value;
        if (key == "created_at") hints.created_at = field.value;
        break;
      case 14:
        if (key == "matching_rules") hints.matching_rules = field.value;
        break;
      default: break;
    }
    if (is_x_v11_control(key) && field.value.is_object()) hints.control = true;
  }
  return hints;
}

bool is_array(const Member& member) {
  JsonArray ignored;
  return member.read(ignored);
}

}  // namespace

Format detect(const JsonObject& line) {
  const Hints hints = hints_of(line);
  if (is_string(hints.kind) && is_string(hints.did)) return Format::jetstream;
  if (is_string(hints.type) || is_object(hints.payload) || (is_string(hints.did) && hints.seq.given()))
    return Format::jetstream;

  if (is_string(hints.event) && (is_string(hints.payload) || hints.stream.given())) return Format::mastodon;
  if (hints.visibility.given() && is_object(hints.account)) return Format::mastodon;

  const bool has_text = is_string(hints.text);
  if (!has_text && is_string(hints.error) && hints.status.given()) return Format::mastodon;
  JsonObject removed;
  const bool removes = !has_text && hints.removed.read(removed);
  if (!has_text && (is_object(hints.data) || is_object(hints.includes) || is_array(hints.matching_rules) ||
                    is_array(hints.errors) || (removes && !find(removed, "status").given())))
    return Format::x_v2;

  if (is_string(hints.id_str) || removes || (!has_text && hints.control)) return Format::x_v11;
  if ((has_text || is_string(hints.full_text)) && hints.created_at.given() && is_object(hints.user))
    return Format::x_v11;
  return Format::own;
}

}  // namespace roomtone::decode
