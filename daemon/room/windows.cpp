#include "room/windows.hpp"

#include <algorithm>
#include <bit>

#include "base/limits.hpp"
#include "model/divergence.hpp"
#include "model/figures.hpp"
#include "model/key.hpp"

namespace roomtone::room {

namespace {

/// Tells whether a window has changed since it was last sent, in eight bytes: all that is published of it goes in, but
/// for what time alone moves.
uint64_t digest_of(const Figures& figures) {
  uint64_t digest = 0xcbf29ce484222325ULL;
  const auto fold_in = [&digest](int64_t value) {
    digest = (digest ^ static_cast<uint64_t>(value)) * 0x9e3779b97f4a7c15ULL;
    digest ^= digest >> 29;
  };
  const auto fold_real = [&](std::optional<double> value) {
    fold_in(value.has_value());
    fold_in(std::bit_cast<int64_t>(value.value_or(0)));
  };
  for (const int64_t value : {figures.n, figures.pos, figures.neg, figures.neutral, figures.unscored, figures.voices,
                              figures.unique_n, static_cast<int64_t>(figures.campaigns.size())})
    fold_in(value);
  for (const Reading* reading : {&figures.raw, &figures.voice, &figures.reputable})
    for (const std::optional<double> value :
         {reading->tone, reading->ci_low, reading->ci_high, std::optional(reading->pos), std::optional(reading->neg)})
      fold_real(value);
  for (const std::optional<double> value :
       {figures.dispersion, std::optional(figures.automation_share), std::optional(figures.reply_share),
        std::optional(figures.reshare_share), std::optional(figures.real_share), std::optional(figures.young_share),
        std::optional(figures.periodic_share), std::optional(figures.concentration),
        std::optional(figures.top_voice_share)})
    fold_real(value);
  for (const Campaign& campaign : figures.campaigns)
    for (const int64_t value : {static_cast<int64_t>(campaign.id), campaign.n, campaign.voices}) fold_in(value);
  return digest;
}

/// Of those voices that the metronomes hear.
double periodic_share(const Rollup& rollup, const Metronomes& metronomes) {
  int64_t heard = 0;
  int64_t periodic = 0;
  for (const VoiceEntry& voice : rollup.voices.entries()) {
    if (voice.hash > metronomes.below()) break;  // ascending
    if (voice.n <= 0) continue;
    ++heard;
    periodic += metronomes.periodic(voice.hash) ? 1 : 0;
  }
  return heard > 0 ? static_cast<double>(periodic) / static_cast<double>(heard) : 0;
}

}  // namespace

Windows::Windows(std::vector<std::string> sources, const Metronomes& metronomes)
    : sources_(std::move(sources)), metronomes_(metronomes) {}

void Windows::set_scorer(std::string id, Instant since) {
  constexpr std::size_t kScorersKept = 8;
  if (!scorers_.empty() && scorers_.back().id == id) return;
  scorers_.push_back({since, std::move(id)});
  if (scorers_.size() > kScorersKept) scorers_.pop_front();
}

std::string Windows::scorer_over(Instant start, Instant end) const {
  std::string names;
  for (std::size_t i = 0; i < scorers_.size(); ++i) {
    const Instant until = i + 1 < scorers_.size() ? scorers_[i + 1].since : Instant::max();
    if (until <= start || (scorers_[i].since >= end && i > 0)) continue;
    if (!names.empty()) names += '+';
    names += scorers_[i].id;
  }
  return names;
}

Windows::Composed Windows::compose(PaneTable& panes, RoomState& room, WindowSize which, Instant end,
                                   Instant heard_until) {
  const WindowSpec& spec = spec_of(which);
  Composed composed;
  Atmosphere& a = composed.atmosphere;
  a.key = room.key;
  a.window = which;
  a.start = end - spec.size;
  a.end = end;
  const Rollup rollup = panes.fold(room, a.start, a.end);
  a.figures = figures_of(rollup, {.weights = &weights_, .over = spec.size});
  a.figures.periodic_share = periodic_share(rollup, metronomes_);
  a.name = name_of(a.figures);
  a.divergence = divergence(panes, room.key, rollup, a.start, a.end);
  // A partial window is younger than its size; its rate is over what has passed of it, at least a pane.
  const auto elapsed = std::clamp<std::chrono::microseconds>(heard_until - a.start, width_of(Tier::pane), spec.size);
  a.rate_per_min = rate_per_minute(rollup.n, elapsed);
  a.scorer = scorer_over(a.start, a.end);
  a.sources = sources_;
  composed.digest = digest_of(a.figures);
  return composed;
}

/// Of a list's room; nothing of another.
std::optional<Divergence> Windows::divergence(PaneTable& panes, std::string_view key, const Rollup& rollup,
                                              Instant start, Instant end) {
  const std::string_view around_key = room_around(key);
  if (around_key.empty() || rollup.scored() <= 0) return std::nullopt;
  RoomState* const room = panes.find(around_key);
  if (room == nullptr) return std::nullopt;
  auto around = std::ranges::find_if(around_, [&](const Around& kept) {
    return kept.room == room && kept.start == start && kept.end == end && kept.version == room->version;
  });
  if (around == around_.end()) {
    around = around_.begin() + static_cast<std::ptrdiff_t>(around_next_++ % kAroundKept);
    const Rollup folded = panes.fold(*room, start, end);
    const auto voices = folded.voices.entries();
    *around = {room, start, end, room->version, {voices.begin(), voices.end()}};
  }
  auto divergence = divergence_of(rollup.voices.entries(), around->voices);
  if (divergence) divergence->against = around_key;
  return divergence;
}

void Windows::send(RoomState& room, WindowSize which, Composed&& composed, WindowState state, const WindowTick& tick,
                   PaneTable& panes, Commit& commit, uint64_t& global_seq) {
  WindowFeed& feed = room.feed(which);
  composed.atmosphere.state = state;
  const Instant end = composed.atmosphere.end;
  const uint32_t revision = feed.revisions.next(end);
  composed.atmosphere.revision = revision;
  if (which == WindowSize::minute && room.key == kRoomKey) coverage_ = composed.atmosphere.figures.coverage;
  feed.sent = tick.now;
  commit.advances.push_back({room.key, which, ++feed.key_seq, {end, revision}});
  commit.updates.push_back({std::move(composed.atmosphere), feed.key_seq, ++global_seq, room.said});
  panes.mark_room_dirty(room, tick.now);
}

void Windows::due_in_room(PaneTable& panes, RoomState& room, WindowSize which, const WindowTick& tick, Commit& commit,
                          uint64_t& global_seq) {
  const WindowSpec& spec = spec_of(which);
  WindowFeed& feed = room.feed(which);
  const Instant newest_end = floor_to(tick.watermark, spec.hop) + spec.hop;
  const Instant final_end = tick.drained ? newest_end : floor_to(tick.watermark - limits::kGrace, spec.hop);
  const bool first = feed.composed == Mono{};
  if (!tick.drained && !first && tick.now - feed.composed < spec.partial_pace) return;

  // A window that starts after all the room has ever said is empty; once that is sent there is nothing to add.
  const Instant said_until = start_of(room.newest_pane + 1, Tier::pane);
  const auto nothing_new = [&](bool empty, Instant end) { return empty && said_until <= end - spec.size; };

  const bool closed = final_end > feed.final_end;
  const bool corrected = !closed && feed.final_end != kNoInstant && room.late_version != feed.late_version;
  if (closed && nothing_new(feed.final_empty, final_end)) {
    feed.final_end = final_end;
  } else if (closed || corrected) {
    const Instant end = closed ? final_end : feed.final_end;
    Composed composed = compose(panes, room, which, end, end);
    const bool changed = composed.digest != feed.final_digest;
    const bool was_partial = closed && feed.end == end;
    const bool empty = composed.atmosphere.figures.n == 0;
    feed.composed = tick.now;
    if ((changed || was_partial) && !(empty && feed.final_empty)) {
      feed.final_empty = empty;
      feed.final_digest = composed.digest;
      if (feed.end == kNoInstant || feed.end <= end) {
        feed.end = end;
        feed.digest = composed.digest;
        feed.empty = empty;
      }
      send(room, which, std::move(composed), corrected ? WindowState::corrected : WindowState::final, tick, panes,
           commit, global_seq);
    }
    feed.final_end = end;
    feed.late_version = room.late_version;
  }

  if (tick.drained || nothing_new(feed.empty, newest_end)) return;
  const bool moved = feed.end == kNoInstant || newest_end > feed.end;
  const bool keep_alive = !feed.empty && tick.now - feed.sent >= kKeepAlive;
  if (!moved && room.version == feed.version && !keep_alive) return;
  Composed composed = compose(panes, room, which, newest_end, tick.watermark);
  feed.composed = tick.now;
  feed.version = room.version;
  if (composed.digest == feed.digest && !keep_alive) return;
  if (composed.atmosphere.figures.n == 0 && feed.empty) return;
  feed.empty = composed.atmosphere.figures.n == 0;
  feed.end = newest_end;
  feed.digest = composed.digest;
  send(room, which, std::move(composed), WindowState::partial, tick, panes, commit, global_seq);
}

void Windows::due(PaneTable& panes, const WindowTick& tick, Commit& commit, uint64_t& global_seq) {
  if (tick.watermark == kNoInstant) return;
  const auto& rooms = panes.rooms();
  for (std::size_t looked = 0; looked < rooms.size(); ++looked) {
    if (!tick.drained && commit.updates.size() >= kUpdatesPerCommit) break;
    next_ = next_ < rooms.size() ? next_ : 0;
    RoomState& room = *rooms[next_++];
    if (room.newest_pane == std::numeric_limits<SpanIndex>::min()) continue;
    for (std::size_t w = 0; w < kWindowSizes; ++w)
      due_in_room(panes, room, static_cast<WindowSize>(w), tick, commit, global_seq);
  }
}

}  // namespace roomtone::room
