#include "cli/watch_screen.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "cli/terminal_text.hpp"
#include "model/key.hpp"
#include "publish/json_body.hpp"

namespace roomtone::cli {
namespace {

// Widths in cells. The room's name and the trail share what the others leave.
constexpr std::size_t kName = 8;
constexpr std::size_t kBar = 17;
constexpr std::size_t kTone = 12;
constexpr std::size_t kRate = 8;
constexpr std::size_t kVoices = 7;
constexpr std::size_t kKeyMin = 16;
constexpr std::size_t kTrailMin = 8;

/// Where each column begins; a column of no width is left out. Narrow terminals lose the trail, then the voices, then
/// the bar: the numbers stay longest.
struct Columns {
  std::size_t key = kKeyMin;
  std::size_t bar = kBar;
  std::size_t trail = 0;
  std::size_t voices = kVoices;

  explicit Columns(std::size_t columns) {
    const auto needed = [&] {
      return key + 1 + kName + (bar > 0 ? bar + 1 : 0) + kTone + 1 + (trail > 0 ? trail + 1 : 0) + kRate + voices;
    };
    trail = kTrailMin;
    if (needed() > columns) trail = 0;
    if (needed() > columns) voices = 0;
    if (needed() > columns) bar = 0;
    if (needed() >= columns) return;
    std::size_t spare = columns - needed();
    const std::size_t more_key = std::min<std::size_t>(trail > 0 ? spare / 2 : spare, 24);
    key += more_key;
    spare -= more_key;
    if (trail > 0) trail += std::min<std::size_t>(spare, 36);
  }
};

Paint paint_of(AtmosphereName name) {
  switch (name) {
    case AtmosphereName::buoyant: return Paint::good;
    case AtmosphereName::calm: return Paint::fair;
    case AtmosphereName::uneasy: return Paint::warn;
    case AtmosphereName::tense: return Paint::bad;
    case AtmosphereName::divided: return Paint::mixed;
    case AtmosphereName::unknown:
    case AtmosphereName::quiet: return Paint::dim;
  }
  return Paint::none;
}

Paint paint_of(std::optional<double> tone) {
  if (!tone) return Paint::dim;
  return *tone > 0.05 ? Paint::good : *tone < -0.05 ? Paint::bad : Paint::none;
}

std::string_view name_of(AtmosphereName name) { return kAtmosphereNames[static_cast<std::size_t>(name)]; }

std::string clock_of(Instant at) { return at == kNoInstant ? "--:--:--" : format_rfc3339(at).substr(11, 8); }

std::string seconds_text(double s) {
  if (s < 99.95) return fmt::format("{:.1f} s", s);
  if (s < 7200) return fmt::format("{:.0f} min", s / 60);
  return fmt::format("{:.0f} h", s / 3600);
}

std::string tone_text(const Reading& reading, bool unicode) {
  if (!reading.tone) return unicode ? "—" : "-";
  // A tone that rounds to nothing has no sign.
  std::string out = std::abs(*reading.tone) < 0.005 ? " 0.00" : fmt::format("{:+.2f}", *reading.tone);
  if (reading.ci_low && reading.ci_high)
    out += fmt::format(" {}{:.2f}", unicode ? "±" : "+-", (*reading.ci_high - *reading.ci_low) / 2);
  return out;
}

std::string number_text(double number) {
  const auto whole = static_cast<int64_t>(std::llround(std::clamp(number, 0.0, 1e15)));
  if (whole < 100'000) return fmt::format("{}", whole);
  if (whole < 10'000'000) return fmt::format("{:.0f}k", static_cast<double>(whole) / 1e3);
  return fmt::format("{:.0f}M", static_cast<double>(whole) / 1e6);
}

struct LinkWords {
  std::string_view text;
  Paint paint;
};
LinkWords words_of(Link link) {
  switch (link) {
    case Link::waiting: return {"waiting for the daemon", Paint::warn};
    case Link::filling: return {"fetching rooms", Paint::warn};
    case Link::live: return {"live", Paint::good};
    case Link::stale: return {"STALE: nothing heard for 3 s", Paint::bad};
    case Link::stopped: return {"the daemon has stopped", Paint::bad};
  }
  return {"", Paint::none};
}

std::string head_line(const WatchState& state, const ScreenLook& look, Instant now) {
  ScreenLine line(look.columns, look.colour);
  const LinkWords link = words_of(state.link);
  line.add("roomtone", Paint::bold).add("  ").add(link.text, link.paint);
  line.add(fmt::format("  window {}", spec_of(state.window).name));
  if (state.pulse) {
    const Pulse& pulse = *state.pulse;
    line.add(fmt::format("  watermark {}", clock_of(pulse.watermark)));
    if (pulse.watermark != kNoInstant)
      line.add(fmt::format(" ({} ago)",
                           seconds_text(std::max(0.0, static_cast<double>((now - pulse.watermark).count()) / 1e6))));
    line.add(fmt::format("  coverage {:.0f} %", pulse.coverage * 100),
             pulse.coverage < 0.5 ? Paint::warn : Paint::none);
    if (pulse.shed_ratio > 0) line.add(fmt::format("  shed {:.1f} %", pulse.shed_ratio * 100), Paint::bad);
  }
  return line.take();
}

std::string source_line(const WatchState& state, const ScreenLook& look) {
  ScreenLine line(look.columns, look.colour);
  if (!state.pulse) return line.add(escape_for_terminal(state.endpoint), Paint::dim).take();
  for (const SourceHealth& source : state.pulse->sources) {
    if (line.used() > 0) line.add("   ");
    const Paint paint = source.state == SourceState::live          ? Paint::good
                        : source.state == SourceState::catching_up ? Paint::fair
                        : source.state == SourceState::stalled     ? Paint::bad
                        : source.state == SourceState::down        ? Paint::bad
                                                                   : Paint::dim;
    line.add(escape_for_terminal(source.name))
        .add(" ")
        .add(kSourceStateNames[static_cast<std::size_t>(source.state)], paint);
    if (source.lag_s) line.add(fmt::format(" lag {}", seconds_text(std::max(0.0, *source.lag_s))));
  }
  return line.take();
}

std::string title_line(const Columns& columns, const ScreenLook& look, bool by_tone) {
  ScreenLine line(look.columns, look.colour);
  std::size_t at = 0;
  const auto left = [&](std::string_view title, std::size_t cells) {
    line.to(at).add(title, Paint::dim);
    at += cells;
  };
  left("ROOM", columns.key + 1);
  left("MOOD", kName);
  if (columns.bar > 0) {
    left("-1", columns.bar + 1);
    line.right("+1", at - 1, Paint::dim);
  }
  left(by_tone ? "TONE^" : "TONE", kTone + 1);
  if (columns.trail > 0) left("TRAIL", columns.trail + 1);
  line.right(by_tone ? "MSG/MIN" : "MSG/MINv", at + kRate, Paint::dim);
  if (columns.voices > 0) line.right("VOICES", at + kRate + columns.voices, Paint::dim);
  return line.take();
}

std::string room_line(const WatchState& state, const RoomTrail& room, const Columns& columns, const ScreenLook& look) {
  const Atmosphere& a = room.newest;
  const bool past = state.past(room);
  const AtmosphereName name = past ? AtmosphereName::quiet : a.name;
  const Reading reading = past ? Reading{} : a.figures.raw;
  std::string key = escape_for_terminal(a.key);
  if (key.size() > columns.key) key = key.substr(0, columns.key - 1) + "~";

  ScreenLine line(look.columns, look.colour);
  std::size_t at = 0;
  const auto left = [&](std::string_view text, Paint paint, std::size_t cells) {
    line.to(at).add(text, past ? Paint::dim : paint);
    at += cells;
  };
  left(key, a.key == kRoomKey ? Paint::bold : Paint::none, columns.key + 1);
  left(name_of(name), paint_of(name), kName);
  if (columns.bar > 0) left(mood_bar(reading, columns.bar, look.unicode), paint_of(reading.tone), columns.bar + 1);
  left(tone_text(reading, look.unicode), Paint::none, kTone + 1);
  if (columns.trail > 0) left(tone_spark(room, columns.trail, look.unicode), Paint::fair, columns.trail + 1);
  line.right(number_text(past ? 0 : a.rate_per_min), at + kRate);
  if (columns.voices > 0)
    line.right(number_text(past ? 0 : static_cast<double>(a.figures.voices)), at + kRate + columns.voices);
  return line.take();
}

}  // namespace

std::string mood_bar(const Reading& reading, std::size_t cells, bool unicode) {
  const std::string_view track = unicode ? "─" : "-";
  const std::string_view interval = unicode ? "━" : "=";
  const std::string_view centre = unicode ? "│" : "|";
  const std::string_view marker = unicode ? "█" : "#";
  const auto cell_of = [&](double tone) {
    return static_cast<std::size_t>(
        std::lround((std::clamp(tone, -1.0, 1.0) + 1) / 2 * static_cast<double>(cells - 1)));
  };
  std::string out;
  for (std::size_t i = 0; i < cells; ++i) {
    if (reading.tone && i == cell_of(*reading.tone))
      out.append(marker);
    else if (i == cells / 2)
      out.append(centre);
    else if (reading.ci_low && reading.ci_high && i >= cell_of(*reading.ci_low) && i <= cell_of(*reading.ci_high))
      out.append(interval);
    else
      out.append(track);
  }
  return out;
}

std::string tone_spark(const RoomTrail& trail, std::size_t cells, bool unicode) {
  constexpr std::string_view kBlocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr std::string_view kAscii[] = {"_", ".", ",", "-", "~", "=", "^", "'"};
  std::string out;
  const std::size_t shown = std::min(cells, trail.points.size());
  for (std::size_t i = trail.points.size() - shown; i < trail.points.size(); ++i) {
    const auto tone = trail.points[i].tone;
    if (!tone) {
      out.push_back(' ');
      continue;
    }
    const auto level = static_cast<std::size_t>(std::clamp((*tone + 0.5) * 8, 0.0, 7.0));
    out.append(unicode ? kBlocks[level] : kAscii[level]);
  }
  return out;
}

std::vector<std::string> draw_screen(const WatchState& state, const ScreenLook& look, Instant now) {
  std::vector<std::string> lines;
  const Columns columns(look.columns);
  lines.push_back(head_line(state, look, now));
  lines.push_back(source_line(state, look));
  lines.emplace_back();
  lines.push_back(title_line(columns, look, state.by_tone));
  const auto rooms = state.sorted();
  constexpr std::size_t kFrameLines = 5;  // what is above, and the footer
  const std::size_t shown = look.rows > kFrameLines ? std::min(rooms.size(), look.rows - kFrameLines) : 0;
  for (std::size_t i = 0; i < shown; ++i) lines.push_back(room_line(state, *rooms[i], columns, look));
  while (lines.size() + 1 < look.rows) lines.emplace_back();
  ScreenLine footer(look.columns, look.colour);
  footer.add(fmt::format("q quit  w window  s sort by {}   ", state.by_tone ? "volume" : "tone"), Paint::dim);
  footer.add(rooms.empty() ? std::string("no rooms yet") : fmt::format("{} of {} rooms", shown, rooms.size()),
             Paint::dim);
  lines.push_back(footer.take());
  if (lines.size() > look.rows) lines.resize(look.rows);
  return lines;
}

std::string plain_line(const Atmosphere& a) {
  const Reading& raw = a.figures.raw;
  std::string tone = "tone -";
  if (raw.tone) tone = fmt::format("tone {:+.3f}", *raw.tone);
  if (raw.tone && raw.ci_low && raw.ci_high) tone += fmt::format(" +-{:.3f}", (*raw.ci_high - *raw.ci_low) / 2);
  constexpr std::string_view kStates[] = {"partial", "final", "corrected"};
  return fmt::format("{} {} {} {} {} {} n {} per_min {:.1f} voices {}", format_rfc3339(a.end),
                     escape_for_terminal(a.key), spec_of(a.window).name, kStates[static_cast<std::size_t>(a.state)],
                     name_of(a.name), tone, a.figures.n, a.rate_per_min, a.figures.voices);
}

std::string json_line(const Atmosphere& a, std::string_view sentence, uint64_t key_seq, uint64_t global_seq) {
  constexpr std::string_view kStates[] = {"partial", "final", "corrected"};
  const auto number = [](std::optional<double> value) {
    return value && std::isfinite(*value) ? fmt::format("{:.6f}", *value) : std::string("null");
  };
  const auto reading = [&](const Reading& r) {
    return fmt::format(R"({{"tone":{},"ci_low":{},"ci_high":{},"pos":{},"neg":{},"neutral":{}}})", number(r.tone),
                       number(r.ci_low), number(r.ci_high), number(r.pos), number(r.neg), number(r.neutral));
  };
  const Figures& f = a.figures;
  std::string campaigns;
  for (const Campaign& campaign : publish::published(f.campaigns))
    campaigns += fmt::format(R"({}{{"id":"{}","share":{},"n":{},"voices":{}}})", campaigns.empty() ? "" : ",",
                             publish::campaign_id(campaign), number(campaign.share), campaign.n, campaign.voices);
  return fmt::format(
      R"({{"key":"{}","window":"{}","start":"{}","end":"{}","state":"{}","revision":{},"name":"{}","n":{},"pos":{},"neg":{},)"
      R"("neutral":{},"unscored":{},"voices":{},"unique_n":{},"rate_per_min":{},"raw":{},"voice":{},"reputable":{},)"
      R"("dispersion":{},"coverage":{},"automation_share":{},"reply_share":{},"reshare_share":{},"real_share":{},)"
      R"("young_share":{},"concentration":{},"top_voice_share":{},"campaigns":[{}],)"
      R"("periodic_share":{},"scorer":"{}","sentence":"{}","key_seq":{},"global_seq":{}}})",
      escape_for_json(a.key), spec_of(a.window).name, format_rfc3339(a.start), format_rfc3339(a.end),
      kStates[static_cast<std::size_t>(a.state)], a.revision, name_of(a.name), f.n, f.pos, f.neg, f.neutral, f.unscored,
      f.voices, f.unique_n, number(a.rate_per_min), reading(f.raw), reading(f.voice), reading(f.reputable),
      number(f.dispersion), number(f.coverage), number(f.automation_share), number(f.reply_share),
      number(f.reshare_share), number(f.real_share), number(f.young_share), number(f.concentration),
      number(f.top_voice_share), campaigns, number(f.periodic_share), escape_for_json(a.scorer),
      escape_for_json(sentence), key_seq, global_seq);
}

}  // namespace roomtone::cli
