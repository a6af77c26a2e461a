#include "cli/explain_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "base/time.hpp"
#include "cli/terminal_text.hpp"

namespace roomtone::cli {

namespace {

constexpr std::size_t kWide = 120;       // bars grow no longer
constexpr std::size_t kNameCells = 15;   // of words in a column; a longer one pushes what follows it
constexpr std::size_t kLegendHalf = 8;   // narrower bars say it themselves
constexpr std::size_t kHalfMin = 6;      // nor shorter
constexpr std::size_t kNumberCells = 7;  // "-0.123 "
constexpr std::size_t kWordCells = 50;   // word, and what happened to it

/// Ranges of code points that take cells of their own, from left to right, and do nothing else.
struct Range {
  char32_t first;
  char32_t last;
};
constexpr std::array<Range, 14> kLetters = {{{0x00c0, 0x024f},
                                             {0x0370, 0x03ff},
                                             {0x0400, 0x0482},
                                             {0x048a, 0x052f},
                                             {0x0531, 0x0587},
                                             {0x10a0, 0x10ff},
                                             {0x1e00, 0x1fff},
                                             {0x2018, 0x2019},
                                             {0x2600, 0x27bf},
                                             {0x3041, 0x30ff},
                                             {0x3400, 0x4dbf},
                                             {0x4e00, 0x9fff},
                                             {0xac00, 0xd7a3},
                                             {0x1f300, 0x1faff}}};

/// The code point that begins `text` and its length; a length of 0 where none does.
std::pair<char32_t, std::size_t> code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xc2 ? 0
                           : first < 0xe0 ? 2
                           : first < 0xf0 ? 3
                           : first < 0xf5 ? 4
                                          : 0;
  if (size == 0 || size > text.size()) return {0, 0};
  char32_t point = size == 1 ? first : first & (0x7f >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {0, 0};
    point = point << 6 | (byte(i) & 0x3f);
  }
  return {point, size};
}

std::string signed_number(double value) { return fmt::format("{:+.2f}", std::abs(value) < 0.005 ? 0.0 : value); }
std::string percent(double share) { return fmt::format("{:.0f} %", share * 100); }

void wrap(std::string_view text, const ExplainScreen& screen, Paint paint, std::vector<std::string>& lines,
          std::size_t indent = 0) {
  add_wrapped(text, {.columns = screen.columns, .colour = screen.colour, .indent = indent}, paint, lines);
}

Paint paint_of(AtmosphereName name) {
  switch (name) {
    case AtmosphereName::buoyant: return Paint::good;
    case AtmosphereName::calm: return Paint::fair;
    case AtmosphereName::uneasy: return Paint::warn;
    case AtmosphereName::tense: return Paint::bad;
    case AtmosphereName::divided: return Paint::mixed;
    default: return Paint::dim;
  }
}

void draw_side(const char* title, Instant from, Instant to, const ExplainedSide& side, const ExplainScreen& screen,
               std::vector<std::string>& lines) {
  ScreenLine line(screen.columns, screen.colour);
  line.add(title, Paint::dim).to(9);
  const std::string begin = format_rfc3339(from);
  const std::string end = format_rfc3339(to);
  line.add(begin.substr(0, 10)).add(" ").add(begin.substr(11, 8)).add(" to ");
  if (end.substr(0, 10) != begin.substr(0, 10)) line.add(end.substr(0, 10)).add(" ");
  line.add(end.substr(11, 8)).add("  ");
  line.add(side.tone ? "tone " + signed_number(*side.tone) : std::string("no tone"), Paint::bold);
  if (side.ci_low && side.ci_high)
    line.add(fmt::format(" ({} to {})", signed_number(*side.ci_low), signed_number(*side.ci_high)), Paint::dim);
  line.add(" ").add(kAtmosphereNames[static_cast<std::size_t>(side.name)], paint_of(side.name));
  lines.push_back(line.take());
  ScreenLine volume(screen.columns, screen.colour);
  volume.to(9).add(fmt::format("{} message{} by {} voice{}, {:.1f} a minute", side.n, side.n == 1 ? "" : "s",
                               side.voices, side.voices == 1 ? "" : "s", side.rate_per_min));
  lines.push_back(volume.take());
}

/// A bar from the middle line outward.
void draw_bar(ScreenLine& line, double part, std::size_t half, const ExplainScreen& screen) {
  const std::size_t middle = line.used() + half;
  const double cells = std::min(1.0, std::abs(part)) * static_cast<double>(half);
  auto full = static_cast<std::size_t>(cells);
  // Half a cell more where it rounds so; a bar that is not nothing shows as something.
  bool more = cells - static_cast<double>(full) >= 0.5 || (full == 0 && part != 0);
  if (!screen.unicode && more) {
    ++full;
    more = false;
  }
  full = std::min(full, half);
  const Paint paint = part < 0 ? Paint::bad : Paint::good;
  std::string bar;
  const std::string_view block = screen.unicode ? "█" : "#";
  if (part < 0 && more && full < half) bar += "▐";
  for (std::size_t i = 0; i < full; ++i) bar += block;
  if (part > 0 && more && full < half) bar += "▌";
  if (part < 0) {
    line.right(bar, middle, paint).add(screen.unicode ? "│" : "|", Paint::dim).to(middle + 1 + half);
  } else {
    line.to(middle).add(screen.unicode ? "│" : "|", Paint::dim).add(bar, paint).to(middle + 1 + half);
  }
}

std::string what_happened(const WordShift& word) {
  std::string out;
  if (std::abs(word.frequency) >= std::abs(word.mood)) {
    out = word.share_now >= word.share_before ? "more often" : "less often";
  } else {
    out = word.mood > 0 ? "brighter mood" : "darker mood";
  }
  return out + fmt::format(", {:.1f} per 100, was {:.1f}", word.share_now * 100, word.share_before * 100);
}

void draw_shift(const Shift& shift, const ExplainScreen& screen, std::vector<std::string>& lines) {
  if (shift.sampled_now == 0 || shift.sampled_before == 0) return;
  std::string heading = fmt::format("What moved it by {} (in a sample of {} messages, after {}",
                                    signed_number(shift.change), shift.sampled_now, shift.sampled_before);
  if (shift.gap && std::abs(*shift.gap) >= 0.005)
    heading += fmt::format("; the sample misses {}", signed_number(*shift.gap));
  wrap(heading + ")", screen, Paint::bold, lines);
  double longest = std::abs(shift.rest);
  for (const WordShift& word : shift.words) longest = std::max(longest, std::abs(word.contribution));
  if (longest == 0) return;
  const std::size_t width = std::min(screen.columns, kWide);
  const std::size_t taken = kNumberCells + 1 + kWordCells;
  const std::size_t half = std::max(kHalfMin, width > taken ? (width - taken) / 2 : 0);
  const auto draw = [&](double contribution, std::string_view word, const std::string& what) {
    ScreenLine line(screen.columns, screen.colour);
    line.right(fmt::format("{:+.3f}", std::abs(contribution) < 0.0005 ? 0.0 : contribution), kNumberCells - 1)
        .to(kNumberCells);
    draw_bar(line, contribution / longest, half, screen);
    line.add(" ").add(word, Paint::bold).add(" ").to(kNumberCells + 2 * half + 1 + kNameCells).add(what, Paint::dim);
    lines.push_back(line.take());
  };
  if (half >= kLegendHalf) {
    ScreenLine legend(screen.columns, screen.colour);
    legend.right("darker ", kNumberCells + half, Paint::dim).add(screen.unicode ? "│" : "|", Paint::dim);
    lines.push_back(legend.add(" brighter", Paint::dim).take());
  }
  for (const WordShift& word : shift.words)
    draw(word.contribution, words_for_terminal(word.word, screen.unicode), what_happened(word));
  draw(shift.rest, "everything else", "");
}

void draw_voices(const Explanation& e, const ExplainScreen& screen, std::vector<std::string>& lines) {
  const ExplainedVoices& v = e.voices;
  wrap("Voices", screen, Paint::bold, lines);
  wrap(fmt::format("  The loudest wrote {} ({} before); without it {} of the change is gone.", percent(v.loudest_share),
                   percent(v.loudest_share_before), percent(v.loudest_explains)),
       screen, Paint::none, lines, 2);
  wrap(fmt::format(
           "  {} of the voices are new, and wrote {}. Declared automation wrote {}; accounts under 30 days are {}.",
           percent(v.new_share), percent(v.new_message_share), percent(v.automation_share), percent(v.young_share)),
       screen, Paint::none, lines, 2);
}

void draw_terms(std::string text, const std::vector<Term>& terms, const ExplainScreen& screen,
                std::vector<std::string>& lines, std::size_t indent) {
  const char* before = "";
  for (const Term& term : terms) {
    text += before + words_for_terminal(term.word, screen.unicode) + fmt::format(" {:.0f}", term.share * 100);
    before = ", ";
  }
  wrap(text, screen, Paint::none, lines, indent);
}

void draw_campaigns(const Explanation& e, const ExplainScreen& screen, std::vector<std::string>& lines) {
  if (e.campaigns.empty()) return;
  lines.emplace_back();
  wrap("Campaigns", screen, Paint::bold, lines);
  for (const ExplainedCampaign& c : e.campaigns) {
    wrap(fmt::format("  {} of the messages ({} before) by {} voice{}{}; without it {} of the change is gone.",
                     percent(c.share), percent(c.share_before), c.voices, c.voices == 1 ? "" : "s",
                     c.tone ? ", tone " + signed_number(*c.tone) : "", percent(c.explains)),
         screen, Paint::none, lines, 2);
    if (!c.terms.empty()) draw_terms("    Its words: ", c.terms, screen, lines, 4);
  }
}

}  // namespace

std::string words_for_terminal(std::string_view text, bool unicode) {
  if (!unicode) return escape_for_terminal(text);
  std::string out;
  while (!text.empty()) {
    const auto [point, size] = code_point(text);
    const auto inside = [p = point](const Range& range) { return p >= range.first && p <= range.last; };
    if (size == 1 && point >= 0x20 && point < 0x7f) {
      out.push_back(text.front());
    } else if (size > 1 && std::ranges::any_of(kLetters, inside)) {
      out.append(text.substr(0, size));
    } else if (size > 0) {
      fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<uint32_t>(point));
    } else {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text.front()));
    }
    text.remove_prefix(std::max<std::size_t>(1, size));
  }
  return out;
}

std::vector<std::string> draw_explanation(const Explanation& e, const ExplainScreen& screen) {
  std::vector<std::string> lines;
  wrap(words_for_terminal(e.sentence, screen.unicode), screen, Paint::bold, lines);
  lines.emplace_back();
  draw_side("now", e.start, e.end, e.now, screen, lines);
  draw_side("before", e.baseline_start, e.start, e.before, screen, lines);
  if (e.now.n == 0) return lines;
  lines.emplace_back();
  draw_shift(e.shift, screen, lines);
  lines.emplace_back();
  draw_voices(e, screen, lines);
  draw_campaigns(e, screen, lines);
  if (!e.terms.empty()) {
    lines.emplace_back();
    wrap("Said most (times per 100 messages)", screen, Paint::bold, lines);
    draw_terms("  ", e.terms, screen, lines, 2);
  }
  return lines;
}

}  // namespace roomtone::cli
