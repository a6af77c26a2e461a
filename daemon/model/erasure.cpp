#include "model/erasure.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "model/contribution.hpp"
#include "model/delta.hpp"

namespace roomtone {

Erasure::Erasure(std::vector<uint64_t> authors, const SipKey& secret) : authors_(std::move(authors)), secret_(secret) {
  std::ranges::sort(authors_);
  for (const uint64_t author : authors_) {
    ROOMTONE_ASSERT(author != 0 && author == sketch_hash(author));
    // Rows before format 4 have 64 bits of it, of which these six bytes are the first.
    ByteWriter(patterns_.emplace_back()).u48_be(author >> 16);
  }
}

bool Erasure::may_be_in(std::string_view row) const {
  return std::ranges::any_of(patterns_, [&](const std::string& p) { return row.find(p) != std::string_view::npos; });
}

bool Erasure::is_one(uint64_t author) const { return std::ranges::binary_search(authors_, author); }

uint64_t Erasure::placeholder(uint64_t hash) const {
  // The same for the same entry, so that rows that are merged later stand for one placeholder; and below the entry's
  // own hash, so that it is kept wherever that was.
  const std::array<char, 8> bytes = [hash] {
    std::array<char, 8> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(hash >> (8 * i));
    return out;
  }();
  const uint64_t drawn = sip_hash(secret_, {bytes.data(), bytes.size()});
  __extension__ using Wide = unsigned __int128;
  return sketch_hash(static_cast<uint64_t>(static_cast<Wide>(drawn) * hash >> 64));
}

template <typename Sketch, typename IsTheirs>
bool Erasure::take_out(Sketch& sketch, IsTheirs is_theirs) const {
  if (std::ranges::none_of(sketch.entries(), is_theirs)) return false;
  Sketch left;
  for (const auto& entry : sketch.entries())
    if (!is_theirs(entry)) left.add(entry);
  if (sketch.saturated()) {
    for (const auto& entry : sketch.entries()) {
      if (!is_theirs(entry)) continue;
      std::remove_cvref_t<decltype(entry)> nobody;
      nobody.hash = placeholder(entry.hash);
      left.add(nobody);
    }
  }
  sketch = std::move(left);
  return true;
}

bool Erasure::from(Rollup& rollup) const {
  const bool voices = take_out(rollup.voices, [this](const VoiceEntry& voice) { return is_one(voice.hash); });
  const bool sample = take_out(rollup.sample, [this](const SampleEntry& entry) { return is_one(entry.said.author); });
  return voices || sample;
}

std::optional<std::string> Erasure::from_deltas(std::string_view deltas, bool& ok) const {
  std::string out;
  bool found = false;
  ByteReader in(deltas);
  while (!in.at_end()) {
    const DeltaView delta = read_delta(in);
    Rollup rollup;
    if (!in.ok() || !merge_encoded_rollup(delta.rollup, rollup)) {
      ok = false;
      return std::nullopt;
    }
    found = from(rollup) || found;
    encode_delta(delta.key, delta.pane, rollup, out);
  }
  if (!found) return std::nullopt;
  return out;
}

std::optional<std::string> Erasure::from_contributions(std::string_view row, bool& ok) const {
  std::string out;
  bool found = false;
  ByteReader in(row);
  Contribution record;
  while (!in.at_end()) {
    const std::string_view block = in.string();
    std::string left;
    BlockReader reader(block);
    begin_block(reader.keys(), left);
    while (reader.ok() && !reader.at_end()) {
      if (!reader.next(record)) break;
      if (!record.retraction && !record.renames && is_one(record.part.author)) {
        record.part.author = 0;
        found = true;
      }
      encode_contribution(record, left);
    }
    // Records are named by where they stand, so they must not move.
    if (!in.ok() || !reader.ok() || left.size() != block.size()) {
      ok = false;
      return std::nullopt;
    }
    ByteWriter to(out);
    to.string(left);
    const uint64_t repeats = in.varint();
    to.varint(repeats);
    for (uint64_t i = 0; i < repeats && in.ok(); ++i) to.varint(in.varint());
    if (!in.ok()) {
      ok = false;
      return std::nullopt;
    }
  }
  if (!found) return std::nullopt;
  return out;
}

}  // namespace roomtone
