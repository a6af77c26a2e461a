#include "body.hpp"

#include <array>
#include <utility>

#include "members.hpp"

namespace roomtone::client {

namespace {

constexpr std::array<std::string_view, 4> kWindowStates = {"unspecified", "partial", "final", "corrected"};
constexpr std::array<std::string_view, 7> kAtmosphereNames = {"unknown", "quiet", "calm",   "buoyant",
                                                              "uneasy",  "tense", "divided"};
constexpr std::array<std::string_view, 7> kSourceStates = {"unspecified", "live", "catching_up", "quiet",
                                                           "stalled",     "down", "ended"};

void read(Members& from, Reading& reading) {
  from.real(1, "tone", reading.tone);
  from.real(2, "ci_low", reading.ci_low);
  from.real(3, "ci_high", reading.ci_high);
  from.real(4, "pos", reading.pos);
  from.real(5, "neg", reading.neg);
  from.real(6, "neutral", reading.neutral);
}

void read(Members& from, Campaign& campaign) {
  from.text(1, "id", campaign.id);
  from.real(2, "share", campaign.share);
  from.whole(3, "n", campaign.n);
  from.whole(4, "voices", campaign.voices);
}

void read(Members& from, Window& window) {
  from.whole(1, "start_us", window.start_us);
  from.whole(2, "end_us", window.end_us);
  from.whole(3, "size_s", window.size_s);
  from.choice(4, "state", kWindowStates, window.state);
  from.whole(5, "revision", window.revision);
}

void read(Members& from, Atmosphere& atmosphere) {
  from.whole(1, "v", atmosphere.v);
  from.text(2, "key", atmosphere.room);
  from.message(3, "window", [&](Members& inner) { read(inner, atmosphere.window); });
  from.whole(4, "n", atmosphere.n);
  from.whole(5, "voices", atmosphere.voices);
  from.whole(6, "unique_n", atmosphere.unique_n);
  from.whole(7, "pos", atmosphere.pos);
  from.whole(8, "neg", atmosphere.neg);
  from.whole(9, "neutral", atmosphere.neutral);
  from.whole(10, "unscored", atmosphere.unscored);
  from.message(11, "readings", [&](Members& readings) {
    readings.message(1, "raw", [&](Members& inner) { read(inner, atmosphere.raw); });
    readings.message(2, "voice", [&](Members& inner) { read(inner, atmosphere.voice); });
    readings.message(3, "reputable", [&](Members& inner) { read(inner, atmosphere.reputable); });
  });
  from.real(12, "dispersion", atmosphere.dispersion);
  from.real(13, "rate_per_min", atmosphere.rate_per_min);
  from.choice(14, "name", kAtmosphereNames, atmosphere.name);
  from.text(15, "sentence", atmosphere.sentence);
  from.real(16, "coverage", atmosphere.coverage);
  from.real(17, "automation_share", atmosphere.automation_share);
  from.real(18, "reply_share", atmosphere.reply_share);
  from.real(19, "reshare_share", atmosphere.reshare_share);
  from.text(20, "scorer", atmosphere.scorer);
  from.texts(21, "sources", atmosphere.sources);
  from.real(22, "real_share", atmosphere.real_share);
  from.real(23, "young_share", atmosphere.young_share);
  from.real(24, "concentration", atmosphere.concentration);
  from.real(25, "top_voice_share", atmosphere.top_voice_share);
  from.messages(26, "campaigns", [&](Members& inner) { read(inner, atmosphere.campaigns.emplace_back()); });
  from.real(27, "periodic_share", atmosphere.periodic_share);
}

void read(Members& from, SourceHealth& source) {
  from.choice(1, "state", kSourceStates, source.state);
  from.real(2, "lag_s", source.lag_s);
  from.real(3, "age_s", source.age_s);
}

void read(Members& from, Heartbeat& heartbeat) {
  from.whole(1, "epoch", heartbeat.epoch);
  from.whole(2, "global_seq", heartbeat.global_seq);
  // Event time is never the first microsecond of 1970, so that 0 stands for absent.
  int64_t watermark_us = 0;
  from.whole(3, "watermark_us", watermark_us);
  if (watermark_us != 0) heartbeat.watermark_us = watermark_us;
  from.entries(4, "sources", [&](std::string_view name, Members& inner) {
    SourceHealth source;
    read(inner, source);
    heartbeat.sources.insert_or_assign(std::string(name), std::move(source));
  });
  from.real(5, "shed_ratio", heartbeat.shed_ratio);
  from.real(6, "coverage", heartbeat.coverage);
}

void read(Members& from, Check& check) {
  from.whole(3, "keys", check.keys);
  from.whole(4, "key_seq_sum", check.key_seq_sum);
}

/// Of a control body only the event is wanted.
void read(Members& from, std::string& event) { from.text(1, "event", event); }

template <typename Body>
std::optional<Body> read_body(std::string_view body, bool protobuf) {
  Body out;
  const auto fill = [&](Members& from) { read(from, out); };
  if (!(protobuf ? read_protobuf(body, fill) : read_json(body, fill))) return {};
  return out;
}

}  // namespace

std::optional<Atmosphere> read_atmosphere(std::string_view body, bool protobuf) {
  return read_body<Atmosphere>(body, protobuf);
}

std::optional<Heartbeat> read_heartbeat(std::string_view body, bool protobuf) {
  return read_body<Heartbeat>(body, protobuf);
}

std::optional<Check> read_check(std::string_view body, bool protobuf) { return read_body<Check>(body, protobuf); }

std::optional<std::string> read_control(std::string_view body, bool protobuf) {
  return read_body<std::string>(body, protobuf);
}

}  // namespace roomtone::client
