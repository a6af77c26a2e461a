#include "publish/room_view.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <charconv>
#include <cmath>
#include <utility>

#include "model/key.hpp"
#include "publish/json_fields.hpp"
#include "roomtone/v1/atmosphere.pb.h"
#include "roomtone/v1/heartbeat.pb.h"

namespace roomtone::publish {

namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 3> kStateNames = {"partial", "final", "corrected"};

/// The place of `name` among `names` as an enumerator; the first when it is new to us.
template <typename Enum, typename Names>
Enum enumerator(const Names& names, std::string_view name) {
  const auto at = std::ranges::find(names, name);
  return at == names.end() ? Enum{} : static_cast<Enum>(at - names.begin());
}

Result<json::object> parse_object(std::string_view body) {
  boost::system::error_code error;
  json::value value = json::parse(json::string_view(body.data(), body.size()), error);
  if (error || !value.is_object()) return fail(ErrorCode::corrupt, "body is not a JSON object");
  return std::move(value.get_object());
}

bool read_window_size(int64_t seconds, WindowSize& to) {
  const auto spec = std::ranges::find(kWindows, std::chrono::seconds(seconds), &WindowSpec::size);
  if (spec == kWindows.end()) return false;
  to = static_cast<WindowSize>(spec - kWindows.begin());
  return true;
}

bool read_reading(const json::object* object, Reading& to) {
  if (object == nullptr) return true;
  JsonFields fields(*object);
  fields.real("tone", to.tone);
  fields.real("ci_low", to.ci_low);
  fields.real("ci_high", to.ci_high);
  fields.real("pos", to.pos);
  fields.real("neg", to.neg);
  fields.real("neutral", to.neutral);
  return fields.ok();
}

bool read_window(const json::object* object, Atmosphere& to) {
  if (object == nullptr) return false;
  JsonFields fields(*object);
  int64_t start_us = 0;
  int64_t end_us = 0;
  int64_t size_s = 0;
  std::string state;
  fields.number("start_us", start_us);
  fields.number("end_us", end_us);
  fields.number("size_s", size_s);
  fields.text("state", state);
  fields.number("revision", to.revision);
  to.start = instant_of_micros(start_us);
  to.end = instant_of_micros(end_us);
  to.state = enumerator<WindowState>(kStateNames, state);
  return fields.ok() && read_window_size(size_s, to.window);
}

/// The hash that 12 hex digits stand for.
bool read_campaign_id(std::string_view digits, uint64_t& to) {
  uint64_t id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id, 16);
  to = id << 16;
  return digits.size() == kCampaignIdDigits && error == std::errc{} && end == digits.data() + digits.size();
}

bool read_campaigns(const json::array* array, std::vector<Campaign>& to) {
  if (array == nullptr) return true;
  for (const json::value& value : *array) {
    if (!value.is_object()) return false;
    JsonFields fields(value.get_object());
    Campaign& campaign = to.emplace_back();
    std::string id;
    fields.text("id", id);
    fields.real("share", campaign.share);
    fields.number("n", campaign.n);
    fields.number("voices", campaign.voices);
    if (!fields.ok() || !read_campaign_id(id, campaign.id)) return false;
  }
  return true;
}

bool read_json(std::string_view body, RoomView& view) {
  const auto object = parse_object(body);
  if (!object) return false;
  JsonFields fields(*object);
  Atmosphere& atmosphere = view.atmosphere;
  Figures& figures = atmosphere.figures;
  std::string name;
  fields.text("key", atmosphere.key);
  fields.number("n", figures.n);
  fields.number("voices", figures.voices);
  fields.number("unique_n", figures.unique_n);
  fields.number("pos", figures.pos);
  fields.number("neg", figures.neg);
  fields.number("neutral", figures.neutral);
  fields.number("unscored", figures.unscored);
  fields.real("dispersion", figures.dispersion);
  fields.real("rate_per_min", atmosphere.rate_per_min);
  fields.text("name", name);
  fields.text("sentence", view.sentence);
  fields.real("coverage", figures.coverage);
  fields.real("automation_share", figures.automation_share);
  fields.real("reply_share", figures.reply_share);
  fields.real("reshare_share", figures.reshare_share);
  fields.real("real_share", figures.real_share);
  fields.real("young_share", figures.young_share);
  fields.real("periodic_share", figures.periodic_share);
  fields.real("concentration", figures.concentration);
  fields.real("top_voice_share", figures.top_voice_share);
  if (!read_campaigns(fields.array("campaigns"), figures.campaigns)) return false;
  fields.text("scorer", atmosphere.scorer);
  atmosphere.name = enumerator<AtmosphereName>(kAtmosphereNames, name);
  if (const json::array* sources = fields.array("sources")) {
    for (const json::value& source : *sources) {
      if (!source.is_string()) return false;
      atmosphere.sources.emplace_back(source.get_string().data(), source.get_string().size());
    }
  }
  if (const json::object* readings = fields.object("readings")) {
    JsonFields by_name(*readings);
    if (!read_reading(by_name.object("raw"), figures.raw) || !read_reading(by_name.object("voice"), figures.voice) ||
        !read_reading(by_name.object("reputable"), figures.reputable) || !by_name.ok())
      return false;
  }
  if (const json::object* divergence = fields.object("divergence")) {
    JsonFields of(*divergence);
    Divergence& to = atmosphere.divergence.emplace();
    of.text("against", to.against);
    of.real("tone", to.tone);
    of.real("ci_low", to.ci_low);
    of.real("ci_high", to.ci_high);
    of.flag("claimed", to.claimed);
    if (!of.ok()) return false;
  }
  return read_window(fields.object("window"), atmosphere) && fields.ok();
}

Reading reading_of(const v1::Reading& from) {
  Reading to;
  if (from.has_tone()) to.tone = from.tone();
  if (from.has_ci_low()) to.ci_low = from.ci_low();
  if (from.has_ci_high()) to.ci_high = from.ci_high();
  to.pos = from.pos();
  to.neg = from.neg();
  to.neutral = from.neutral();
  return to;
}

bool read_protobuf(std::string_view body, RoomView& view) {
  v1::Atmosphere from;
  if (!from.ParseFromArray(body.data(), static_cast<int>(body.size()))) return false;
  Atmosphere& to = view.atmosphere;
  to.key = from.key();
  to.start = instant_of_micros(from.window().start_us());
  to.end = instant_of_micros(from.window().end_us());
  const int state = static_cast<int>(from.window().state()) - 1;
  to.state = state >= 0 && state < static_cast<int>(kStateNames.size()) ? static_cast<WindowState>(state)
                                                                        : WindowState::partial;
  to.revision = from.window().revision();
  to.figures.n = from.n();
  to.figures.voices = from.voices();
  to.figures.unique_n = from.unique_n();
  to.figures.pos = from.pos();
  to.figures.neg = from.neg();
  to.figures.neutral = from.neutral();
  to.figures.unscored = from.unscored();
  to.figures.raw = reading_of(from.readings().raw());
  to.figures.voice = reading_of(from.readings().voice());
  to.figures.reputable = reading_of(from.readings().reputable());
  if (from.has_divergence()) {
    const v1::Divergence& divergence = from.divergence();
    to.divergence = Divergence{divergence.against(), divergence.tone(), divergence.ci_low(), divergence.ci_high(),
                               divergence.claimed()};
  }
  if (from.has_dispersion()) to.figures.dispersion = from.dispersion();
  to.figures.coverage = from.coverage();
  to.figures.automation_share = from.automation_share();
  to.figures.reply_share = from.reply_share();
  to.figures.reshare_share = from.reshare_share();
  to.figures.real_share = from.real_share();
  to.figures.young_share = from.young_share();
  to.figures.periodic_share = from.periodic_share();
  to.figures.concentration = from.concentration();
  to.figures.top_voice_share = from.top_voice_share();
  for (const v1::Campaign& campaign : from.campaigns()) {
    Campaign& known = to.figures.campaigns.emplace_back();
    if (!read_campaign_id(campaign.id(), known.id)) return false;
    known.share = campaign.share();
    known.n = campaign.n();
    known.voices = campaign.voices();
  }
  to.rate_per_min = from.rate_per_min();
  const int name = static_cast<int>(from.name());
  to.name = name >= 0 && name < static_cast<int>(kAtmosphereNames.size()) ? static_cast<AtmosphereName>(name)
                                                                          : AtmosphereName::unknown;
  to.scorer = from.scorer();
  to.sources.assign(from.sources().begin(), from.sources().end());
  view.sentence = from.sentence();
  return read_window_size(from.window().size_s(), to.window);
}

bool read_json(std::string_view body, Pulse& pulse) {
  const auto object = parse_object(body);
  if (!object) return false;
  JsonFields fields(*object);
  int64_t watermark_us = micros(kNoInstant);
  fields.number("epoch", pulse.epoch);
  fields.number("global_seq", pulse.global_seq);
  fields.number("watermark_us", watermark_us);
  fields.real("shed_ratio", pulse.shed_ratio);
  fields.real("coverage", pulse.coverage);
  pulse.watermark = instant_of_micros(watermark_us);
  if (const json::object* sources = fields.object("sources")) {
    for (const auto& [name, value] : *sources) {
      if (!value.is_object()) return false;
      JsonFields of_source(value.get_object());
      SourceHealth& health = pulse.sources.emplace_back();
      std::string state;
      health.name.assign(name.data(), name.size());
      of_source.text("state", state);
      of_source.real("lag_s", health.lag_s);
      of_source.real("age_s", health.age_s);
      health.state = enumerator<SourceState>(kSourceStateNames, state);
      if (!of_source.ok()) return false;
    }
  }
  return fields.ok();
}

bool read_protobuf(std::string_view body, Pulse& pulse) {
  v1::Heartbeat from;
  if (!from.ParseFromArray(body.data(), static_cast<int>(body.size()))) return false;
  pulse.epoch = from.epoch();
  pulse.global_seq = from.global_seq();
  if (from.has_watermark_us()) pulse.watermark = instant_of_micros(from.watermark_us());
  pulse.shed_ratio = from.shed_ratio();
  pulse.coverage = from.coverage();
  for (const auto& [name, source] : from.sources()) {
    SourceHealth& health = pulse.sources.emplace_back();
    health.name = name;
    const int state = static_cast<int>(source.state()) - 1;
    health.state = state >= 0 && state < static_cast<int>(kSourceStateNames.size()) ? static_cast<SourceState>(state)
                                                                                    : SourceState::live;
    if (source.has_lag_s()) health.lag_s = source.lag_s();
    if (source.has_age_s()) health.age_s = source.age_s();
  }
  // A map has no order of its own.
  std::ranges::sort(pulse.sources, {}, &SourceHealth::name);
  return true;
}

bool is_protobuf(const Header& header) { return (header.flags & kFlagProtobuf) != 0; }

}  // namespace

Result<RoomView> read_room(const Header& header, std::string_view body) {
  RoomView view;
  const bool read = is_protobuf(header) ? read_protobuf(body, view) : read_json(body, view);
  if (!read || !valid_key(view.atmosphere.key)) return fail(ErrorCode::corrupt, "not the body of an atmosphere");
  view.key_seq = header.key_seq;
  view.global_seq = header.global_seq;
  view.publish_time = header.publish_time;
  return view;
}

Result<Pulse> read_heartbeat(const Header& header, std::string_view body) {
  Pulse pulse;
  if (!(is_protobuf(header) ? read_protobuf(body, pulse) : read_json(body, pulse)))
    return fail(ErrorCode::corrupt, "not the body of a heartbeat");
  return pulse;
}

Result<PrefixSum> read_check(const Header& header, std::string_view body) {
  PrefixSum sum;
  if (is_protobuf(header)) {
    v1::Check from;
    if (!from.ParseFromArray(body.data(), static_cast<int>(body.size())))
      return fail(ErrorCode::corrupt, "not the body of a check");
    return PrefixSum{from.keys(), from.key_seq_sum()};
  }
  const auto object = parse_object(body);
  if (!object) return tl::unexpected(object.error());
  JsonFields fields(*object);
  fields.number("keys", sum.keys);
  fields.number("key_seq_sum", sum.key_seq_sum);
  if (!fields.ok()) return fail(ErrorCode::corrupt, "not the body of a check");
  return sum;
}

Result<SnapshotEnd> read_snapshot_end(std::string_view text) {
  const auto object = parse_object(text);
  if (!object) return tl::unexpected(object.error());
  JsonFields fields(*object);
  SnapshotEnd end;
  fields.number("epoch", end.epoch);
  fields.number("global_seq", end.global_seq);
  fields.number("start_seq", end.start_seq);
  fields.number("count", end.count);
  if (!fields.ok()) return fail(ErrorCode::corrupt, "not the end of a snapshot");
  return end;
}

std::string read_json_text(std::string_view text, std::string_view name) {
  std::string value;
  if (const auto object = parse_object(text)) JsonFields(*object).text(name, value);
  return value;
}

}  // namespace roomtone::publish
