#include "publish/explanation_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <cmath>
#include <iterator>

#include "model/key.hpp"
#include "publish/json_body.hpp"
#include "publish/json_fields.hpp"

namespace roomtone::publish {

namespace json = boost::json;

namespace {

/// A JSON object that is being written. The same members, in the same order, as FromJson reads.
class ToJson {
 public:
  explicit ToJson(std::string& out) : out_(out) {}

  void member(std::string_view name) {
    if (!out_.empty() && out_.back() != '{') out_.push_back(',');
    out_.append("\"").append(name).append("\":");
  }
  void number(std::string_view name, const int64_t& value) {
    member(name);
    fmt::format_to(std::back_inserter(out_), "{}", value);
  }
  void real(std::string_view name, const std::optional<double>& value) {
    member(name);
    if (!value || !std::isfinite(*value)) return void(out_.append("null"));
    fmt::format_to(std::back_inserter(out_), "{:.6f}", std::abs(*value) < 0.0000005 ? 0.0 : *value);
  }
  void text(std::string_view name, std::string_view value) {
    member(name);
    append_json_string(out_, value);
  }
  template <typename Write>
  void object(std::string_view name, Write write) {
    member(name);
    out_.push_back('{');
    write(*this);
    out_.push_back('}');
  }
  template <typename Items, typename Write>
  void array(std::string_view name, const Items& items, Write write) {
    member(name);
    out_.push_back('[');
    for (const auto& item : items) {
      if (out_.back() != '[') out_.push_back(',');
      out_.push_back('{');
      write(*this, item);
      out_.push_back('}');
    }
    out_.push_back(']');
  }

 private:
  std::string& out_;
};

/// The same calls, reading.
class FromJson {
 public:
  explicit FromJson(const json::object& object) : fields_(object) {}

  [[nodiscard]] bool ok() const { return fields_.ok(); }
  template <typename Number>
  void number(std::string_view name, Number& to) {
    fields_.number(name, to);
  }
  template <typename Real>
  void real(std::string_view name, Real& to) {
    fields_.real(name, to);
  }
  void text(std::string_view name, std::string& to) { fields_.text(name, to); }
  template <typename Read>
  void object(std::string_view name, Read read) {
    const json::object* inner = fields_.object(name);
    if (inner == nullptr) return;
    FromJson from(*inner);
    read(from);
    if (!from.ok()) fields_.fail();
  }
  template <typename Items, typename Read>
  void array(std::string_view name, Items& items, Read read) {
    const json::array* values = fields_.array(name);
    if (values == nullptr) return;
    for (const json::value& value : *values) {
      if (!value.is_object()) return fields_.fail();
      FromJson from(value.get_object());
      read(from, items.emplace_back());
      if (!from.ok()) fields_.fail();
    }
  }

 private:
  JsonFields fields_;
};

// One list of members for both directions: `io` is ToJson with a const part, or FromJson with one to fill.

template <typename Io, typename Side>
void side_members(Io& io, Side& side) {
  io.number("n", side.n);
  io.number("voices", side.voices);
  io.real("tone", side.tone);
  io.real("ci_low", side.ci_low);
  io.real("ci_high", side.ci_high);
  io.real("dispersion", side.dispersion);
  io.real("rate_per_min", side.rate_per_min);
}

template <typename Io, typename One>
void term_members(Io& io, One& term) {
  io.text("word", term.word);
  io.real("share", term.share);
  io.real("effect", term.effect);
  io.number("sampled", term.sampled);
}

template <typename Io, typename Word>
void word_members(Io& io, Word& word) {
  io.text("word", word.word);
  io.real("contribution", word.contribution);
  io.real("frequency", word.frequency);
  io.real("mood", word.mood);
  io.real("share_now", word.share_now);
  io.real("share_before", word.share_before);
  io.real("effect_now", word.effect_now);
  io.real("effect_before", word.effect_before);
  io.number("sampled_now", word.sampled_now);
  io.number("sampled_before", word.sampled_before);
}

template <typename Io, typename AnyShift>
void shift_members(Io& io, AnyShift& shift) {
  io.real("change", shift.change);
  io.real("rest", shift.rest);
  io.real("gap", shift.gap);
  io.number("sampled_now", shift.sampled_now);
  io.number("sampled_before", shift.sampled_before);
  io.array("words", shift.words, [](auto& in, auto& word) { word_members(in, word); });
}

template <typename Io, typename Voices>
void voices_members(Io& io, Voices& voices) {
  io.real("loudest_share", voices.loudest_share);
  io.real("loudest_share_before", voices.loudest_share_before);
  io.real("loudest_explains", voices.loudest_explains);
  io.real("new_share", voices.new_share);
  io.real("new_message_share", voices.new_message_share);
  io.real("automation_share", voices.automation_share);
  io.real("young_share", voices.young_share);
}

template <typename Io, typename AnyCampaign>
void campaign_members(Io& io, AnyCampaign& campaign) {
  io.number("voices", campaign.voices);
  io.real("share", campaign.share);
  io.real("share_before", campaign.share_before);
  io.real("tone", campaign.tone);
  io.real("explains", campaign.explains);
  io.array("terms", campaign.terms, [](auto& in, auto& term) { term_members(in, term); });
}

/// All but what has another form in JSON than in memory.
template <typename Io, typename Any>
void common_members(Io& io, Any& explanation) {
  io.text("sentence", explanation.sentence);
  io.object("shift", [&](auto& in) { shift_members(in, explanation.shift); });
  io.array("terms", explanation.terms, [](auto& in, auto& term) { term_members(in, term); });
  io.object("voices", [&](auto& in) { voices_members(in, explanation.voices); });
  io.array("campaigns", explanation.campaigns, [](auto& in, auto& campaign) { campaign_members(in, campaign); });
}

void write_side(ToJson& io, std::string_view name, const ExplainedSide& side) {
  io.object(name, [&](ToJson& in) {
    side_members(in, side);
    in.text("name", kAtmosphereNames[static_cast<std::size_t>(side.name)]);
  });
}

/// An unknown name is read as the first of its kind.
template <typename Enum, typename Names>
Enum enumerator(const Names& names, std::string_view name) {
  const auto at = std::ranges::find(names, name);
  return at == names.end() ? Enum{} : static_cast<Enum>(at - names.begin());
}

void read_side(FromJson& io, std::string_view name, ExplainedSide& side) {
  io.object(name, [&](FromJson& in) {
    side_members(in, side);
    std::string called;
    in.text("name", called);
    side.name = enumerator<AtmosphereName>(kAtmosphereNames, called);
  });
}

}  // namespace

void append_explanation(std::string& out, const Explanation& explanation) {
  std::string members;
  ToJson io(members);
  io.text("key", explanation.key);
  io.object("window", [&](ToJson& in) {
    in.number("start_us", micros(explanation.start));
    in.number("end_us", micros(explanation.end));
    in.number("size_s", spec_of(explanation.window).size.count());
  });
  io.object("baseline", [&](ToJson& in) {
    in.number("start_us", micros(explanation.baseline_start));
    in.number("end_us", micros(explanation.start));
    in.number("size_s", baseline_of(explanation.window).count());
  });
  write_side(io, "now", explanation.now);
  write_side(io, "before", explanation.before);
  io.text("cause", kCauseNames[static_cast<std::size_t>(explanation.cause)]);
  common_members(io, explanation);
  out.append(members);
}

Result<Explanation> read_explanation(std::string_view text) {
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !value.is_object()) return fail(ErrorCode::corrupt, "an explanation is not a JSON object");
  FromJson io(value.get_object());
  Explanation explanation;
  int64_t size_s = 0;
  int64_t start_us = 0;
  int64_t end_us = 0;
  int64_t baseline_us = 0;
  std::string cause;
  io.text("key", explanation.key);
  io.object("window", [&](FromJson& in) {
    in.number("start_us", start_us);
    in.number("end_us", end_us);
    in.number("size_s", size_s);
  });
  io.object("baseline", [&](FromJson& in) { in.number("start_us", baseline_us); });
  read_side(io, "now", explanation.now);
  read_side(io, "before", explanation.before);
  io.text("cause", cause);
  common_members(io, explanation);
  const auto spec = std::ranges::find(kWindows, std::chrono::seconds(size_s), &WindowSpec::size);
  if (!io.ok() || spec == kWindows.end() || !valid_key(explanation.key))
    return fail(ErrorCode::corrupt, "not an explanation");
  explanation.window = static_cast<WindowSize>(spec - kWindows.begin());
  explanation.baseline_start = instant_of_micros(baseline_us);
  explanation.start = instant_of_micros(start_us);
  explanation.end = instant_of_micros(end_us);
  explanation.cause = enumerator<Cause>(kCauseNames, cause);
  return explanation;
}

}  // namespace roomtone::publish
