#include "delivery/webhook_event.hpp"

#include "base/json_text.hpp"
#include "delivery/alert_link.hpp"
#include "model/alert_json.hpp"

namespace roomtone::delivery {

namespace {

void append_member(std::string& body, const char* name, std::string_view value) {
  body.append(body.empty() ? "{\"" : ",\"").append(name).append("\":");
  append_utf8_string(body, value);
}

}  // namespace

WebhookEvent webhook_event(const Alert& alert, const std::string& instance, Instant recorded,
                           const std::string& external_url) {
  const bool cleared = alert.state == AlertState::resolved;
  const Instant over = alert.ends != kNoInstant ? alert.ends : alert.changed;
  WebhookEvent event;
  event.id = alert.id + (cleared ? "/cleared" : "/raised");
  const auto member = [&](const char* name, std::string_view value) { append_member(event.body, name, value); };
  member("specversion", "1.0");
  member("id", event.id);
  member("source", "/roomtone/" + instance);
  member("type", cleared ? "io.roomtone.alert.cleared.v1" : "io.roomtone.alert.raised.v1");
  member("subject", alert.key);
  member("time", format_rfc3339(cleared ? over : alert.starts));
  member("recordedtime", format_rfc3339(recorded));
  member("datacontenttype", "application/json");
  event.body.append(",\"data\":{");
  append_alert_members(event.body, alert);
  if (const std::string link = link_of(external_url, alert); !link.empty()) {
    event.body.append(",\"url\":");
    append_utf8_string(event.body, link);
  }
  event.body.append("}}");
  return event;
}

WebhookEvent webhook_event(const AlertDigest& digest, const std::string& instance, Instant recorded) {
  WebhookEvent event;
  event.id = digest.id;
  const auto member = [&](const char* name, std::string_view value) { append_member(event.body, name, value); };
  member("specversion", "1.0");
  member("id", event.id);
  member("source", "/roomtone/" + instance);
  member("type", "io.roomtone.alert.digest.v1");
  member("subject", "digest");
  member("time", format_rfc3339(digest.made));
  member("recordedtime", format_rfc3339(recorded));
  member("datacontenttype", "application/json");
  event.body.append(",\"data\":");
  append_digest(event.body, digest);
  event.body.push_back('}');
  return event;
}

}  // namespace roomtone::delivery
