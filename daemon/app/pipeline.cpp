#include "app/pipeline.hpp"

#include <algorithm>
#include <utility>

#include "model/recorded_frame.hpp"
#include "text/tokenize.hpp"

namespace roomtone::app {

Worker::Worker(std::vector<PipelineSource> sources, const SipKey& sketch_key, std::chrono::milliseconds horizon,
               bool seconds)
    : sources_(std::move(sources)), horizon_(horizon), builder_(sketch_key, seconds) {}

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
    if (!message_.automated) message_.automated = catalog.automation_clients.has(message_.client_app);
    take(message_, {.source = source.name, .lists = {}}, catalog);
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
  tally.voices = std::move(voices_);
  voices_ = std::string();
  voices_.reserve(tally.voices.size());  // the next batch has about as many
  return tally;
}

/// A message that counts: what it says, where it belongs, in what mood.
void Worker::take(const Message& message, const topics::Circumstances& beside, const Catalog& catalog) {
  catalog.lists.fetch(message);
  text::tokenize(message.text, tokens_);

  find_rooms(message, beside, catalog);
  catalog.scorer.lexicon().find(tokens_, users_words_);
  const bool wanted = builder_.note(message, tokens_, rooms_);
  const Mood mood = catalog.scorer.score(tokens_, message.lang, users_words_, features_);
  own_moods_.clear();
  if (users_words_.topical) judge_by_topic(message, catalog);
  if (!mood.scored) ++builder_.ledger()[Beside::unscored];
  if (topics_.empty()) ++builder_.ledger()[Beside::no_topic];
  if (wanted && mood.scored) {
    catalog.effects.words_of(tokens_, features_, words_);
  } else if (wanted) {
    words_.clear();
  }
  const uint32_t record = builder_.records();
  builder_.add(mood, own_moods_, wanted ? &words_ : nullptr);
  if (!memberships_.empty() && message.op != Op::edit) note_voices(message, record, catalog);
}

/// Where it belongs: in `room`, in its topics, and in the rooms of the lists that its author is on.
void Worker::find_rooms(const Message& message, topics::Circumstances beside, const Catalog& catalog) {
  // Before the rules: membership is a thing that rules may ask for.
  memberships_.clear();
  catalog.lists.find(message, memberships_);
  list_ids_.clear();
  for (const people::Membership& membership : memberships_) {
    const people::List& list = catalog.lists.list(membership.list);
    list_ids_.push_back(list.id);
    __builtin_prefetch(&list.members[membership.member]);  // note_voices() reads it
  }
  beside.lists = list_ids_;

  topics_.clear();
  catalog.rules.match(message, tokens_, beside, match_scratch_, topics_);
  rooms_.assign(1, 0);  // everything is said in `room`
  topic_numbers_.clear();
  bool capped = false;
  for (const topics::TopicIndex topic : topics_) {
    capped = rooms_.size() == limits::kRoomsPerMessage;
    if (capped) break;
    topic_numbers_.push_back(static_cast<uint32_t>(topic));
    rooms_.push_back(static_cast<uint32_t>(topic) + 1);
  }

  list_rooms_.clear();
  if (!memberships_.empty()) {
    if (!catalog.list_rooms.of(memberships_, topic_numbers_, list_rooms_)) capped = true;
    for (const people::ListRoom& room : list_rooms_) rooms_.push_back(room.room);
  }
  if (capped) ++builder_.ledger()[Beside::rooms_capped];
}

/// Its mood in those rooms whose topic gives a word of it a meaning of its own.
void Worker::judge_by_topic(const Message& message, const Catalog& catalog) {
  const auto judge = [&](uint32_t room, uint32_t topic) {
    if (!catalog.scorer.lexicon().differs(users_words_, topic)) return;
    own_moods_.push_back({room, catalog.scorer.score(tokens_, message.lang, users_words_, topic)});
  };
  for (const uint32_t topic : topic_numbers_) judge(topic + 1, topic);
  for (const people::ListRoom& room : list_rooms_)
    if (room.topic != people::ListRoom::kNoTopic) judge(room.room, room.topic);
}

/// That people on lists have spoken, for those lists that want to be told. `record`: of the contribution, if it left
/// one.
void Worker::note_voices(const Message& message, uint32_t record, const Catalog& catalog) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  bool said = false;
  for (const people::Membership& membership : memberships_) {
    const people::List& list = catalog.lists.list(membership.list);
    const people::Member& member = list.members[membership.member];
    const bool expected = member.expected_gap != std::chrono::seconds(0);
    if (!list.events && !expected) continue;
    if (!said) {
      said = true;
      constexpr std::size_t kLangBytes = 35;  // the longest tag that BCP 47 asks implementations to take
      voice_.record = builder_.records() == record ? VoiceNote::kNoRecord : record;
      voice_.time = message.event_time;
      voice_.seen = message.seen_time;
      voice_.traits = {!message.reply_to.empty(), message.op == Op::reshare, tokens_.questions > 0,
                       !message.links.empty()};
      const bool tag = message.lang.size() <= kLangBytes && std::ranges::all_of(message.lang, plain);
      voice_.lang = tag ? message.lang : std::string_view();
      voice_.topics.clear();
      for (const topics::TopicIndex topic : topics_)
        if (voice_.topics.size() < limits::kVoiceTopics) voice_.topics.push_back(catalog.rules.id(topic));
    }
    voice_.told = list.events;
    voice_.expected = expected;
    voice_.member = member.key;
    voice_.list = list.id;
    voice_.role = list.roles[membership.role];
    // Who asks the network not to be shown is not, whatever the list says.
    const bool shown = list.show_authors && !message.private_author;
    voice_.author = shown ? std::string_view(member.shown) : std::string_view();
    encode_voice(voice_, voices_);
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
