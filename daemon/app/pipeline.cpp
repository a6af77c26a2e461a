#include "app/pipeline.hpp"

#include <utility>

#include "model/recorded_frame.hpp"
#include "text/tokenize.hpp"

namespace roomtone::app {

Worker::Worker(std::vector<PipelineSource> sources, const SipKey& sketch_key, std::chrono::milliseconds horizon)
    : sources_(std::move(sources)), horizon_(horizon), builder_(sketch_key) {}

Tally Worker::tally(Batch&& batch, const Catalog& catalog, uint64_t beats_below) {
  const PipelineSource& source = sources_.at(static_cast<std::size_t>(batch.source));
  decode::Decoder& decoder = decoder_for(source.format);
  builder_.begin(catalog.keys, source.contributions, source.delete_scope, beats_below);
  Ledger& ledger = builder_.ledger();
  ledger[Column::malformed] += batch.oversized;
  ledger[Column::duplicate] += batch.repeats;

  for (const Batch::Span span : batch.frames) {
    std::string_view frame = batch.frame(span);
    SeenRule seen = source.seen;
    Instant arrival = batch.arrival;
    if (seen == SeenRule::event_time && frame.starts_with(kRecordedMark)) {
      if (const auto recorded = read_recorded(frame)) {  // a live frame of another time: judged as it was then
        frame = recorded->frame;
        arrival = recorded->seen;
        seen = SeenRule::arrival;
      }
    }
    const Decoded decoded = decoder.decode(frame, message_);
    if (decoded.column == Column::retraction) {
      builder_.retract(message_);
      continue;
    }
    if (decoded.column != Column::counted) {
      ++ledger[decoded.column];  // malformed, no_text, a like ...: an ordinary answer, counted once
      if (decoded.column == Column::ignored) ++ledger[decoded.ignored];
      continue;
    }
    if (message_.op == Op::edit && !source.contributions) {
      ++ledger[Column::ignored];  // folded at once: the earlier text could not be taken back
      ++ledger[Ignored::edit];
      continue;
    }
    if (const Column judged = judge_time(message_, seen, arrival, horizon_, ledger); judged != Column::counted) {
      ++ledger[judged];
      continue;
    }
    take(message_, catalog);
  }

  Tally tally;
  tally.source = batch.source;
  tally.sequence = batch.sequence;
  tally.next_cursor = std::move(batch.next_cursor);
  tally.arrival = batch.arrival;
  tally.last = batch.last;
  tally.positions = std::move(batch.positions);
  tally.requests = std::move(batch.requests);
  tally.on_committed = std::move(batch.on_committed);
  tally.ticket = std::move(batch.ticket);
  builder_.finish(tally);
  return tally;
}

/// A message that counts: what it says, where it belongs, in what mood.
void Worker::take(const Message& message, const Catalog& catalog) {
  text::tokenize(message.text, tokens_);

  topics_.clear();
  catalog.rules.match(message, tokens_, match_scratch_, topics_);
  rooms_.assign(1, 0);  // everything is said in `room`
  for (const topics::TopicIndex topic : topics_) {
    if (rooms_.size() == limits::kRoomsPerMessage) {
      ++builder_.ledger()[Beside::rooms_capped];
      break;
    }
    rooms_.push_back(static_cast<uint32_t>(topic) + 1);
  }

  catalog.scorer.lexicon().find(tokens_, users_words_);
  const bool wanted = builder_.note(message, tokens_, rooms_);
  const Mood mood = catalog.scorer.score(tokens_, message.lang, users_words_, features_);
  own_moods_.clear();
  if (users_words_.topical) judge_by_topic(message, catalog);
  if (!mood.scored) ++builder_.ledger()[Beside::unscored];
  if (rooms_.size() == 1) ++builder_.ledger()[Beside::no_topic];
  if (wanted && mood.scored) {
    catalog.effects.words_of(tokens_, features_, words_);
  } else if (wanted) {
    words_.clear();
  }
  builder_.add(mood, own_moods_, wanted ? &words_ : nullptr);
}

/// Its mood in those rooms whose topic gives a word of it a meaning of its own.
void Worker::judge_by_topic(const Message& message, const Catalog& catalog) {
  for (std::size_t i = 1; i < rooms_.size(); ++i) {
    const uint32_t topic = rooms_[i] - 1;
    if (!catalog.scorer.lexicon().differs(users_words_, topic)) continue;
    own_moods_.push_back({rooms_[i], catalog.scorer.score(tokens_, message.lang, users_words_, topic)});
  }
}

decode::Decoder& Worker::decoder_for(Format format) {
  auto& decoder = decoders_.at(static_cast<std::size_t>(format));
  if (!decoder) decoder = std::make_unique<decode::Decoder>(format);
  return *decoder;
}

Column judge_time(Message& message, SeenRule rule, Instant arrival, std::chrono::milliseconds horizon, Ledger& ledger) {
  if (message.event_time == kNoInstant)
    message.event_time = message.seen_time != kNoInstant ? message.seen_time : arrival;
  if (message.seen_time == kNoInstant) message.seen_time = rule == SeenRule::event_time ? message.event_time : arrival;

  if (message.event_time > message.seen_time + limits::kFutureMax) {
    message.event_time = message.seen_time;
    ++ledger[Beside::from_future];
  }
  if (message.event_time < message.seen_time - horizon) return Column::too_old;
  if (message.event_time + limits::kGrace < message.seen_time) ++ledger[Beside::late];
  return Column::counted;
}

}  // namespace roomtone::app
