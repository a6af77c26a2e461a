#include "publish/json_body.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <limits>

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

void append_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out.append("null");
    return;
  }
  // What rounds to zero is zero: "-0.000000" would make equal windows differ in bytes.
  fmt::format_to(std::back_inserter(out), "{:.6f}", std::abs(value) < 0.0000005 ? 0.0 : value);
}

void append_double(std::string& out, const std::optional<double>& value) {
  append_double(out, value.value_or(std::numeric_limits<double>::quiet_NaN()));
}

/// Writes `,"name":`, or without the comma behind an opening brace.
void member(std::string& out, std::string_view name) {
  if (out.back() != '{') out.push_back(',');
  out.push_back('"');
  out.append(name);
  out.append("\":");
}

void append_reading(std::string& out, const Reading& reading) {
  out.push_back('{');
  member(out, "tone"), append_double(out, reading.tone);
  member(out, "ci_low"), append_double(out, reading.ci_low);
  member(out, "ci_high"), append_double(out, reading.ci_high);
  member(out, "pos"), append_double(out, reading.pos);
  member(out, "neg"), append_double(out, reading.neg);
  member(out, "neutral"), append_double(out, reading.neutral);
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

void append_json_u64(std::string& out, uint64_t value) {
  if (value > kExactInDouble)
    fmt::format_to(std::back_inserter(out), "\"{}\"", value);
  else
    fmt::format_to(std::back_inserter(out), "{}", value);
}

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
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
  member(out, "key"), append_json_string(out, atmosphere.key);
  member(out, "window");
  fmt::format_to(std::back_inserter(out), R"({{"start_us":{},"end_us":{},"size_s":{},"state":"{}","revision":{}}})",
                 micros(atmosphere.start), micros(atmosphere.end), spec_of(atmosphere.window).size.count(),
                 name_of(atmosphere.state), atmosphere.revision);
  member(out, "n"), append_i64(out, figures.n);
  member(out, "voices"), append_i64(out, figures.voices);
  member(out, "unique_n"), append_i64(out, figures.unique_n);
  member(out, "pos"), append_i64(out, figures.pos);
  member(out, "neg"), append_i64(out, figures.neg);
  member(out, "neutral"), append_i64(out, figures.neutral);
  member(out, "unscored"), append_i64(out, figures.unscored);
  member(out, "readings"), out.push_back('{');
  member(out, "raw"), append_reading(out, figures.raw);
  member(out, "voice"), append_reading(out, figures.voice);
  out.push_back('}');
  member(out, "dispersion"), append_double(out, figures.dispersion);
  member(out, "rate_per_min"), append_double(out, atmosphere.rate_per_min);
  member(out, "name");
  append_json_string(out, kAtmosphereNames[static_cast<std::size_t>(atmosphere.name)]);
  // A sentence is short enough for its own string; it is the one allocation here.
  std::string sentence;
  write_sentence(sentence, atmosphere);
  member(out, "sentence"), append_json_string(out, sentence);
  member(out, "coverage"), append_double(out, figures.coverage);
  member(out, "automation_share"), append_double(out, figures.automation_share);
  member(out, "reply_share"), append_double(out, figures.reply_share);
  member(out, "reshare_share"), append_double(out, figures.reshare_share);
  member(out, "scorer"), append_json_string(out, atmosphere.scorer);
  member(out, "sources"), out.push_back('[');
  for (const std::string& source : atmosphere.sources) {
    if (out.back() != '[') out.push_back(',');
    append_json_string(out, source);
  }
  out.append("]}");
}

void append_json(std::string& out, const Pulse& pulse, uint64_t epoch, uint64_t global_seq) {
  out.push_back('{');
  member(out, "epoch"), append_json_u64(out, epoch);
  member(out, "global_seq"), append_json_u64(out, global_seq);
  member(out, "watermark_us");
  if (pulse.watermark == kNoInstant)
    out.append("null");
  else
    append_i64(out, micros(pulse.watermark));
  member(out, "sources"), out.push_back('{');
  for (const SourceHealth& source : pulse.sources) {
    if (out.back() != '{') out.push_back(',');
    append_json_string(out, source.name);
    out.append(":{");
    member(out, "state"), append_json_string(out, kSourceStateNames[static_cast<std::size_t>(source.state)]);
    member(out, "lag_s"), append_double(out, source.lag_s);
    member(out, "age_s"), append_double(out, source.age_s);
    out.push_back('}');
  }
  out.push_back('}');
  member(out, "shed_ratio"), append_double(out, pulse.shed_ratio);
  member(out, "coverage"), append_double(out, pulse.coverage);
  out.push_back('}');
}

void append_json(std::string& out, const PrefixSum& sum, uint64_t epoch, uint64_t global_seq) {
  out.push_back('{');
  member(out, "epoch"), append_json_u64(out, epoch);
  member(out, "global_seq"), append_json_u64(out, global_seq);
  member(out, "keys"), append_json_u64(out, sum.keys);
  member(out, "key_seq_sum"), append_json_u64(out, sum.key_seq_sum);
  out.push_back('}');
}

void append_control_json(std::string& out, std::string_view event) {
  out.push_back('{');
  member(out, "event"), append_json_string(out, event);
  out.push_back('}');
}

}  // namespace roomtone::publish
