#include "cli/backtest_lines.hpp"

#include <charconv>
#include <cmath>

#include "base/time.hpp"

namespace roomtone::cli {
namespace {

void skip_blanks(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

bool take(std::string_view& text, char wanted) {
  skip_blanks(text);
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::string_view> take_string(std::string_view& text) {
  if (!take(text, '"')) return std::nullopt;
  const std::size_t end = text.find_first_of("\"\\");
  if (end == std::string_view::npos || text[end] == '\\') return std::nullopt;
  const std::string_view found = text.substr(0, end);
  text.remove_prefix(end + 1);
  return found;
}

std::optional<double> take_number(std::string_view& text) {
  skip_blanks(text);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::string_view without_line_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  return line;
}

constexpr double kSecondsMax = 1e10;  // beyond the year 2286

}  // namespace

std::optional<ToneLine> parse_tone_line(std::string_view line) {
  line = without_line_end(line);
  if (!take(line, '{')) return std::nullopt;
  std::optional<double> t;
  std::optional<double> v;
  std::optional<std::string_view> topic;
  do {
    const auto name = take_string(line);
    if (!name || !take(line, ':')) return std::nullopt;
    skip_blanks(line);
    if (line.starts_with('"')) {
      const auto text = take_string(line);
      if (!text) return std::nullopt;
      if (*name == "topic") topic = text;
    } else {
      const auto number = take_number(line);
      if (!number) return std::nullopt;
      if (*name == "t") t = number;
      if (*name == "v") v = number;
    }
  } while (take(line, ','));
  if (!take(line, '}') || !line.empty() || !t || !v || !topic || topic->empty()) return std::nullopt;
  if (*t < 0 || *t > kSecondsMax || std::abs(*v) > 1) return std::nullopt;
  return ToneLine{.t = *t, .topic = *topic, .v = *v};
}

std::optional<SeriesRow> parse_series_row(std::string_view line) {
  line = without_line_end(line);
  const std::size_t comma = line.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::string_view timestamp = line.substr(0, comma);
  std::string_view rest = line.substr(comma + 1);
  const auto value = take_number(rest);
  if (!value || !rest.empty() || *value < 0 || *value > 1e15) return std::nullopt;
  auto at = parse_rfc3339(timestamp);
  if (!at) at = parse_rfc3339(std::string(timestamp) + "Z");
  if (!at) return std::nullopt;
  return SeriesRow{.timestamp = timestamp, .second = micros(*at) / 1'000'000, .value = *value};
}

}  // namespace roomtone::cli
