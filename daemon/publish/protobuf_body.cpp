#include "publish/protobuf_body.hpp"

#include <cmath>
#include <optional>

#include "base/assert.hpp"
#include "roomtone/v1/alert.pb.h"
#include "roomtone/v1/atmosphere.pb.h"
#include "roomtone/v1/heartbeat.pb.h"
#include "roomtone/v1/voice.pb.h"

namespace roomtone::publish {

namespace {

double finite_or_zero(double value) { return std::isfinite(value) ? value : 0; }

bool present(const std::optional<double>& value) { return value && std::isfinite(*value); }

void fill(v1::Reading& to, const Reading& reading) {
  if (present(reading.tone)) to.set_tone(*reading.tone);
  if (present(reading.ci_low)) to.set_ci_low(*reading.ci_low);
  if (present(reading.ci_high)) to.set_ci_high(*reading.ci_high);
  to.set_pos(finite_or_zero(reading.pos));
  to.set_neg(finite_or_zero(reading.neg));
  to.set_neutral(finite_or_zero(reading.neutral));
}

v1::WindowState state_of(WindowState state) {
  switch (state) {
    case WindowState::partial: return v1::WINDOW_STATE_PARTIAL;
    case WindowState::final: return v1::WINDOW_STATE_FINAL;
    case WindowState::corrected: return v1::WINDOW_STATE_CORRECTED;
  }
  return v1::WINDOW_STATE_UNSPECIFIED;
}

// The enums count alike: the wire's names begin at 0 with `unknown`, its source states at 1.
static_assert(static_cast<int>(v1::ATMOSPHERE_NAME_DIVIDED) == static_cast<int>(AtmosphereName::divided));
static_assert(static_cast<int>(v1::ALERT_KIND_SOURCE_BLIND) == static_cast<int>(AlertKind::source_blind) + 1);
static_assert(static_cast<int>(v1::ALERT_STATE_RESOLVED) == static_cast<int>(AlertState::resolved) + 1);
static_assert(static_cast<int>(v1::ALERT_DELIVERY_IN_DIGEST) == static_cast<int>(AlertTelling::in_digest) + 1);
static_assert(static_cast<int>(v1::SOURCE_STATE_ENDED) == static_cast<int>(SourceState::ended) + 1);

}  // namespace

void append_protobuf(std::string& out, const Atmosphere& atmosphere) {
  const Figures& figures = atmosphere.figures;
  v1::Atmosphere body;
  body.set_v(1);
  body.set_key(atmosphere.key);
  v1::Window& window = *body.mutable_window();
  window.set_start_us(micros(atmosphere.start));
  window.set_end_us(micros(atmosphere.end));
  window.set_size_s(static_cast<uint32_t>(spec_of(atmosphere.window).size.count()));
  window.set_state(state_of(atmosphere.state));
  window.set_revision(atmosphere.revision);
  body.set_n(figures.n);
  body.set_voices(figures.voices);
  body.set_unique_n(figures.unique_n);
  body.set_pos(figures.pos);
  body.set_neg(figures.neg);
  body.set_neutral(figures.neutral);
  body.set_unscored(figures.unscored);
  fill(*body.mutable_readings()->mutable_raw(), figures.raw);
  fill(*body.mutable_readings()->mutable_voice(), figures.voice);
  fill(*body.mutable_readings()->mutable_reputable(), figures.reputable);
  if (const auto& divergence = atmosphere.divergence) {
    v1::Divergence& to = *body.mutable_divergence();
    to.set_against(divergence->against);
    to.set_tone(finite_or_zero(divergence->tone));
    to.set_ci_low(finite_or_zero(divergence->ci_low));
    to.set_ci_high(finite_or_zero(divergence->ci_high));
    to.set_claimed(divergence->claimed);
  }
  if (const auto& silence = atmosphere.silence) {
    v1::Silence& to = *body.mutable_silence();
    to.set_expected(silence->expected);
    to.set_silent(silence->silent);
    to.set_longest_s(silence->longest_s);
    for (const SilentVoice& voice : silence->voices) {
      v1::SilentVoice& one = *to.add_voices();
      one.set_author(voice.author);
      one.set_silent_s(voice.silent_s);
      one.set_expected_gap_s(voice.expected_gap_s);
    }
  }
  if (present(figures.dispersion)) body.set_dispersion(*figures.dispersion);
  body.set_rate_per_min(finite_or_zero(atmosphere.rate_per_min));
  body.set_name(static_cast<v1::AtmosphereName>(atmosphere.name));
  write_sentence(*body.mutable_sentence(), atmosphere);
  body.set_coverage(finite_or_zero(figures.coverage));
  body.set_automation_share(finite_or_zero(figures.automation_share));
  body.set_reply_share(finite_or_zero(figures.reply_share));
  body.set_reshare_share(finite_or_zero(figures.reshare_share));
  body.set_real_share(finite_or_zero(figures.real_share));
  body.set_young_share(finite_or_zero(figures.young_share));
  body.set_concentration(finite_or_zero(figures.concentration));
  body.set_top_voice_share(finite_or_zero(figures.top_voice_share));
  body.set_periodic_share(finite_or_zero(figures.periodic_share));
  for (const Campaign& campaign : published(figures.campaigns)) {
    v1::Campaign& to = *body.add_campaigns();
    to.set_id(campaign_id(campaign));
    to.set_share(finite_or_zero(campaign.share));
    to.set_n(campaign.n);
    to.set_voices(campaign.voices);
  }
  body.set_scorer(atmosphere.scorer);
  for (const std::string& source : atmosphere.sources) body.add_sources(source);
  ROOMTONE_ASSERT(body.AppendToString(&out));
}

void append_protobuf(std::string& out, const VoiceEvent& event) {
  v1::Voice body;
  body.set_v(1);
  body.set_list(event.list);
  body.set_role(event.role);
  body.set_time_us(micros(event.time));
  body.set_seen_us(micros(event.seen));
  for (const std::string& topic : event.topics) body.add_topics(topic);
  body.set_lang(event.lang);
  body.set_reply(event.traits.reply);
  body.set_reshare(event.traits.reshare);
  body.set_question(event.traits.question);
  body.set_link(event.traits.link);
  body.set_author(event.author);
  ROOMTONE_ASSERT(body.AppendToString(&out));
}

void append_protobuf(std::string& out, const Alert& alert) {
  v1::Alert body;
  body.set_v(1);
  body.set_id(alert.id);
  body.set_kind(static_cast<v1::AlertKind>(static_cast<int>(alert.kind) + 1));
  body.set_state(static_cast<v1::AlertState>(static_cast<int>(alert.state) + 1));
  body.set_up(alert.up);
  body.set_key(alert.key);
  body.set_rule(alert.rule);
  body.set_severity(alert.severity);
  body.set_starts_us(micros(alert.starts));
  if (alert.ends != kNoInstant) body.set_ends_us(micros(alert.ends));
  body.set_changed_us(micros(alert.changed));
  if (present(alert.tone_before)) body.set_tone_before(*alert.tone_before);
  if (present(alert.tone_now)) body.set_tone_now(*alert.tone_now);
  if (present(alert.ci_low)) body.set_ci_low(*alert.ci_low);
  if (present(alert.ci_high)) body.set_ci_high(*alert.ci_high);
  body.set_n(alert.n);
  body.set_voices(alert.voices);
  if (present(alert.rate_before)) body.set_rate_before(*alert.rate_before);
  if (present(alert.rate_now)) body.set_rate_now(*alert.rate_now);
  for (const std::string& word : alert.words_up) body.add_words_up(word);
  for (const std::string& word : alert.words_down) body.add_words_down(word);
  for (const std::string& community : alert.communities) body.add_communities(community);
  body.set_sentence(alert.sentence);
  body.set_delivery(static_cast<v1::AlertDelivery>(static_cast<int>(alert.telling) + 1));
  if (!alert.silenced_by.empty()) body.set_silenced_by(alert.silenced_by);
  ROOMTONE_ASSERT(body.AppendToString(&out));
}

void append_protobuf(std::string& out, const Pulse& pulse, uint64_t epoch, uint64_t global_seq) {
  v1::Heartbeat body;
  body.set_epoch(epoch);
  body.set_global_seq(global_seq);
  if (pulse.watermark != kNoInstant) body.set_watermark_us(micros(pulse.watermark));
  for (const SourceHealth& source : pulse.sources) {
    v1::SourceHealth& to = (*body.mutable_sources())[source.name];
    to.set_state(static_cast<v1::SourceState>(static_cast<int>(source.state) + 1));
    if (present(source.lag_s)) to.set_lag_s(*source.lag_s);
    if (present(source.age_s)) to.set_age_s(*source.age_s);
  }
  body.set_shed_ratio(finite_or_zero(pulse.shed_ratio));
  body.set_coverage(finite_or_zero(pulse.coverage));
  ROOMTONE_ASSERT(body.AppendToString(&out));
}

void append_protobuf(std::string& out, const PrefixSum& sum, uint64_t epoch, uint64_t global_seq) {
  v1::Check body;
  body.set_epoch(epoch);
  body.set_global_seq(global_seq);
  body.set_keys(sum.keys);
  body.set_key_seq_sum(sum.key_seq_sum);
  ROOMTONE_ASSERT(body.AppendToString(&out));
}

void append_control_protobuf(std::string& out, std::string_view event) {
  v1::Control body;
  body.set_event(std::string(event));
  ROOMTONE_ASSERT(body.AppendToString(&out));
}

}  // namespace roomtone::publish
