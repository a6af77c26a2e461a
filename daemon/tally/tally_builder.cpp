#include "tally/tally_builder.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "model/author.hpp"
#include "model/delta.hpp"
#include "tally/signature.hpp"

namespace roomtone::tally {

namespace {

constexpr std::chrono::hours kYoungFor{30 * 24};

/// Whether the account is known to have been made less than thirty days before the message.
bool is_young(const Message& message) {
  return message.account_created != kNoInstant && message.event_time < message.account_created + kYoungFor;
}

uint8_t traits_of(const Message& message, const Tokens& tokens) {
  const auto bit = [](Trait trait, bool set) {
    return static_cast<uint8_t>(static_cast<unsigned>(set) << static_cast<unsigned>(trait));
  };
  return static_cast<uint8_t>(bit(Trait::reply, !message.reply_to.empty()) |
                              bit(Trait::question, tokens.questions > 0) | bit(Trait::link, !message.links.empty()) |
                              bit(Trait::reshare, message.op == Op::reshare) |
                              bit(Trait::automated, message.automated) | bit(Trait::media, message.has_media) |
                              bit(Trait::quote, message.has_quote) | bit(Trait::young, is_young(message)));
}

void clear(Rollup& rollup) {
  rollup.n = rollup.pos = rollup.neg = rollup.neutral = rollup.unscored = 0;
  rollup.valence_micro_sum = rollup.valence_sq_micro_sum = 0;
  rollup.histogram.fill(0);
  rollup.traits.fill(0);
  rollup.voices.clear();
  rollup.campaigns.clear();
  rollup.sample.clear();
}

}  // namespace

TallyBuilder::TallyBuilder(const SipKey& key, bool seconds) : key_(key), tell_seconds_(seconds) {}

void TallyBuilder::begin(std::span<const std::string> keys, bool contributions, uint64_t delete_scope,
                         uint64_t beats_below) {
  for (const Entry& entry : entries_) heads_[entry.room] = kNone;
  for (const uint32_t room : block_rooms_) block_places_[room] = kNone;
  keys_ = keys;
  contributions_ = contributions;
  delete_scope_ = delete_scope;
  beats_below_ = beats_below;
  beats_.clear();
  ledger_ = Ledger{};
  newest_event_ = kNoInstant;
  heads_.resize(keys.size(), kNone);
  block_places_.resize(keys.size(), kNone);
  entries_.clear();
  notes_.clear();
  parts_.clear();
  texts_.clear();
  gates_in_use_ = 0;
  block_keys_.clear();
  block_rooms_.clear();
  block_records_.clear();
  records_ = 0;
}

uint32_t TallyBuilder::entry_for(uint32_t room, SpanIndex pane) {
  for (uint32_t at = heads_[room]; at != kNone; at = entries_[at].next)
    if (entries_[at].pane == pane) return at;
  const auto at = static_cast<uint32_t>(entries_.size());
  entries_.push_back({room, heads_[room], pane, 0, 0});
  heads_[room] = at;
  return at;
}

Gate& TallyBuilder::gate_for(SpanIndex pane) {
  for (std::size_t i = 0; i < gates_in_use_; ++i)
    if (gates_[i].pane == pane) return gates_[i];
  if (gates_in_use_ == gates_.size()) gates_.emplace_back();
  Gate& gate = gates_[gates_in_use_++];
  gate.pane = pane;
  gate.signatures.clear();
  gate.messages.clear();
  return gate;
}

bool TallyBuilder::note(const Message& message, const Tokens& tokens, std::span<const uint32_t> rooms) {
  MessagePart part;
  part.author = author_hash(key_, message.network, message.author);
  part.signature = signature_of(tokens, key_);
  part.traits = traits_of(message, tokens);
  const SpanIndex pane = span_of(message.event_time, Tier::pane);
  part.mark = static_cast<uint64_t>((message.event_time - start_of(pane, Tier::pane)).count());
  // Smaller rooms seldom hear more of one batch than their sketches keep.
  const bool wanted = rooms.size() > 1 || gate_for(pane).take(part);
  if (part.author != 0 && part.author <= beats_below_) beats_.push_back({part.author, message.event_time});
  noted_ = {&message, &tokens, rooms, part, pane, wanted};
  return wanted;
}

void TallyBuilder::add(Mood mood, std::span<const RoomMood> own, const SampleWords* words) {
  Part part{noted_.part, kNone};
  part.part.mood = mood;
  if (noted_.wanted) {
    part.text = static_cast<uint32_t>(texts_.size());
    SampleText& text = texts_.emplace_back();
    text.likeness = likeness_of(*noted_.tokens, key_);
    if (words != nullptr) text.words = *words;
  }
  const auto number = static_cast<uint32_t>(parts_.size());
  parts_.push_back(part);
  auto next = own.begin();
  for (const uint32_t room : noted_.rooms) {
    const uint32_t entry = entry_for(room, noted_.pane);
    ++entries_[entry].count;
    uint32_t there = number;
    if (next != own.end() && next->room == room) [[unlikely]] {
      if (next->mood != mood) {
        there = static_cast<uint32_t>(parts_.size());
        parts_.push_back(part);
        parts_.back().part.mood = next->mood;
      }
      ++next;
    }
    notes_.push_back({entry, there});
  }
  ROOMTONE_ASSERT(next == own.end());  // else a mood would get lost
  newest_event_ = std::max(newest_event_, noted_.message->event_time);
  ++ledger_[Column::counted];
  if (contributions_ && !noted_.message->id.empty()) keep(*noted_.message, noted_.pane, part.part, noted_.rooms, own);
}

uint64_t TallyBuilder::alias_of(const Message& message) const {
  if (message.delete_id.empty()) return 0;
  const SipKey key = key_of(message.network);
  return std::max<uint64_t>(1, sip_hash({key.k0, key.k1 ^ delete_scope_}, message.delete_id));
}

uint32_t TallyBuilder::block_key(uint32_t room) {
  if (block_places_[room] == kNone) {
    block_places_[room] = static_cast<uint32_t>(block_keys_.size());
    block_keys_.push_back(keys_[room]);
    block_rooms_.push_back(room);
  }
  return block_places_[room];
}

void TallyBuilder::keep(const Message& message, SpanIndex pane, const MessagePart& part,
                        std::span<const uint32_t> rooms, std::span<const RoomMood> own) {
  contribution_.retraction = false;
  contribution_.id = sip_hash(key_of(message.network), message.id);
  contribution_.alias = alias_of(message);
  contribution_.version = message.version;
  contribution_.pane = pane;
  contribution_.part = part;
  contribution_.rooms.clear();
  for (const uint32_t room : rooms) contribution_.rooms.push_back(block_key(room));
  contribution_.moods.clear();
  for (const RoomMood& there : own) {
    if (there.mood != part.mood) contribution_.moods.push_back({block_key(there.room), there.mood});
  }
  encode_contribution(contribution_, block_records_);
  ++records_;
}

void TallyBuilder::retract(const Message& message) {
  ++ledger_[Column::retraction];
  if (!contributions_) {
    ++ledger_[Beside::retraction_unmatched];
    return;
  }
  contribution_.retraction = true;
  contribution_.id = sip_hash(key_of(message.network), message.target);
  contribution_.alias = alias_of(message);
  contribution_.version = message.version;
  encode_contribution(contribution_, block_records_);
  ++records_;
}

void TallyBuilder::finish(Tally& into) {
  uint32_t begin = 0;
  for (Entry& entry : entries_) {
    entry.begin = begin;
    begin += entry.count;
    entry.count = 0;
  }
  grouped_.resize(notes_.size());
  for (const Note note : notes_) {
    Entry& entry = entries_[note.entry];
    grouped_[entry.begin + entry.count++] = note.part;
  }
  into.deltas.clear();
  into.deltas.reserve(deltas_bytes_);  // as large as the last one, about
  into.seconds.clear();
  for (const Entry& entry : entries_) {
    clear(scratch_);
    for (uint32_t i = 0; i < entry.count; ++i) {
      const Part& said = parts_[grouped_[entry.begin + i]];
      add_part(scratch_, said.part, entry.pane, 1, said.text == kNone ? nullptr : &texts_[said.text]);
      if (tell_seconds_) seconds_.add(said.part, 1);
    }
    if (tell_seconds_) seconds_.take(into.seconds);
    encode_delta(keys_[entry.room], entry.pane, scratch_, into.deltas);
  }
  deltas_bytes_ = into.deltas.size();
  into.contributions.clear();
  if (!block_records_.empty()) {
    begin_block(block_keys_, into.contributions);
    into.contributions += block_records_;
  }
  into.beats.assign(beats_.begin(), beats_.end());
  into.ledger = ledger_;
  into.newest_event = newest_event_;
}

}  // namespace roomtone::tally
