#include "cli/alert_reader.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <string>

#include "publish/json_fields.hpp"

namespace roomtone::cli {

namespace {

using publish::JsonFields;

constexpr std::size_t kTextBytes = 4096;  // of one member; far more than any has

void read_time(JsonFields& fields, std::string_view name, Instant& to) {
  std::string text;
  fields.text(name, text);
  if (text.empty()) return;
  const auto time = parse_rfc3339(text);
  time ? void(to = *time) : fields.fail();
}

void read_texts(JsonFields& fields, std::string_view name, std::vector<std::string>& to) {
  const boost::json::array* array = fields.array(name);
  if (array == nullptr) return;
  for (const boost::json::value& value : *array) {
    const boost::json::string* text = value.if_string();
    if (text == nullptr || text->size() > kTextBytes) return fields.fail();
    to.emplace_back(text->data(), text->size());
  }
}

template <typename Enum, std::size_t kCount>
void read_name(JsonFields& fields, std::string_view member, const std::array<std::string_view, kCount>& names,
               Enum& to) {
  std::string text;
  fields.text(member, text);
  const auto at = std::ranges::find(names, text);
  at != names.end() ? void(to = static_cast<Enum>(at - names.begin())) : fields.fail();
}

}  // namespace

Result<Alert> read_alert(std::string_view json) {
  const auto refuse = [] { return fail(ErrorCode::corrupt, "read an alert: not the JSON object of one"); };
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(boost::json::string_view(json.data(), json.size()), error);
  if (error || !parsed.is_object()) return refuse();
  JsonFields fields(parsed.get_object());
  Alert alert;
  fields.text("id", alert.id);
  read_name(fields, "kind", kAlertKindNames, alert.kind);
  read_name(fields, "state", kAlertStateNames, alert.state);
  fields.flag("up", alert.up);
  fields.text("key", alert.key);
  fields.text("rule", alert.rule);
  fields.text("severity", alert.severity);
  read_time(fields, "starts", alert.starts);
  read_time(fields, "ends", alert.ends);
  read_time(fields, "changed", alert.changed);
  fields.real("tone_before", alert.tone_before);
  fields.real("tone_now", alert.tone_now);
  fields.real("ci_low", alert.ci_low);
  fields.real("ci_high", alert.ci_high);
  fields.number("n", alert.n);
  fields.number("voices", alert.voices);
  fields.real("rate_before", alert.rate_before);
  fields.real("rate_now", alert.rate_now);
  read_texts(fields, "words_up", alert.words_up);
  read_texts(fields, "words_down", alert.words_down);
  read_texts(fields, "communities", alert.communities);
  fields.text("sentence", alert.sentence);
  // Absent from feeds of earlier releases.
  if (parsed.get_object().contains("delivery")) read_name(fields, "delivery", kAlertTellingNames, alert.telling);
  fields.text("silenced_by", alert.silenced_by);
  if (!fields.ok() || alert.id.empty() || alert.starts == kNoInstant || alert.changed == kNoInstant) return refuse();
  return alert;
}

}  // namespace roomtone::cli
