#include "app/alert_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "model/explanation.hpp"
#include "model/figures.hpp"
#include "model/sampled_span.hpp"

namespace roomtone::app {

namespace {

using std::chrono::seconds;

constexpr seconds kPane{10};
constexpr seconds kMinute{60};

Instant at(int64_t second) { return Instant{seconds(second)}; }

/// The panes around a span.
std::pair<Instant, Instant> panes_around(int64_t from_s, int64_t to_s) {
  return {floor_to(at(from_s), kPane), floor_to(at(to_s) + kPane - std::chrono::microseconds(1), kPane)};
}

WindowSize window_of(int64_t span_s) {
  if (span_s <= 60) return WindowSize::minute;
  return span_s <= 300 ? WindowSize::five_minutes : WindowSize::hour;
}

std::string quoted(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "'" : ", '") + word + "'";
  return out;
}

std::string because(const Explanation& e, const std::vector<std::string>& words) {
  switch (e.cause) {
    case Cause::campaign:
      return fmt::format("one text and its near copies make up {:.0f} % of it", 100 * e.campaigns.front().share);
    case Cause::voice: return fmt::format("one voice makes up {:.0f} % of it", 100 * e.voices.loudest_share);
    default: return words.empty() ? "" : "moved most by more of " + quoted(words);
  }
}

}  // namespace

alerts::Heard heard_in(const Fold& fold, std::string_view key, int64_t from_s, int64_t to_s) {
  const auto [from, to] = panes_around(from_s, to_s);
  const Rollup rollup = fold(key, from, to);
  const Figures figures = figures_of(rollup, {.over = std::chrono::duration_cast<seconds>(to - from)});
  return {.n = rollup.scored(),
          .voices = figures.voices,
          .tone = figures.raw.tone,
          .ci_low = figures.raw.ci_low,
          .ci_high = figures.raw.ci_high,
          .rate_per_min = rate_per_minute(rollup.n, to - from)};
}

/// What is said now against the hour before, minute by minute.
alerts::Moved moved_in(const Fold& fold, std::string_view key, int64_t from_s, int64_t to_s, bool up) {
  const auto [from, to] = panes_around(from_s, to_s);
  const Instant before_from = floor_to(from - std::chrono::hours(1), kMinute);
  SampledSpan before;
  SampledSpan now;
  for (Instant part = before_from; part < from;) {
    const Instant end = std::min(floor_to(part, kMinute) + kMinute, from);
    before.add(fold(key, part, end));
    part = end;
  }
  for (Instant part = from; part < to; part += kPane) now.add(fold(key, part, part + kPane));
  const Explanation why = explain({.key = std::string(key),
                                   .window = window_of(to_s - from_s),
                                   .end = to,
                                   .elapsed_now = to - from,
                                   .elapsed_before = from - before_from},
                                  before, now);

  // What is no longer said moves a tone too, but who reads an alert asks what is said.
  alerts::Moved moved;
  for (const WordShift& word : why.shift.words) {
    if (word.share_now <= word.share_before || word.contribution == 0) continue;
    auto& side = word.contribution > 0 ? moved.words_up : moved.words_down;
    if (side.size() < kAlertWordsMax) side.push_back(word.word);
  }
  const auto& side = up ? moved.words_up : moved.words_down;
  const std::vector<std::string> strongest(
      side.begin(), side.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(3, side.size())));
  moved.because = because(why, strongest);
  return moved;
}

}  // namespace roomtone::app
