#include "ingest/producer_book.hpp"

#include <algorithm>

namespace roomtone::ingest {

ProducerBook::ProducerBook(const SipKey& key, const std::vector<ProducerPosition>& start, std::size_t producers_max)
    : key_(key), producers_max_(producers_max) {
  for (const ProducerPosition& position : start) {
    enter(position);
    committed(position);
  }
}

Admission ProducerBook::open(uint64_t producer, uint64_t epoch, Instant now) const {
  const auto found = producers_.find(producer);
  if (found == producers_.end()) return has_room(now) ? Admission::next : Admission::full;
  return epoch < found->second.epoch ? Admission::old_epoch : Admission::next;
}

Admission ProducerBook::admit(uint64_t producer, uint64_t epoch, uint64_t sequence, Instant now) const {
  if (const Admission opened = open(producer, epoch, now); opened != Admission::next) return opened;
  const uint64_t taken = standing(producer, epoch).taken;
  if (sequence <= taken) return Admission::repeat;
  return sequence == taken + 1 ? Admission::next : Admission::gap;
}

Standing ProducerBook::standing(uint64_t producer, uint64_t epoch) const {
  const auto found = producers_.find(producer);
  return found == producers_.end() || found->second.epoch != epoch ? Standing{} : found->second.standing;
}

std::vector<ProducerPosition> ProducerBook::positions_for(uint64_t producer, uint64_t epoch, uint64_t sequence,
                                                          Instant now) const {
  std::vector<ProducerPosition> positions;
  if (producers_.size() >= producers_max_ && !producers_.contains(producer)) {
    const auto silent = longest_silent();
    positions.push_back({silent->first, silent->second.epoch, silent->second.standing.taken, kNoInstant});
  }
  positions.push_back({producer, epoch, sequence, now});
  return positions;
}

void ProducerBook::enter(const ProducerPosition& position) {
  if (position.heard == kNoInstant) {
    producers_.erase(position.producer);
    return;
  }
  Producer& producer = producers_[position.producer];
  if (producer.epoch != position.epoch) producer.standing = {};
  producer.epoch = position.epoch;
  producer.standing.taken = position.sequence;
  producer.heard = position.heard;
}

void ProducerBook::committed(const ProducerPosition& position) {
  const auto found = producers_.find(position.producer);
  if (found == producers_.end() || found->second.epoch != position.epoch) return;
  found->second.standing.committed = std::max(found->second.standing.committed, position.sequence);
}

bool ProducerBook::has_room(Instant now) const {
  if (producers_.size() < producers_max_) return true;
  return now - longest_silent()->second.heard > limits::kProducerSilence;
}

std::unordered_map<uint64_t, ProducerBook::Producer>::const_iterator ProducerBook::longest_silent() const {
  return std::ranges::min_element(producers_, {}, [](const auto& entry) { return entry.second.heard; });
}

bool valid_name(std::string_view name, std::size_t bytes_max) {
  return !name.empty() && name.size() <= bytes_max &&
         std::ranges::all_of(name, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace roomtone::ingest
