#include "decode/detect.hpp"

#include "decode/x_v11.hpp"

namespace roomtone::decode {

namespace {

/// Which telling members a line has, with the type that makes them telling. A member of another type tells nothing.
struct Hints {
  bool kind = false, did = false, type = false, seq = false;                    // strings; seq of any type
  bool payload_object = false, payload_string = false;                          // Jetstream v2; Mastodon
  bool event = false, stream = false, visibility = false, account = false;      // an account is an object
  bool error = false, status = false;                                           // Mastodon's refusals
  bool data = false, includes = false, matching_rules = false, errors = false;  // objects, then arrays
  bool id_str = false, text = false, full_text = false, created_at = false, user = false, control = false;
  Member removed;
};

Hints hints_of(const JsonObject& line) {
  Hints hints;
  for (const auto field : line) {
    const std::string_view key = field.key;
    const JsonElement value = field.value;
    switch (key.size()) {
      case 3:
        if (is(key, "did")) hints.did = value.is_string();
        if (is(key, "seq")) hints.seq = true;
        break;
      case 4:
        if (is(key, "kind")) hints.kind = value.is_string();
        if (is(key, "data")) hints.data = value.is_object();
        if (is(key, "text")) hints.text = value.is_string();
        if (is(key, "user")) hints.user = value.is_object();
        break;
      case 5:
        if (is(key, "$type")) hints.type = value.is_string();
        if (is(key, "event")) hints.event = value.is_string();
        if (is(key, "error")) hints.error = value.is_string();
        break;
      case 6:
        if (is(key, "stream")) hints.stream = true;
        if (is(key, "status")) hints.status = true;
        if (is(key, "errors")) hints.errors = value.is_array();
        if (is(key, "id_str")) hints.id_str = value.is_string();
        if (is(key, "delete")) hints.removed = value;
        break;
      case 7:
        if (is(key, "payload")) {
          hints.payload_object = value.is_object();
          hints.payload_string = value.is_string();
        }
        if (is(key, "account")) hints.account = value.is_object();
        break;
      case 8:
        if (is(key, "includes")) hints.includes = value.is_object();
        break;
      case 9:
        if (is(key, "full_text")) hints.full_text = value.is_string();
        break;
      case 10:
        if (is(key, "visibility")) hints.visibility = true;
        if (is(key, "created_at")) hints.created_at = true;
        break;
      case 14:
        if (is(key, "matching_rules")) hints.matching_rules = value.is_array();
        break;
      default: break;
    }
    if (is_x_v11_control(key) && value.is_object()) hints.control = true;
  }
  return hints;
}

}  // namespace

Format detect(const JsonObject& line) {
  const Hints hints = hints_of(line);
  if (hints.kind && hints.did) return Format::jetstream;
  if (hints.type || hints.payload_object || (hints.did && hints.seq)) return Format::jetstream;

  if (hints.event && (hints.payload_string || hints.stream)) return Format::mastodon;
  if (hints.visibility && hints.account) return Format::mastodon;
  if (!hints.text && hints.error && hints.status) return Format::mastodon;

  JsonObject removed;
  const bool removes = !hints.text && hints.removed.read(removed);
  if (!hints.text && (hints.data || hints.includes || hints.matching_rules || hints.errors)) return Format::x_v2;
  if (removes && (is_object(find(removed, "tweet")) || is_object(find(removed, "post")))) return Format::x_v2;

  if (hints.id_str || removes || (!hints.text && hints.control)) return Format::x_v11;
  if ((hints.text || hints.full_text) && hints.created_at && hints.user) return Format::x_v11;
  return Format::own;
}

}  // namespace roomtone::decode
