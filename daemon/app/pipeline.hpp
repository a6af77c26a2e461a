#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/catalog.hpp"
#include "base/hash.hpp"
#include "base/limits.hpp"
#include "decode/decoder.hpp"
#include "model/batch.hpp"
#include "model/contribution.hpp"
#include "model/message.hpp"
#include "model/tally.hpp"
#include "model/tokens.hpp"
#include "model/voice.hpp"
#include "mood/features.hpp"
#include "mood/lexicon.hpp"
#include "tally/tally_builder.hpp"
#include "topics/rules.hpp"

namespace roomtone::app {

/// What a worker must know of a source.
struct PipelineSource {
  Format format = Format::detect;
  SeenRule seen = SeenRule::event_time;
  bool contributions = false;
  uint64_t delete_scope = 0;  // of the ids that its deletes use, where those are not the messages' own
  std::string name = {};      // for `source:` rules
};

/// The path of a message, from raw frame to what it adds to each room. Read this first.
///
/// A worker turns a batch into a tally: a pure function of batch and catalog, without clock or shared state. It holds
/// the decoders' and tokeniser's memory, so there is one per thread.
class Worker {
 public:
  /// With `seconds` its tallies tell of each pane also by its seconds: alerts step on these.
  Worker(std::vector<PipelineSource> sources, const SipKey& sketch_key, std::chrono::milliseconds horizon,
         bool seconds = false);

  /// `beats_below`: see room::Metronomes::below().
  [[nodiscard]] Tally tally(Batch&& batch, const Catalog& catalog, uint64_t beats_below = 0);

 private:
  void take(const Message& message, const topics::Circumstances& beside, const Catalog& catalog);
  void find_rooms(const Message& message, topics::Circumstances beside, const Catalog& catalog);
  void judge_by_topic(const Message& message, const Catalog& catalog);
  void note_voices(const Message& message, uint32_t record, const Catalog& catalog);
  [[nodiscard]] decode::Decoder& decoder_for(Format format);

  const std::vector<PipelineSource> sources_;  // by SourceIndex
  const std::chrono::milliseconds horizon_;
  std::array<std::unique_ptr<decode::Decoder>, 6> decoders_;  // by Format, made on first use

  // Scratch, reused from message to message.
  Message message_;
  Tokens tokens_;
  topics::RuleSet::Scratch match_scratch_;
  std::vector<people::Membership> memberships_;  // the lists that the author is on
  std::vector<std::string_view> list_ids_;       // their ids
  std::vector<topics::TopicIndex> topics_;
  std::vector<uint32_t> topic_numbers_;  // those of topics_ that have room in rooms_
  std::vector<people::ListRoom> list_rooms_;
  std::vector<uint32_t> rooms_;  // `room`, those of topic_numbers_, those of list_rooms_
  mood::LexiconHits users_words_;
  mood::Features features_;
  SampleWords words_;
  std::vector<RoomMood> own_moods_;
  tally::TallyBuilder builder_;
  VoiceNote voice_;
  std::string voices_;  // of the batch
};

/// Settles event and seen time of a message, whatever its source said (see design: judged by its own seen time, never
/// by other messages). `too_old` or `counted`; bumps from_future and late.
[[nodiscard]] Column judge_time(Message& message, SeenRule rule, Instant arrival, std::chrono::milliseconds horizon,
                                Ledger& ledger);

}  // namespace roomtone::app
