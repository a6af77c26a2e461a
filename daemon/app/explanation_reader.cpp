#include "app/explanation_reader.hpp"

#include <algorithm>

#include "model/delta.hpp"
#include "model/key.hpp"
#include "store/history.hpp"

namespace roomtone::app {

namespace {

constexpr std::chrono::microseconds kPane = width_of(Tier::pane);

Instant ceil_to(Instant at, std::chrono::microseconds width) {
  return floor_to(at + width - std::chrono::microseconds(1), width);
}

/// From the first pane of a room that the journal knows, until the end of its newest one, from the journal and its row.
struct Heard {
  std::optional<Instant> journal_from;
  std::optional<Instant> until;  // nothing if it has heard nothing
};
Result<Heard> heard_of(const store::History& history, std::string_view key) {
  std::optional<SpanIndex> oldest;
  std::optional<SpanIndex> newest;
  const Recovered& recovered = history.recovered();
  if (const auto row = std::ranges::find(recovered.rooms, key, &RoomRow::key); row != recovered.rooms.end())
    newest = row->newest_pane;
  for (const Recovered::JournalRecord& record : recovered.journal) {
    ByteReader in(record.deltas);
    while (!in.at_end()) {
      const DeltaView delta = read_delta(in);
      if (!in.ok()) return fail(ErrorCode::corrupt, "read journal record " + std::to_string(record.sequence));
      if (delta.key != key) continue;
      if (!newest || delta.pane > *newest) newest = delta.pane;
      if (!oldest || delta.pane < *oldest) oldest = delta.pane;
    }
  }
  Heard heard;
  if (oldest) heard.journal_from = start_of(*oldest, Tier::pane);
  if (newest) heard.until = start_of(*newest + 1, Tier::pane);
  return heard;
}

/// The parts into which a span is cut, each of which has a sample of its own: long ones inside, at multiples of their
/// length, and short ones at the ends where the long ones do not fit. Some dozens to some hundreds in all.
struct Parts {
  std::chrono::seconds inside;
  std::chrono::seconds ends;  // divides the window's hop
};
Parts parts_of(std::chrono::seconds span) {
  using namespace std::chrono_literals;
  if (span >= 24h) return {1h, 60s};
  return span >= 1h ? Parts{60s, 10s} : Parts{10s, 10s};
}

/// Adds the parts of [from, to) that have anything in them.
Result<void> read_span(const store::History& history, std::string_view key, Instant from, Instant to,
                       SampledSpan& into) {
  const Parts parts = parts_of(std::chrono::duration_cast<std::chrono::seconds>(to - from));
  const auto add = [&into](Instant, const Rollup& part) { into.add(part); };
  const Instant inside = std::min(ceil_to(from, parts.inside), to);
  const Instant inside_end = std::max(floor_to(to, parts.inside), inside);
  if (from < inside) {
    if (auto read = history.series(key, from, inside, parts.ends, add); !read) return read;
  }
  if (inside < inside_end) {
    if (auto read = history.series(key, inside, inside_end, parts.inside, add); !read) return read;
  }
  if (inside_end < to) return history.series(key, inside_end, to, parts.ends, add);
  return {};
}

/// The start of the first span of the whole stream that is still there, as exactly as finer tiers still tell it.
Result<std::optional<Instant>> kept_from(const store::Store& store, const Heard& stream, Instant before) {
  std::optional<Instant> first;
  std::chrono::seconds width{};
  for (const Tier tier : {Tier::hour, Tier::minute, Tier::pane}) {
    auto index = store.first(kRoomKey, tier, span_of(before, tier));
    if (!index) return tl::unexpected(std::move(index.error()));
    // What a row of this tier does not hold yet stands in the journal.
    std::optional<Instant> start;
    if (*index) start = start_of(**index, tier);
    if (stream.journal_from && *stream.journal_from < before) {
      const Instant journal = floor_to(*stream.journal_from, width_of(tier));
      start = start ? std::min(*start, journal) : journal;
    }
    if (!start || (first && *start >= *first + width)) continue;
    first = start;
    width = width_of(tier);
  }
  return first;
}

}  // namespace

Result<Explanation> explain_from(const store::Store& store, const publish::ExplainQuestion& question) {
  auto history = store::History::open_room(store, question.room, store::RollupParts::all);
  if (!history) return tl::unexpected(std::move(history.error()));
  auto stream = store::History::open_room(store, kRoomKey);
  if (!stream) return tl::unexpected(std::move(stream.error()));
  const auto of_room = heard_of(*history, question.room);
  const auto of_stream = heard_of(*stream, kRoomKey);
  if (!of_room) return tl::unexpected(of_room.error());
  if (!of_stream) return tl::unexpected(of_stream.error());
  if (!of_stream->until) return fail(ErrorCode::not_found, "nothing has been heard yet");

  const WindowSpec& spec = spec_of(question.window);
  ExplainedWindow window;
  window.key = question.room;
  window.window = question.window;
  window.end =
      question.end ? floor_to(*question.end, spec.hop) : ceil_to(of_room->until.value_or(*of_stream->until), spec.hop);
  const Instant start = window.end - spec.size;
  const Instant baseline_start = start - baseline_of(question.window);

  SampledSpan before;
  SampledSpan now;
  if (auto read = read_span(*history, question.room, baseline_start, start, before); !read)
    return tl::unexpected(std::move(read.error()));
  if (auto read = read_span(*history, question.room, start, window.end, now); !read)
    return tl::unexpected(std::move(read.error()));

  // Rates are over the time in which something could be heard: a window that has just begun is not a quiet one.
  const auto first = kept_from(store, *of_stream, start);
  if (!first) return tl::unexpected(first.error());
  window.elapsed_now = std::max(kPane, std::min(window.end, *of_stream->until) - start);
  window.elapsed_before = std::max(kPane, start - std::max(baseline_start, first->value_or(baseline_start)));
  return explain(window, before, now);
}

publish::ReadExplanation explanation_reader(const store::Store& store, Log& log) {
  return [&store, &log](const publish::ExplainQuestion& question) {
    auto explanation = explain_from(store, question);
    if (!explanation && explanation.error().code != ErrorCode::not_found)
      log.error("a window could not be explained", {{"room", question.room}, {"error", explanation.error().context}});
    return explanation;
  };
}

}  // namespace roomtone::app
