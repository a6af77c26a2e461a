#include "publish/recent_updates.hpp"

namespace roomtone::publish {

void RecentUpdates::add(std::string_view key, const Header& header, std::string_view body) {
  auto chain = chains_.find(key);
  // A sequence that does not go on by one leaves a hole: what is before it can never be part of an answer again. Its
  // entries wait for their turn to be forgotten under a chain of their own key, which now begins here.
  const bool goes_on = chain != chains_.end() && entry(chain->second.last).update.header.key_seq + 1 == header.key_seq;
  if (chain == chains_.end()) chain = chains_.emplace(std::string(key), Chain{}).first;

  const uint64_t number = first_ + entries_.size();
  Entry& added = entries_.emplace_back(Entry{&*chain, 0, {header, std::string(body)}});
  bytes_ += cost_of(added);
  if (goes_on)
    entry(chain->second.last).next = number;
  else
    chain->second.first = number;
  chain->second.last = number;
  while (bytes_ > bytes_max_) forget_oldest();
}

std::optional<std::vector<const SentUpdate*>> RecentUpdates::since(std::string_view key, uint64_t from_key_seq) const {
  const auto chain = chains_.find(key);
  if (chain == chains_.end()) return std::nullopt;
  if (entry(chain->second.first).update.header.key_seq > from_key_seq) return std::nullopt;
  std::vector<const SentUpdate*> updates;
  for (uint64_t number = chain->second.first; number != 0; number = entry(number).next) {
    const SentUpdate& update = entry(number).update;
    if (update.header.key_seq >= from_key_seq) updates.push_back(&update);
  }
  return updates;
}

std::size_t RecentUpdates::cost_of(const Entry& entry) {
  return sizeof(Entry) + entry.update.body.capacity() + entry.chain->first.size();
}

void RecentUpdates::forget_oldest() {
  const Entry& oldest = entries_.front();
  bytes_ -= cost_of(oldest);
  Chain& chain = oldest.chain->second;
  if (chain.last == first_)
    chains_.erase(oldest.chain->first);
  else if (chain.first == first_)
    chain.first = oldest.next;
  entries_.pop_front();
  ++first_;
}

}  // namespace roomtone::publish
