#include "publish/json_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "model/alert_json.hpp"

namespace roomtone::publish {

namespace {

constexpr uint64_t kExactInDouble = uint64_t{1} << 53;

void append_i64(std::string& out, int64_t value) {
  if (value < 0 && static_cast<uint64_t>(-(value + 1)) >= kExactInDouble) {
    fmt::format_to(std::back_inserter(out), "\"{}\"", value);
  } else if (value < 0) {
    fmt::format_to(std::back_inserter(out), "{}", value);
  } else {
    append_json_u64(out, static_cast<uint64_t>(value));
  }
}

void append_double(std::string& out, const std::optional<double>& value) {
  if (!value || !std::isfinite(*value)) {
    out.append("null");
    return;
  }
  // What rounds to zero is zero: "-0.000000" would make equal windows differ in bytes.
  fmt::format_to(std::back_inserter(out), "{:.6f}", std::abs(*value) < 0.0000005 ? 0.0 : *value);
}

/// Writes `,"name":`, or without the comma behind an opening brace.
void member(std::string& out, std::string_view name) {
  if (out.back() != '{') out.push_back(',');
  out.push_back('"');
  out.append(name);
  out.append("\":");
}

void put_number(std::string& out, std::string_view name, uint64_t value) {
  member(out, name);
  append_json_u64(out, value);
}

void put_count(std::string& out, std::string_view name, int64_t value) {
  member(out, name);
  append_i64(out, value);
}

void put_real(std::string& out, std::string_view name, const std::optional<double>& value) {
  member(out, name);
  append_double(out, value);
}

void put_text(std::string& out, std::string_view name, std::string_view value) {
  member(out, name);
  append_json_string(out, value);
}

void put_flag(std::string& out, std::string_view name, bool set) {
  member(out, name);
  out.append(set ? "true" : "false");
}

void append_reading(std::string& out, const Reading& reading) {
  out.push_back('{');
  put_real(out, "tone", reading.tone);
  put_real(out, "ci_low", reading.ci_low);
  put_real(out, "ci_high", reading.ci_high);
  put_real(out, "pos", reading.pos);
  put_real(out, "neg", reading.neg);
  put_real(out, "neutral", reading.neutral);
  out.push_back('}');
}

void append_campaigns(std::string& out, const std::vector<Campaign>& campaigns) {
  out.push_back('[');
  for (const Campaign& campaign : published(campaigns)) {
    if (out.back() != '[') out.push_back(',');
    out.push_back('{');
    put_text(out, "id", campaign_id(campaign));
    put_real(out, "share", campaign.share);
    put_count(out, "n", campaign.n);
    put_count(out, "voices", campaign.voices);
    out.push_back('}');
  }
  out.push_back(']');
}

void put_said(std::string& out, const Figures& figures) {
  put_count(out, "n", figures.n);
  put_count(out, "voices", figures.voices);
  put_count(out, "unique_n", figures.unique_n);
  put_count(out, "pos", figures.pos);
  put_count(out, "neg", figures.neg);
  put_count(out, "neutral", figures.neutral);
  put_count(out, "unscored", figures.unscored);
  member(out, "readings");
  out.push_back('{');
  member(out, "raw");
  append_reading(out, figures.raw);
  member(out, "voice");
  append_reading(out, figures.voice);
  member(out, "reputable");
  append_reading(out, figures.reputable);
  out.push_back('}');
}

void put_shares(std::string& out, const Figures& figures) {
  put_real(out, "coverage", figures.coverage);
  put_real(out, "automation_share", figures.automation_share);
  put_real(out, "reply_share", figures.reply_share);
  put_real(out, "reshare_share", figures.reshare_share);
  put_real(out, "real_share", figures.real_share);
  put_real(out, "young_share", figures.young_share);
  put_real(out, "concentration", figures.concentration);
  put_real(out, "top_voice_share", figures.top_voice_share);
  member(out, "campaigns");
  append_campaigns(out, figures.campaigns);
}

void append_silence(std::string& out, const Silence& silence) {
  member(out, "silence");
  out.push_back('{');
  put_count(out, "expected", silence.expected);
  put_count(out, "silent", silence.silent);
  put_count(out, "longest_s", silence.longest_s);
  if (!silence.voices.empty()) {
    member(out, "voices");
    out.push_back('[');
    for (const SilentVoice& voice : silence.voices) {
      if (out.back() != '[') out.push_back(',');
      out.push_back('{');
      put_text(out, "author", voice.author);
      put_count(out, "silent_s", voice.silent_s);
      put_count(out, "expected_gap_s", voice.expected_gap_s);
      out.push_back('}');
    }
    out.push_back(']');
  }
  out.push_back('}');
}

std::string_view name_of(WindowState state) {
  switch (state) {
    case WindowState::partial: return "partial";
    case WindowState::final: return "final";
    case WindowState::corrected: return "corrected";
  }
  return "partial";
}

}  // namespace

std::span<const Campaign> published(const std::vector<Campaign>& campaigns) {
  return {campaigns.data(), std::min(campaigns.size(), kCampaignsPublished)};
}

std::string campaign_id(const Campaign& campaign) { return fmt::format("{:012x}", campaign.id >> 16); }

void append_json_u64(std::string& out, uint64_t value) {
  if (value > kExactInDouble)
    fmt::format_to(std::back_inserter(out), "\"{}\"", value);
  else
    fmt::format_to(std::back_inserter(out), "{}", value);
}

void write_sentence(std::string& out, const Atmosphere& atmosphere) {
  const Figures& figures = atmosphere.figures;
  const std::string_view who = atmosphere.key == "room" ? std::string_view("The room") : atmosphere.key;
  const auto plural = [](int64_t count) { return count == 1 ? "" : "s"; };
  out.clear();
  auto to = std::back_inserter(out);
  if (atmosphere.name == AtmosphereName::unknown)
    fmt::format_to(to, "{} cannot be judged", who);
  else
    fmt::format_to(to, "{} is {}", who, kAtmosphereNames[static_cast<std::size_t>(atmosphere.name)]);
  fmt::format_to(to, ": {} message{} by {} voice{} in {} s", figures.n, plural(figures.n), figures.voices,
                 plural(figures.voices), spec_of(atmosphere.window).size.count());
  // The reading that the name is given by: a sentence must not contradict itself.
  const Reading& reading = figures.raw;
  if (atmosphere.name != AtmosphereName::unknown && reading.tone && std::isfinite(*reading.tone)) {
    fmt::format_to(to, ", tone {:+.2f}", *reading.tone);
    if (reading.ci_low && reading.ci_high && std::isfinite(*reading.ci_low) && std::isfinite(*reading.ci_high))
      fmt::format_to(to, " ({:+.2f} to {:+.2f})", *reading.ci_low, *reading.ci_high);
  }
  out.push_back('.');
}

void append_json(std::string& out, const Atmosphere& atmosphere) {
  const Figures& figures = atmosphere.figures;
  out.append("{\"v\":1");
  put_text(out, "key", atmosphere.key);
  member(out, "window");
  fmt::format_to(std::back_inserter(out), R"({{"start_us":{},"end_us":{},"size_s":{},"state":"{}","revision":{}}})",
                 micros(atmosphere.start), micros(atmosphere.end), spec_of(atmosphere.window).size.count(),
                 name_of(atmosphere.state), atmosphere.revision);
  put_said(out, figures);
  if (const auto& divergence = atmosphere.divergence) {
    member(out, "divergence");
    out.push_back('{');
    put_text(out, "against", divergence->against);
    put_real(out, "tone", divergence->tone);
    put_real(out, "ci_low", divergence->ci_low);
    put_real(out, "ci_high", divergence->ci_high);
    put_flag(out, "claimed", divergence->claimed);
    out.push_back('}');
  }
  if (atmosphere.silence) append_silence(out, *atmosphere.silence);
  put_real(out, "dispersion", figures.dispersion);
  put_real(out, "rate_per_min", atmosphere.rate_per_min);
  put_text(out, "name", kAtmosphereNames[static_cast<std::size_t>(atmosphere.name)]);
  // A sentence is short enough for its own string; it is the one allocation here.
  std::string sentence;
  write_sentence(sentence, atmosphere);
  put_text(out, "sentence", sentence);
  put_shares(out, figures);
  // Not in put_shares: what was read from disk knows no past of its voices.
  put_real(out, "periodic_share", figures.periodic_share);
  put_text(out, "scorer", atmosphere.scorer);
  member(out, "sources");
  out.push_back('[');
  for (const std::string& source : atmosphere.sources) {
    if (out.back() != '[') out.push_back(',');
    append_json_string(out, source);
  }
  out.append("]}");
}

void append_json(std::string& out, const Figures& figures) {
  out.push_back('{');
  put_said(out, figures);
  put_real(out, "dispersion", figures.dispersion);
  put_shares(out, figures);
  out.push_back('}');
}

void append_json(std::string& out, const VoiceEvent& event) {
  out.append("{\"v\":1");
  put_text(out, "list", event.list);
  put_text(out, "role", event.role);
  put_count(out, "time_us", micros(event.time));
  put_count(out, "seen_us", micros(event.seen));
  member(out, "topics");
  out.push_back('[');
  for (const std::string& topic : event.topics) {
    if (out.back() != '[') out.push_back(',');
    append_json_string(out, topic);
  }
  out.push_back(']');
  put_text(out, "lang", event.lang);
  put_flag(out, "reply", event.traits.reply);
  put_flag(out, "reshare", event.traits.reshare);
  put_flag(out, "question", event.traits.question);
  put_flag(out, "link", event.traits.link);
  if (!event.author.empty()) put_text(out, "author", event.author);
  out.push_back('}');
}

void append_json(std::string& out, const Alert& alert) {
  out.append("{\"v\":1");
  append_alert_members(out, alert);
  out.push_back('}');
}

void append_json(std::string& out, const Pulse& pulse, uint64_t epoch, uint64_t global_seq) {
  out.push_back('{');
  put_number(out, "epoch", epoch);
  put_number(out, "global_seq", global_seq);
  member(out, "watermark_us");
  if (pulse.watermark == kNoInstant)
    out.append("null");
  else
    append_i64(out, micros(pulse.watermark));
  member(out, "sources");
  out.push_back('{');
  for (const SourceHealth& source : pulse.sources) {
    if (out.back() != '{') out.push_back(',');
    append_json_string(out, source.name);
    out.append(":{");
    put_text(out, "state", kSourceStateNames[static_cast<std::size_t>(source.state)]);
    put_real(out, "lag_s", source.lag_s);
    put_real(out, "age_s", source.age_s);
    out.push_back('}');
  }
  out.push_back('}');
  put_real(out, "shed_ratio", pulse.shed_ratio);
  put_real(out, "coverage", pulse.coverage);
  out.push_back('}');
}

void append_json(std::string& out, const PrefixSum& sum, uint64_t epoch, uint64_t global_seq) {
  out.push_back('{');
  put_number(out, "epoch", epoch);
  put_number(out, "global_seq", global_seq);
  put_number(out, "keys", sum.keys);
  put_number(out, "key_seq_sum", sum.key_seq_sum);
  out.push_back('}');
}

void append_control_json(std::string& out, std::string_view event) {
  out.push_back('{');
  put_text(out, "event", event);
  out.push_back('}');
}

}  // namespace roomtone::publish
