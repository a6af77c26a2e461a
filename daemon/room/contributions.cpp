#include "room/contributions.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "model/delta.hpp"
#include "model/seconds.hpp"

namespace roomtone::room {

namespace {

constexpr uint32_t kOffsetMask = 0x7fffffff;  // a block is one batch: a few megabytes

}  // namespace

ContributionIndex::ContributionIndex(ContributionOptions options) : options_(options) {}

void ContributionIndex::remember(const Contribution& record, Place place) {
  if (record.retraction) {
    if (Place* const gone = retracted_by(record)) gone->taken_back = 1;
    return;
  }
  if (!record.renames) by_id_[record.id] = place;
  if (record.alias != 0) by_alias_[record.alias] = {record.id, place.block};
}

ContributionIndex::Place* ContributionIndex::retracted_by(const Contribution& retraction) {
  auto found = by_id_.find(retraction.id);
  if (found == by_id_.end() && retraction.alias != 0) {
    const auto name = by_alias_.find(retraction.alias);
    if (name != by_alias_.end()) found = by_id_.find(name->second.id);
  }
  return found == by_id_.end() || found->second.taken_back != 0 ? nullptr : &found->second;
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
  PaneSeconds seconds;
  if (contribution.moods.empty()) {
    Rollup negative;
    add_part(negative, contribution.part, contribution.pane, -1);
    for (const uint32_t room : contribution.rooms) {
      encode_delta(keys[room], contribution.pane, negative, undo);
      seconds.add(contribution.part, -1);
      seconds.take(undo_seconds_);
    }
    return;
  }
  contribution.for_each_room([&](uint32_t room, const MessagePart& part) {
    Rollup there;
    add_part(there, part, contribution.pane, -1);
    encode_delta(keys[room], contribution.pane, there, undo);
    seconds.add(part, -1);
    seconds.take(undo_seconds_);
  });
}

bool ContributionIndex::judge(Contribution& record, const std::vector<std::string_view>& keys, std::string& undo,
                              Ledger& ledger) {
  if (record.retraction) {
    const Place* const gone = retracted_by(record);
    if (gone == nullptr) {
      ++ledger[Beside::retraction_unmatched];
      return false;
    }
    undo_record(read_at(*gone, old_keys_), old_keys_, undo);
    ++ledger[Beside::retracted];
    return true;
  }
  const auto found = by_id_.find(record.id);
  if (found == by_id_.end()) return true;
  const Contribution old = read_at(found->second, old_keys_);
  if (found->second.taken_back == 0 && record.version > old.version) {
    undo_record(old, old_keys_, undo);
    ++ledger[Beside::retracted];
    return true;
  }
  undo_record(record, keys, undo);
  --ledger[Column::counted];
  ++ledger[Column::duplicate];
  if (!record.part.mood.scored) --ledger[Beside::unscored];
  const auto of_topic = [&keys](uint32_t room) { return keys[room].starts_with("t/"); };
  if (std::ranges::none_of(record.rooms, of_topic)) --ledger[Beside::no_topic];
  record.renames = record.alias != 0 && !by_alias_.contains(record.alias);
  return record.renames;
}

bool ContributionIndex::apply(std::string_view block, std::string& undo, Ledger& ledger,
                              std::vector<uint32_t>& repeats) {
  const uint32_t number = first_block_ + static_cast<uint32_t>(blocks_.size());
  Kept& kept = blocks_.emplace_back();
  undo_seconds_.clear();
  BlockReader reader(block);
  kept.bytes = block.substr(0, reader.offset());
  Contribution record;
  for (uint32_t at = 0; reader.ok() && !reader.at_end(); ++at) {
    const std::size_t begin = reader.offset();
    if (!reader.next(record)) return false;
    const int64_t repeats_before = ledger[Column::duplicate];
    const bool keep = judge(record, reader.keys(), undo, ledger);
    if (ledger[Column::duplicate] != repeats_before) repeats.push_back(at);
    if (!keep) continue;
    const Place place{number, static_cast<uint32_t>(kept.bytes.size()) & kOffsetMask, 0};
    if (record.renames) {
      encode_contribution(record, kept.bytes);
    } else {
      kept.bytes += block.substr(begin, reader.offset() - begin);
    }
    ++kept.records;
    remember(record, place);
  }
  if (!reader.ok()) return false;
  records_ += kept.records;
  if (kept.records == 0) {
    blocks_.pop_back();
    return true;
  }
  ByteWriter row(pending_row_);
  row.string(kept.bytes);
  row.varint(0);  // no repeats inside
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
    const uint32_t number = first_block_ + static_cast<uint32_t>(blocks_.size()) - 1;
    BlockReader reader(kept.bytes);
    Contribution record;
    while (reader.ok() && !reader.at_end()) {
      const auto offset = static_cast<uint32_t>(reader.offset());
      if (!reader.next(record)) return false;
      ++kept.records;
      if (!std::ranges::binary_search(known, offset)) remember(record, Place{number, offset & kOffsetMask, 0});
    }
    if (!reader.ok()) return false;
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
        const auto found = by_id_.find(record.id);
        if (found != by_id_.end() && found->second.block == first_block_) by_id_.erase(found);
        const auto name = by_alias_.find(record.alias);
        if (name != by_alias_.end() && name->second.block == first_block_) by_alias_.erase(name);
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
