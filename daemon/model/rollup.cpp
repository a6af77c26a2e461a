#include "model/rollup.hpp"

namespace roomtone {

namespace {

template <std::size_t N>
void add_each(std::array<int64_t, N>& into, const std::array<int64_t, N>& from) {
  for (std::size_t i = 0; i < N; ++i) into[i] += from[i];
}

template <std::size_t N>
void encode_sparse(ByteWriter& out, uint64_t tag, const std::array<int64_t, N>& values) {
  uint64_t present = 0;
  for (const int64_t v : values) present += v != 0;
  if (present == 0) return;
  out.varint(tag);
  const std::size_t begun = out.begin();
  out.varint(present);
  for (std::size_t i = 0; i < N; ++i) {
    if (values[i] == 0) continue;
    out.varint(i);
    out.zigzag(values[i]);
  }
  out.end(begun);
}

template <std::size_t N>
bool merge_sparse(ByteReader in, std::array<int64_t, N>& into) {
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

template <typename Sketch, typename ReadPayload>
bool merge_sketch(ByteReader in, Sketch& into, ReadPayload read_payload) {
  using Entry = std::remove_cvref_t<decltype(into.entries()[0])>;
  const uint64_t count = in.varint();
  if (count > Sketch::kCapacity) return false;
  const auto read = [&](uint64_t after, bool first, Entry& entry) {
    entry.hash = in.u64_be();
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
}

void add_part(Rollup& rollup, const MessagePart& part, int sign) {
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
                       part.mood.scored ? sign * static_cast<int64_t>(part.mood.valence_micro) : 0});
  }
  if (part.signature != 0) rollup.campaigns.add({part.signature, sign});
}

void encode_rollup(const Rollup& rollup, std::string& bytes) {
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
  encode_sparse(out, rollup_field::kHistogram, rollup.histogram);
  encode_sparse(out, rollup_field::kTraits, rollup.traits);
  if (!rollup.voices.entries().empty()) {
    out.varint(rollup_field::kVoices);
    const std::size_t begun = out.begin();
    out.varint(rollup.voices.entries().size());
    for (const VoiceEntry& voice : rollup.voices.entries()) {
      out.u64_be(voice.hash);
      out.zigzag(voice.n);
      out.zigzag(voice.scored);
      out.zigzag(voice.valence_micro);
    }
    out.end(begun);
  }
  if (!rollup.campaigns.entries().empty()) {
    out.varint(rollup_field::kCampaigns);
    const std::size_t begun = out.begin();
    out.varint(rollup.campaigns.entries().size());
    for (const CampaignEntry& campaign : rollup.campaigns.entries()) {
      out.u64_be(campaign.hash);
      out.zigzag(campaign.n);
    }
    out.end(begun);
  }
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
      case rollup_field::kHistogram: good = merge_sparse(ByteReader(field), into.histogram); break;
      case rollup_field::kTraits: good = merge_sparse(ByteReader(field), into.traits); break;
      case rollup_field::kVoices:
        good = merge_sketch(ByteReader(field), into.voices, [](ByteReader& r, VoiceEntry& e) {
          e.n = r.zigzag();
          e.scored = r.zigzag();
          e.valence_micro = r.zigzag();
        });
        break;
      case rollup_field::kCampaigns:
        good =
            merge_sketch(ByteReader(field), into.campaigns, [](ByteReader& r, CampaignEntry& e) { e.n = r.zigzag(); });
        break;
      default: break;  // a field of a later version: rows of a later format are refused on open, so none is lost here
    }
    if (!good) return false;
  }
  return true;
}

}  // namespace roomtone
