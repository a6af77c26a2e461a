#include "model/rollup.hpp"

#include <algorithm>
#include <bit>

namespace roomtone {

namespace {

// Flags of an encoded voice.
constexpr uint8_t kOnce = 1;  // one message, and scored
constexpr uint8_t kAutomated = 2;
constexpr uint8_t kYoung = 4;
// Flags of what is said in a sample.
constexpr uint8_t kKnown = 1;
constexpr uint8_t kScored = 2;
constexpr uint8_t kAuthor = 4;
constexpr uint8_t kSignature = 8;
constexpr uint8_t kLikeness = 16;

template <std::size_t N>
void add_each(std::array<int64_t, N>& into, const std::array<int64_t, N>& from) {
  for (std::size_t i = 0; i < N; ++i) into[i] += from[i];
}

/// By which a count is multiplied to leave room for one of N places; the most fit into a byte with theirs.
template <std::size_t N>
constexpr int64_t places() {
  return static_cast<int64_t>(std::bit_ceil(N));
}

template <std::size_t N>
void encode_sparse(ByteWriter& out, uint64_t tag, const std::array<int64_t, N>& values) {
  if (std::ranges::all_of(values, [](int64_t v) { return v == 0; })) return;
  out.varint(tag);
  const std::size_t begun = out.begin();
  for (std::size_t i = 0; i < N; ++i)
    if (values[i] != 0) out.zigzag(values[i] * places<N>() + static_cast<int64_t>(i));
  out.end(begun);
}

template <std::size_t N>
bool merge_sparse(ByteReader in, std::array<int64_t, N>& into) {
  while (!in.at_end()) {
    const int64_t value = in.zigzag();
    const auto at = static_cast<std::size_t>(value & (places<N>() - 1));
    if (!in.ok() || at >= N) return false;
    into[at] += (value - static_cast<int64_t>(at)) / places<N>();
  }
  return true;
}

/// As rows before format 4 have it.
template <std::size_t N>
bool merge_old_sparse(ByteReader in, std::array<int64_t, N>& into) {
  const uint64_t present = in.varint();
  if (present > N) return false;
  for (uint64_t i = 0; i < present; ++i) {
    const uint64_t at = in.varint();
    const int64_t value = in.zigzag();
    if (at >= N) return false;
    into[at] += value;
  }
  return in.ok() && in.at_end();
}

template <typename Sketch, typename ReadHash, typename ReadPayload>
bool merge_sketch(ByteReader in, Sketch& into, ReadHash read_hash, ReadPayload read_payload) {
  using Entry = std::remove_cvref_t<decltype(into.entries()[0])>;
  const uint64_t count = in.varint();
  if (count > Sketch::kCapacity) return false;
  const auto read = [&](uint64_t after, bool first, Entry& entry) {
    entry.hash = read_hash(in);
    read_payload(in, entry);
    return in.ok() && (first || entry.hash > after);
  };
  if (count <= Sketch::kFewEntries) {  // most deltas: no buffer
    uint64_t last = 0;
    for (uint64_t i = 0; i < count; ++i) {
      Entry entry;
      if (!read(last, i == 0, entry)) return false;
      last = entry.hash;
      into.add(entry);
    }
    return in.at_end();
  }
  std::vector<Entry> entries(count);
  for (uint64_t i = 0; i < count; ++i)
    if (!read(i == 0 ? 0 : entries[i - 1].hash, i == 0, entries[i])) return false;
  into.merge(entries);
  return in.at_end();
}

uint64_t short_hash(ByteReader& in) { return in.u48_be() << 16; }
/// Rows before format 4 have hashes of 64 bits.
uint64_t old_hash(ByteReader& in) { return sketch_hash(in.u64_be()); }

bool merge_counts(ByteReader in, Rollup& into) {
  into.n += in.zigzag();
  into.pos += in.zigzag();
  into.neg += in.zigzag();
  into.neutral += in.zigzag();
  into.unscored += in.zigzag();
  into.valence_micro_sum += in.zigzag();
  into.valence_sq_micro_sum += in.zigzag();
  return in.ok() && in.at_end();
}

}  // namespace

void Rollup::merge(const Rollup& other) {
  n += other.n;
  pos += other.pos;
  neg += other.neg;
  neutral += other.neutral;
  unscored += other.unscored;
  valence_micro_sum += other.valence_micro_sum;
  valence_sq_micro_sum += other.valence_sq_micro_sum;
  add_each(histogram, other.histogram);
  add_each(traits, other.traits);
  voices.merge(other.voices);
  campaigns.merge(other.campaigns);
  sample.merge(other.sample);
}

uint64_t sample_hash(const MessagePart& part, SpanIndex pane) {
  uint64_t state = part.author ^ std::rotl(part.signature, 29) ^ std::rotl(part.mark, 43) * 0xff51afd7ed558ccdULL ^
                   static_cast<uint64_t>(pane) * 0x9e3779b97f4a7c15ULL;
  state = (state ^ (state >> 32)) * 0xd6e8feb86659fd93ULL;
  state = (state ^ (state >> 32)) * 0xd6e8feb86659fd93ULL;
  return sketch_hash(state ^ (state >> 32));
}

void add_part(Rollup& rollup, const MessagePart& part, SpanIndex pane, int sign, const SampleText* text) {
  rollup.n += sign;
  if (!part.mood.scored) {
    rollup.unscored += sign;
  } else {
    int64_t& label = part.mood.label == MoodLabel::positive   ? rollup.pos
                     : part.mood.label == MoodLabel::negative ? rollup.neg
                                                              : rollup.neutral;
    label += sign;
    rollup.valence_micro_sum += sign * static_cast<int64_t>(part.mood.valence_micro);
    rollup.valence_sq_micro_sum += sign * square_micro(part.mood.valence_micro);
    rollup.histogram[histogram_bin(part.mood.valence_micro)] += sign;
  }
  for (std::size_t t = 0; t < kTraits; ++t)
    if ((part.traits >> t) & 1) rollup.traits[t] += sign;
  if (part.author != 0) {
    rollup.voices.add({part.author, sign, part.mood.scored ? sign : 0,
                       part.mood.scored ? sign * static_cast<int64_t>(part.mood.valence_micro) : 0,
                       has(part.traits, Trait::automated) ? sign : 0, has(part.traits, Trait::young) ? sign : 0});
  }
  if (part.signature != 0) rollup.campaigns.add({part.signature, sign, text != nullptr ? text->likeness : 0});
  SampleEntry entry;
  entry.hash = sample_hash(part, pane);
  if (entry.hash > rollup.sample.threshold()) return;
  entry.n = sign;
  if (text != nullptr) {
    entry.said = {true,        part.mood.scored,
                  part.traits, part.mood.valence_micro,
                  part.author, text->likeness != 0 ? 0 : part.signature,
                  *text};
  }
  rollup.sample.add(entry);
}

namespace {

void encode_voices(const Rollup& rollup, ByteWriter& out) {
  if (rollup.voices.entries().empty()) return;
  out.varint(rollup_field::kVoicesShort);
  const std::size_t begun = out.begin();
  out.varint(rollup.voices.entries().size());
  for (const VoiceEntry& voice : rollup.voices.entries()) {
    out.u48_be(voice.hash >> 16);
    const bool once = voice.n == 1 && voice.scored == 1;
    out.u8(static_cast<uint8_t>((once ? kOnce : 0) | (voice.automated != 0 ? kAutomated : 0) |
                                (voice.young != 0 ? kYoung : 0)));
    if (!once) {
      out.zigzag(voice.n);
      out.zigzag(voice.scored);
    }
    out.zigzag(voice.valence_micro);
    if (voice.automated != 0) out.zigzag(voice.automated);
    if (voice.young != 0) out.zigzag(voice.young);
  }
  out.end(begun);
}

void read_voice(ByteReader& in, VoiceEntry& voice) {
  const uint8_t flags = in.u8();
  const bool once = (flags & kOnce) != 0;
  voice.n = once ? 1 : in.zigzag();
  voice.scored = once ? 1 : in.zigzag();
  voice.valence_micro = in.zigzag();
  if ((flags & kAutomated) != 0) voice.automated = in.zigzag();
  if ((flags & kYoung) != 0) voice.young = in.zigzag();
}

void encode_campaigns(const Rollup& rollup, ByteWriter& out) {
  if (rollup.campaigns.entries().empty()) return;
  out.varint(rollup_field::kCampaignsShort);
  const std::size_t begun = out.begin();
  out.varint(rollup.campaigns.entries().size());
  for (const CampaignEntry& campaign : rollup.campaigns.entries()) {
    out.u48_be(campaign.hash >> 16);
    const bool alike = campaign.likeness != 0;
    out.zigzag(campaign.n * 2 + (alike ? 1 : 0));
    if (alike) out.u48_be(campaign.likeness);
  }
  out.end(begun);
}

void read_campaign(ByteReader& in, CampaignEntry& campaign) {
  const int64_t head = in.zigzag();
  campaign.n = head >> 1;
  if ((head & 1) != 0) campaign.likeness = in.u48_be();
}

void read_said(ByteReader& in, SampleEntry::Said& said) {
  const uint8_t flags = in.u8();
  said.known = (flags & kKnown) != 0;
  if (!said.known) return;
  said.scored = (flags & kScored) != 0;
  said.traits = in.u8();
  if (said.scored) said.valence_micro = static_cast<int32_t>(in.zigzag());
  if ((flags & kAuthor) != 0) said.author = in.u48_be() << 16;
  if ((flags & kSignature) != 0) said.signature = in.u48_be() << 16;
  if ((flags & kLikeness) != 0) said.text.likeness = in.u48_be();
  if (!said.text.words.assign(in.string())) in.fail();
}

}  // namespace

void encode_sample(const Rollup& rollup, std::string& bytes) {
  if (rollup.sample.entries().empty()) return;
  ByteWriter out(bytes);
  out.varint(rollup_field::kSample);
  const std::size_t begun = out.begin();
  out.varint(rollup.sample.entries().size());
  for (const SampleEntry& entry : rollup.sample.entries()) {
    out.u48_be(entry.hash >> 16);
    out.zigzag(entry.n);
    const SampleEntry::Said& said = entry.said;
    out.u8(static_cast<uint8_t>((said.known ? kKnown : 0) | (said.scored ? kScored : 0) |
                                (said.author != 0 ? kAuthor : 0) | (said.signature != 0 ? kSignature : 0) |
                                (said.text.likeness != 0 ? kLikeness : 0)));
    if (!said.known) continue;
    out.u8(said.traits);
    if (said.scored) out.zigzag(said.valence_micro);
    if (said.author != 0) out.u48_be(said.author >> 16);
    if (said.signature != 0) out.u48_be(said.signature >> 16);
    if (said.text.likeness != 0) out.u48_be(said.text.likeness);
    out.string(said.text.words.bytes());
  }
  out.end(begun);
}

void encode_figures(const Rollup& rollup, std::string& bytes) {
  ByteWriter out(bytes);
  out.varint(rollup_field::kCounts);
  const std::size_t counts = out.begin();
  out.zigzag(rollup.n);
  out.zigzag(rollup.pos);
  out.zigzag(rollup.neg);
  out.zigzag(rollup.neutral);
  out.zigzag(rollup.unscored);
  out.zigzag(rollup.valence_micro_sum);
  out.zigzag(rollup.valence_sq_micro_sum);
  out.end(counts);
  encode_sparse(out, rollup_field::kHistogramShort, rollup.histogram);
  encode_sparse(out, rollup_field::kTraitsShort, rollup.traits);
  encode_voices(rollup, out);
  encode_campaigns(rollup, out);
}

void encode_rollup(const Rollup& rollup, std::string& bytes) {
  encode_figures(rollup, bytes);
  encode_sample(rollup, bytes);
}

bool merge_encoded_rollup(std::string_view bytes, Rollup& into) {
  ByteReader in(bytes);
  while (!in.at_end()) {
    const uint64_t tag = in.varint();
    const std::string_view field = in.string();
    if (!in.ok()) return false;
    bool good = true;
    switch (tag) {
      case rollup_field::kCounts: good = merge_counts(ByteReader(field), into); break;
      case rollup_field::kHistogram: good = merge_old_sparse(ByteReader(field), into.histogram); break;
      case rollup_field::kTraits: good = merge_old_sparse(ByteReader(field), into.traits); break;
      case rollup_field::kHistogramShort: good = merge_sparse(ByteReader(field), into.histogram); break;
      case rollup_field::kTraitsShort: good = merge_sparse(ByteReader(field), into.traits); break;
      case rollup_field::kVoices:
        good = merge_sketch(ByteReader(field), into.voices, old_hash, [](ByteReader& r, VoiceEntry& e) {
          e.n = r.zigzag();
          e.scored = r.zigzag();
          e.valence_micro = r.zigzag();
        });
        break;
      case rollup_field::kCampaigns:
        good = merge_sketch(ByteReader(field), into.campaigns, old_hash,
                            [](ByteReader& r, CampaignEntry& e) { e.n = r.zigzag(); });
        break;
      case rollup_field::kVoicesShort:
        good = merge_sketch(ByteReader(field), into.voices, short_hash, read_voice);
        break;
      case rollup_field::kCampaignsShort:
        good = merge_sketch(ByteReader(field), into.campaigns, short_hash, read_campaign);
        break;
      case rollup_field::kSample:
        good = merge_sketch(ByteReader(field), into.sample, short_hash, [](ByteReader& r, SampleEntry& e) {
          e.n = r.zigzag();
          read_said(r, e.said);
        });
        break;
      default: break;  // a field of a later version: rows of a later format are refused on open, so none is lost here
    }
    if (!good) return false;
  }
  return true;
}

}  // namespace roomtone
