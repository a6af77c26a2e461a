#include "alerts/alert_bytes.hpp"

#include "alerts/state_bytes.hpp"

namespace roomtone::alerts {
namespace {

void put_real(ByteWriter& out, const std::optional<double>& v) {
  out.u8(v.has_value());
  if (v) put(out, *v);
}

bool get_real(ByteReader& in, std::optional<double>& v) {
  v.reset();
  if (in.u8() == 0) return in.ok();
  return get(in, v.emplace());
}

void put_texts(ByteWriter& out, const std::vector<std::string>& texts) {
  out.varint(texts.size());
  for (const std::string& text : texts) out.string(text);
}

bool get_texts(ByteReader& in, std::vector<std::string>& texts) {
  const uint64_t count = in.varint();
  if (count > kAlertWordsMax) return false;
  texts.clear();
  for (uint64_t i = 0; i < count; ++i) texts.emplace_back(in.string());
  return in.ok();
}

}  // namespace

void encode_alert(const Alert& alert, ByteWriter& out) {
  out.u8(static_cast<uint8_t>(alert.kind));
  out.u8(static_cast<uint8_t>(alert.state));
  out.u8(alert.up);
  for (const std::string* text : {&alert.key, &alert.rule, &alert.severity, &alert.id, &alert.sentence})
    out.string(*text);
  for (const Instant at : {alert.starts, alert.ends, alert.changed}) out.zigzag(micros(at));
  for (const auto* real :
       {&alert.tone_before, &alert.tone_now, &alert.ci_low, &alert.ci_high, &alert.rate_before, &alert.rate_now})
    put_real(out, *real);
  out.zigzag(alert.n);
  out.zigzag(alert.voices);
  for (const auto* texts : {&alert.words_up, &alert.words_down, &alert.communities}) put_texts(out, *texts);
  out.u8(static_cast<uint8_t>(alert.telling));
  out.string(alert.silenced_by);
}

bool decode_alert(ByteReader& in, Alert& alert, uint8_t version) {
  const uint8_t kind = in.u8();
  const uint8_t state = in.u8();
  if (kind >= kAlertKindNames.size() || state >= kAlertStateNames.size()) return false;
  alert.kind = static_cast<AlertKind>(kind);
  alert.state = static_cast<AlertState>(state);
  alert.up = in.u8() != 0;
  for (std::string* text : {&alert.key, &alert.rule, &alert.severity, &alert.id, &alert.sentence}) *text = in.string();
  for (Instant* at : {&alert.starts, &alert.ends, &alert.changed}) *at = instant_of_micros(in.zigzag());
  for (auto* real :
       {&alert.tone_before, &alert.tone_now, &alert.ci_low, &alert.ci_high, &alert.rate_before, &alert.rate_now})
    if (!get_real(in, *real)) return false;
  alert.n = in.zigzag();
  alert.voices = in.zigzag();
  for (auto* texts : {&alert.words_up, &alert.words_down, &alert.communities})
    if (!get_texts(in, *texts)) return false;
  alert.telling = AlertTelling::told;
  alert.silenced_by.clear();
  if (version >= 2) {
    const uint8_t telling = in.u8();
    if (telling >= kAlertTellingNames.size()) return false;
    alert.telling = static_cast<AlertTelling>(telling);
    alert.silenced_by = in.string();
  }
  return in.ok();
}

}  // namespace roomtone::alerts
