#include "app/event_archive.hpp"

#include <algorithm>
#include <functional>

#include "base/json_text.hpp"
#include "base/limits.hpp"
#include "model/figures.hpp"
#include "publish/json_body.hpp"
#include "store/durable_file.hpp"
#include "store/history.hpp"

namespace roomtone::app {

namespace {

Instant ceil_to(Instant at, std::chrono::microseconds width) { return floor_to(at + width - 1us, width); }

/// What was said in a room in the panes that [from, to) touches. In hours where whole ones fit, because panes of long
/// ago may be gone.
Result<Rollup> sum_of(const store::History& history, const std::string& room, Instant from, Instant to) {
  constexpr std::chrono::seconds kPane = width_of(Tier::pane);
  constexpr std::chrono::seconds kHour = width_of(Tier::hour);
  Rollup sum;
  const auto add = [&](Instant begin, Instant end, std::chrono::seconds step) -> Result<void> {
    if (begin >= end) return {};
    return history.series(room, begin, end, step, [&](Instant, const Rollup& rollup) { sum.merge(rollup); });
  };
  const Instant begin = floor_to(from, kPane);
  const Instant end = ceil_to(to, kPane);
  const Instant first_hour = std::min(ceil_to(begin, kHour), end);
  const Instant last_hour = std::max(floor_to(end, kHour), first_hour);
  if (auto done = add(begin, first_hour, kPane); !done) return tl::unexpected(std::move(done.error()));
  if (auto done = add(first_hour, last_hour, kHour); !done) return tl::unexpected(std::move(done.error()));
  if (auto done = add(last_hour, end, kPane); !done) return tl::unexpected(std::move(done.error()));
  return sum;
}

}  // namespace

std::filesystem::path EventArchive::file_of(const Event& event) const {
  std::string end = format_rfc3339(event.end).substr(0, 19);  // 2026-05-02T23:30:00
  std::erase(end, '-');
  std::erase(end, ':');
  return folder_ / (event.id + "-" + end + "Z.json");
}

Result<std::string> EventArchive::summary_of(const Event& event, std::string_view scorer, Instant watermark) const {
  const Instant start = event.start == kNoInstant ? instant_of_micros(kMicrosMin) : event.start;
  std::string text = "{\"v\":1,\"event\":\"" + event.id + "\",\"start_us\":";
  text += event.start == kNoInstant ? "null" : std::to_string(micros(event.start));
  text += ",\"end_us\":" + std::to_string(micros(event.end)) +
          ",\"watermark_us\":" + std::to_string(micros(watermark)) + ",\"scorer\":";
  append_json_string(text, scorer);
  text += ",\"rooms\":[";
  for (const std::string& room : event.rooms) {
    const auto history = store::History::open_room(store_, room);
    if (!history) return tl::unexpected(history.error());
    const auto sum = sum_of(*history, room, start, event.end);
    if (!sum) return tl::unexpected(sum.error());
    const Figures figures = figures_of(*sum);
    text += (room == event.rooms.front() ? "{\"key\":\"" : ",\n{\"key\":\"") + room + "\",\"name\":\"" +
            std::string(kAtmosphereNames[static_cast<std::size_t>(name_of(figures))]) + "\",\"figures\":";
    publish::append_json(text, figures);
    text += '}';
  }
  return text + "]}\n";
}

void EventArchive::find_pending() {
  pending_.clear();
  for (const Event& event : catalog_->events) {
    std::error_code unreadable;
    if (!std::filesystem::exists(file_of(event), unreadable)) pending_.push_back(&event);
  }
  std::ranges::sort(pending_, std::greater(), &Event::end);
}

bool EventArchive::look(const std::shared_ptr<const Catalog>& catalog, Instant watermark, Mono now) {
  if (catalog != catalog_) {
    catalog_ = catalog;
    find_pending();
  }
  if (pending_.empty() || watermark == kNoInstant || now < not_before_) return false;
  const Event& event = *pending_.back();
  if (event.end + limits::kGrace > watermark) return false;

  std::error_code ignored;  // where the folder cannot be made, writing says why
  std::filesystem::create_directories(folder_, ignored);
  const std::filesystem::path file = file_of(event);
  const auto summary = summary_of(event, catalog_->scorer.id(), watermark);
  const auto written = summary ? store::write_durably(file, *summary) : tl::unexpected(summary.error());
  if (!written) {
    log_.error("an event could not be archived, trying again",
               {{"event", event.id}, {"error", written.error().context}});
    not_before_ = now + kRetryAfter;
    return false;
  }
  log_.info("event archived", {{"event", event.id}, {"file", file.string()}});
  pending_.pop_back();
  return true;
}

}  // namespace roomtone::app
