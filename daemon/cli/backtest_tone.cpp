#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "cli/backtest.hpp"
#include "cli/backtest_lines.hpp"
#include "model/rollup.hpp"

namespace roomtone::cli {

Result<void> ToneBacktest::take(std::string_view line, std::string& out) {
  ++lines_;
  if (line.empty()) return {};
  const auto message = parse_tone_line(line);
  if (!message)
    return fail(ErrorCode::invalid_argument,
                fmt::format("line {}: expected {{\"t\": seconds, \"topic\": \"name\", \"v\": -1 to 1}}", lines_));
  const auto second = static_cast<int64_t>(message->t);
  if (second < second_)
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("line {}: t {} is before {}, expected lines in the order of time", lines_, message->t, second_));
  if (second > second_) close_second(out);
  second_ = second;

  const auto [found, added] = numbers_.try_emplace(std::string(message->topic), topics_.size());
  if (added) {
    if (topics_.size() == kTopicsMax)
      return fail(ErrorCode::invalid_argument, fmt::format("line {}: more than {} topics", lines_, kTopicsMax));
    topics_.push_back({.name = found->first, .detector = {}, .slice = {}});
  }
  alerts::Slice& slice = topics_[found->second].slice;
  if (slice.n == 0) heard_.push_back(found->second);
  const auto valence_micro = static_cast<int32_t>(std::lround(message->v * 1e6));
  ++slice.n;
  ++slice.scored;
  slice.valence_micro_sum += valence_micro;
  slice.valence_sq_micro_sum += square_micro(valence_micro);
  return {};
}

void ToneBacktest::close_second(std::string& out) {
  if (heard_.empty()) return;
  // By name, because what rooms teach each other is summed in floating point.
  std::ranges::sort(heard_, {}, [this](std::size_t i) -> const std::string& { return topics_[i].name; });
  pool_.advance(second_);
  for (const std::size_t i : heard_) {
    Topic& topic = topics_[i];
    topic.slice.second = second_;
    if (const auto shift = topic.detector.step(topic.slice, mean_run_s_, pool_))
      fmt::format_to(std::back_inserter(out),
                     "{{\"t\":{},\"topic\":\"{}\",\"kind\":\"tone_{}\",\"before\":{:.3f},\"after\":{:.3f}}}\n",
                     second_ + 1, topic.name, shift->after > shift->before ? "up" : "down", shift->before,
                     shift->after);
    topic.slice = {};
  }
  heard_.clear();
}

}  // namespace roomtone::cli
