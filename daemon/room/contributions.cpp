#include "room/contributions.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "model/delta.hpp"

namespace roomtone::room {

namespace {

constexpr uint32_t kOffsetMask = 0x7fffffff;  // a block is one batch: a few megabytes

}  // namespace

ContributionIndex::ContributionIndex(ContributionOptions options) : options_(options) {}

void ContributionIndex::remember(const Contribution& contribution, Place place) {
  by_id_[contribution.id] = place;
  if (contribution.alias != 0) by_id_[contribution.alias] = place;
}

Contribution ContributionIndex::read_at(Place place, std::vector<std::string_view>& keys) const {
  BlockReader reader(blocks_[place.block - first_block_].bytes);
  reader.seek(place.offset);
  Contribution contribution;
  const bool good = reader.next(contribution);
  ROOMTONE_ASSERT(good);  // it was read when it was indexed
  keys = reader.keys();
  return contribution;
}

void ContributionIndex::undo_record(const Contribution& contribution, const std::vector<std::string_view>& keys,
                                    std::string& undo) {
  Rollup negative;
  add_part(negative, contribution.part, -1);
  for (const uint32_t room : contribution.rooms) encode_delta(keys[room], contribution.pane, negative, undo);
}

bool ContributionIndex::index_block(const Kept& kept, uint32_t number, const std::vector<uint32_t>* known_skips,
                                    std::vector<uint32_t>& skips, std::string* undo, Ledger* ledger) {
  BlockReader reader(kept.bytes);
  Contribution record;
  std::vector<std::string_view> old_keys;
  while (reader.ok() && !reader.at_end()) {
    const auto offset = static_cast<uint32_t>(reader.offset());
    if (!reader.next(record)) return false;
    const auto found = by_id_.find(record.id);
    const bool known = found != by_id_.end();

    if (record.retraction) {
      if (!known || found->second.taken_back != 0) {
        if (ledger != nullptr) ++(*ledger)[Beside::retraction_unmatched];
        continue;
      }
      const Contribution old = read_at(found->second, old_keys);
      if (undo != nullptr) undo_record(old, old_keys, *undo);
      if (ledger != nullptr) ++(*ledger)[Beside::retracted];
      Place gone = found->second;
      gone.taken_back = 1;
      remember(old, gone);
      continue;
    }

    const bool skip_known = known_skips != nullptr && std::ranges::binary_search(*known_skips, offset);
    bool repeat = skip_known;
    if (known_skips == nullptr && known) {
      const Contribution old = read_at(found->second, old_keys);
      repeat = found->second.taken_back != 0 || record.version <= old.version;
      if (!repeat) {
        if (undo != nullptr) undo_record(old, old_keys, *undo);
        if (ledger != nullptr) ++(*ledger)[Beside::retracted];
      }
    }
    if (repeat) {
      skips.push_back(offset);
      if (undo != nullptr) undo_record(record, reader.keys(), *undo);
      if (ledger != nullptr) {
        --(*ledger)[Column::counted];
        ++(*ledger)[Column::duplicate];
        if (!record.part.mood.scored) --(*ledger)[Beside::unscored];
        if (record.rooms.size() == 1) --(*ledger)[Beside::no_topic];
      }
      continue;
    }
    remember(record, Place{number, offset & kOffsetMask, 0});
  }
  return reader.ok();
}

bool ContributionIndex::apply(std::string_view block, std::string& undo, Ledger& ledger) {
  Kept& kept = blocks_.emplace_back();
  kept.bytes = block;
  std::vector<uint32_t> skips;
  const std::size_t ids_before = by_id_.size();
  if (!index_block(kept, first_block_ + static_cast<uint32_t>(blocks_.size()) - 1, nullptr, skips, &undo, &ledger))
    return false;
  kept.records = by_id_.size() - ids_before;
  records_ += kept.records;
  ByteWriter row(pending_row_);
  row.string(block);
  row.varint(skips.size());
  for (const uint32_t offset : skips) row.varint(offset);
  return true;
}

std::string ContributionIndex::take_row(uint64_t commit, Mono now) {
  for (; pending_from_ < blocks_.size(); ++pending_from_) {
    blocks_[pending_from_].commit = commit;
    blocks_[pending_from_].at = now;
  }
  return std::exchange(pending_row_, {});
}

bool ContributionIndex::recover(uint64_t commit, std::string_view row, Mono now) {
  ByteReader in(row);
  while (!in.at_end()) {
    const std::string_view bytes = in.string();
    const uint64_t count = in.varint();
    std::vector<uint32_t> known;
    for (uint64_t i = 0; i < count && in.ok(); ++i) known.push_back(static_cast<uint32_t>(in.varint()));
    if (!in.ok()) return false;
    Kept& kept = blocks_.emplace_back();
    kept.bytes = bytes;
    kept.commit = commit;
    kept.at = now;
    std::vector<uint32_t> skips;
    const std::size_t ids_before = by_id_.size();
    if (!index_block(kept, first_block_ + static_cast<uint32_t>(blocks_.size()) - 1, &known, skips, nullptr, nullptr))
      return false;
    kept.records = by_id_.size() - ids_before;
    records_ += kept.records;
  }
  pending_from_ = blocks_.size();
  return true;
}

uint64_t ContributionIndex::expire(Mono now) {
  while (pending_from_ > 0 && (now - blocks_.front().at > options_.horizon || records_ > options_.count_max)) {
    const uint64_t commit = blocks_.front().commit;
    // A row holds all blocks of its commit, so they go together.
    while (pending_from_ > 0 && blocks_.front().commit == commit) {
      BlockReader reader(blocks_.front().bytes);
      Contribution record;
      while (!reader.at_end() && reader.next(record)) {
        for (const uint64_t id : {record.id, record.alias}) {
          const auto found = by_id_.find(id);
          if (found != by_id_.end() && found->second.block == first_block_) by_id_.erase(found);
        }
      }
      records_ -= blocks_.front().records;
      blocks_.pop_front();
      ++first_block_;
      --pending_from_;
    }
    needed_from_ = commit + 1;
  }
  return needed_from_;
}

}  // namespace roomtone::room
