#include "app/season_desk.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"

namespace roomtone::app {

namespace {

constexpr uint8_t kVersion = 1;
constexpr SpanIndex kDay = 24;  // hours
constexpr auto kHoursBack =
    static_cast<SpanIndex>(alerts::SeasonalBaseline::kHours) * alerts::SeasonalBaseline::kWeeksMax;

}  // namespace

SeasonDesk::SeasonDesk(const std::vector<AlertStateRow>& recovered, const PaneLoader& loader, room::Room& room,
                       std::size_t rooms_max)
    : loader_(loader), room_(room), rooms_max_(rooms_max) {
  for (const AlertStateRow& row : recovered) {
    if (auto season = decode(row.bytes); season && seasons_.size() < rooms_max_)
      seasons_.emplace(row.key, *season);
    else
      ++rows_refused_;
  }
}

void SeasonDesk::complete(Commit& commit) {
  if (commit.watermark == kNoInstant) return;
  const auto& rooms = room_.panes().rooms();
  const SpanIndex ended = span_of(commit.watermark - kSettle, Tier::hour);
  if (next_room_ >= rooms.size() && ended > until_) next_room_ = 0;
  if (next_room_ == 0) until_ = ended;
  std::size_t hours_left = kHoursPerCommit;
  while (next_room_ < rooms.size() && advance(*rooms[next_room_], hours_left, commit)) ++next_room_;
}

/// The room's own, made now if it was heard a day ago; null where it was not.
SeasonDesk::Season* SeasonDesk::season_of(const room::RoomState& room, SpanIndex until) {
  if (const auto known = seasons_.find(room.key); known != seasons_.end()) return &known->second;
  if (seasons_.size() >= rooms_max_) return nullptr;
  const auto first = loader_.first(room.key, Tier::hour, until - kDay);
  if (!first || !*first) return nullptr;
  return &seasons_.emplace(room.key, Season{.baseline = {}, .until = **first}).first->second;
}

/// Brings a room up to the hours that have ended. False when that has to go on in the next commit.
bool SeasonDesk::advance(const room::RoomState& room, std::size_t& hours_left, Commit& commit) {
  if (hours_left == 0) return false;
  if (room.newest_pane < span_of(start_of(until_ - 1, Tier::hour), Tier::pane)) return true;  // said nothing in it
  --hours_left;
  Season* const season = season_of(room, until_);
  if (season == nullptr || season->until >= until_) return true;
  season->until = std::max(season->until, until_ - kHoursBack);
  for (; season->until < until_ && hours_left > 0; ++season->until, --hours_left) {
    const Instant start = start_of(season->until, Tier::hour);
    const Rollup hour = room_.fold(room.key, start, start + width_of(Tier::hour));
    season->baseline.add_hour(season->until, hour.scored(), hour.valence_micro_sum);
  }
  commit.season_rows.push_back({room.key, encode(*season)});
  return season->until == until_;
}

std::optional<alerts::UsualTone> SeasonDesk::usual(std::string_view key, int64_t second) const {
  const auto known = seasons_.find(key);
  if (known == seasons_.end()) return std::nullopt;
  return known->second.baseline.usual(span_of(Instant{std::chrono::seconds(second)}, Tier::hour));
}

std::string SeasonDesk::encode(const Season& season) {
  std::string bytes;
  ByteWriter out(bytes);
  out.u8(kVersion);
  out.zigzag(season.until);
  season.baseline.encode(out);
  return bytes;
}

std::optional<SeasonDesk::Season> SeasonDesk::decode(std::string_view bytes) {
  constexpr SpanIndex kHoursMax = 30'000'000;  // beyond the year 5000
  ByteReader in(bytes);
  if (in.u8() != kVersion) return std::nullopt;
  Season season;
  season.until = in.zigzag();
  if (!season.baseline.decode(in) || !in.ok() || !in.at_end()) return std::nullopt;
  if (season.until < -kHoursMax || season.until > kHoursMax) return std::nullopt;
  return season;
}

}  // namespace roomtone::app
