#include "cli/backtest_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/explain_screen.hpp"
#include "cli/terminal_text.hpp"

namespace roomtone::cli {

namespace {

using std::chrono::seconds;

constexpr std::size_t kChartLabel = 7;  // cells before a chart: "+0.42  "
constexpr std::size_t kChartMax = 96;   // a longer one is no easier to read
constexpr std::size_t kChartMin = 10;
constexpr double kRangeMin = 0.1;  // of a chart: a tone that hardly moves shall look like that

/// "45s", "12m", "3h10m", "2d4h".
std::string span_text(std::chrono::microseconds span) {
  const auto s = std::max<int64_t>(0, std::chrono::floor<seconds>(span).count());
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3600) return fmt::format("{}m", s / 60);
  if (s < 86'400) return fmt::format("{}h{}m", s / 3600, s / 60 % 60);
  return fmt::format("{}d{}h", s / 86'400, s / 3600 % 24);
}

std::string time_text(Instant at) { return format_rfc3339(at).substr(0, 19) + "Z"; }

Instant end_of(const Alert& alert, Instant to) { return alert.ends == kNoInstant ? to : std::min(alert.ends, to); }

struct RuleSum {
  std::size_t alerts = 0;
  std::vector<std::chrono::microseconds> lasted;
  std::map<std::string_view, int> rooms;

  void add(const Alert& alert, Instant to) {
    ++alerts;
    ++rooms[alert.key];
    lasted.push_back(std::max(std::chrono::microseconds(0), end_of(alert, to) - alert.starts));
  }
};

class Drawing {
 public:
  Drawing(const BacktestReport& report, const BacktestScreen& screen) : report_(report), screen_(screen) {}

  [[nodiscard]] std::vector<std::string> draw() {
    heading();
    table();
    alerts();
    for (const BacktestChart& chart : report_.charts) draw(chart);
    return std::move(lines_);
  }

 private:
  [[nodiscard]] ScreenLine line() const { return {screen_.columns, screen_.colour}; }
  [[nodiscard]] Column column(std::size_t indent) const {
    return {.columns = screen_.columns, .colour = screen_.colour, .indent = indent};
  }

  void heading() {
    const auto span = report_.to - report_.from;
    add_wrapped(fmt::format("{} to {} ({}), {} {}", time_text(report_.from), time_text(report_.to), span_text(span),
                            report_.rooms, report_.rooms == 1 ? "room" : "rooms"),
                column(0), Paint::bold, lines_);
    add_wrapped("heard: " + escape_for_terminal(report_.heard), column(2), Paint::dim, lines_);
    for (const std::string& note : report_.notes) add_wrapped(escape_for_terminal(note), column(2), Paint::dim, lines_);
  }

  void table() {
    std::map<std::string_view, RuleSum> sums;
    RuleSum all;
    for (const Alert& alert : report_.alerts) {
      sums[backtest_rule_of(alert)].add(alert, report_.to);
      all.add(alert, report_.to);
    }
    lines_.emplace_back();
    const double days = std::chrono::duration<double>(report_.to - report_.from).count() / 86'400;
    row("RULE", "ALERTS", "A DAY", "ROOMS", "LASTED", Paint::none);
    for (const std::string_view rule : kBacktestRules)
      if (const auto sum = sums.find(rule); sum != sums.end()) row(rule, sum->second, days, Paint::none);
    row("all", all, days, Paint::bold);
    // What was asked for, beside what there is.
    const double expected = days * static_cast<double>(report_.rooms) / report_.days_between;
    add_wrapped(fmt::format("Asked for: at most one false alarm per room in {:g} days, which is at most {:.3g} here.",
                            report_.days_between, expected),
                column(2), Paint::dim, lines_);
  }

  void row(std::string_view rule, const std::string& alerts, const std::string& a_day, const std::string& rooms,
           const std::string& lasted, Paint paint) {
    lines_.push_back(
        line().add(rule, paint).right(alerts, 20).right(a_day, 27).right(rooms, 33).right(lasted, 40).take());
  }
  void row(std::string_view rule, RuleSum& sum, double days, Paint paint) {
    std::string lasted = "-";
    if (!sum.lasted.empty()) {
      std::ranges::nth_element(sum.lasted, sum.lasted.begin() + static_cast<std::ptrdiff_t>(sum.lasted.size() / 2));
      lasted = span_text(sum.lasted[sum.lasted.size() / 2]);
    }
    row(rule, std::to_string(sum.alerts),
        days > 0 ? fmt::format("{:.2f}", static_cast<double>(sum.alerts) / days) : "-",
        std::to_string(sum.rooms.size()), lasted, paint);
  }

  void alerts() {
    for (const Alert& alert : report_.alerts) {
      lines_.emplace_back();
      const bool on = alert.ends == kNoInstant || alert.ends > report_.to;
      const std::string lasted = span_text(end_of(alert, report_.to) - alert.starts);
      const std::string key = escape_for_terminal(alert.key);
      const std::string how_long = on ? "goes on, " + lasted + " so far" : "lasted " + lasted;
      ScreenLine first = line();
      first.add(time_text(alert.starts), Paint::bold).add("  ").add(backtest_rule_of(alert), paint_of(alert));
      if (first.used() + key.size() + how_long.size() + 4 <= screen_.columns) {
        lines_.push_back(first.add("  ").add(key).add("  ").add(how_long).take());
      } else {
        lines_.push_back(first.take());
        add_wrapped("  " + key + ", " + how_long, column(2), Paint::none, lines_);
      }
      add_wrapped("  " + words_for_terminal(alert.sentence, screen_.unicode), column(2), Paint::none, lines_);
    }
  }

  static Paint paint_of(const Alert& alert) {
    if (alert.kind == AlertKind::tone_shift) return alert.up ? Paint::good : Paint::bad;
    return alert.kind == AlertKind::polarised ? Paint::mixed : Paint::warn;
  }

  static char mark_of(const Alert& alert) {
    switch (alert.kind) {
      case AlertKind::tone_shift: return alert.up ? '^' : 'v';
      case AlertKind::volume_spike: return 's';
      case AlertKind::volume_drop: return 'd';
      case AlertKind::polarised: return 'p';
      default: return '*';
    }
  }

  void draw(const BacktestChart& chart) {
    if (chart.tone.empty() || screen_.columns < kChartLabel + kChartMin) return;
    double low = 2;
    double high = -2;
    for (const auto& tone : chart.tone) {
      if (!tone) continue;
      low = std::min(low, *tone);
      high = std::max(high, *tone);
    }
    if (low > high) return;
    const double missing = std::max(0.0, kRangeMin - (high - low)) / 2;
    low -= missing;
    high += missing;

    lines_.emplace_back();
    add_wrapped(fmt::format("{}: its tone, {} a cell, {:+.2f} to {:+.2f}", escape_for_terminal(chart.key),
                            span_text(chart.cell), low, high),
                column(2), Paint::dim, lines_);
    static constexpr std::array<std::string_view, 8> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static constexpr std::string_view kPlain = "_.,-~=*#";
    ScreenLine course = line();
    course.add("tone").to(kChartLabel);
    for (const auto& tone : chart.tone) {
      if (!tone) {
        course.add(" ");
        continue;
      }
      const auto level = static_cast<std::size_t>(std::clamp((*tone - low) / (high - low) * 8, 0.0, 7.0));
      course.add(screen_.unicode ? kBlocks[level] : kPlain.substr(level, 1), Paint::fair);
    }
    lines_.push_back(course.take());

    std::string marks(chart.tone.size(), ' ');
    for (const Alert& alert : report_.alerts) {
      if (alert.key != chart.key || alert.starts < chart.from) continue;
      const auto at = static_cast<std::size_t>((alert.starts - chart.from) / chart.cell);
      if (at < marks.size()) marks[at] = marks[at] == ' ' || marks[at] == mark_of(alert) ? mark_of(alert) : '+';
    }
    if (marks.find_first_not_of(' ') != std::string::npos) {
      ScreenLine drawn = line();
      lines_.push_back(drawn.add("alerts").to(kChartLabel).add(marks, Paint::bad).take());
      add_wrapped("       v tone falls, ^ rises, s surge, d drop of volume, p tones apart, * else, + several",
                  column(kChartLabel), Paint::dim, lines_);
    }
  }

  const BacktestReport& report_;
  const BacktestScreen& screen_;
  std::vector<std::string> lines_;
};

}  // namespace

std::string_view backtest_rule_of(const Alert& alert) {
  switch (alert.kind) {
    case AlertKind::tone_shift: return alert.up ? "tone_up" : "tone_down";
    case AlertKind::polarised: return "polarised";
    case AlertKind::volume_spike: return "volume_spike";
    case AlertKind::volume_drop: return "volume_drop";
    case AlertKind::divergence: return "divergence";
    case AlertKind::voice_silent: return "voice_silent";
    default: return "other";
  }
}

std::vector<std::string> draw_backtest(const BacktestReport& report, const BacktestScreen& screen) {
  return Drawing(report, screen).draw();
}

seconds backtest_cell(Instant from, Instant to, std::size_t columns) {
  constexpr std::array<int64_t, 13> kCells = {10,   60,     120,    300,    600,     1800,   3600,
                                              7200, 14'400, 28'800, 86'400, 172'800, 604'800};
  const std::size_t wide = columns > kChartLabel + kChartMin ? columns - kChartLabel : kChartMin;
  const auto cells = static_cast<int64_t>(std::min(kChartMax, wide));
  // One more than the time takes, since a cell begins at a multiple of its length.
  for (const int64_t cell : kCells)
    if ((to - from) / seconds(cell) + 2 <= cells) return seconds(cell);
  const int64_t days = (to - from) / std::chrono::hours(24) / (cells - 2) + 1;
  return std::chrono::hours(24 * days);
}

}  // namespace roomtone::cli
