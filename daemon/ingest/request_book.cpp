#include "ingest/request_book.hpp"

namespace roomtone::ingest {

RequestBook::RequestBook(const Remembered& remembered, Mono now)
    : key_(remembered.key), window_(remembered.request_window), requests_max_(remembered.requests_max) {
  for (const RequestKey& request : remembered.requests) enter(request, now);
}

RequestKey RequestBook::request(std::string_view key, std::string_view body) const {
  // Another key than that of producers' names, so that one cannot be mistaken for the other.
  const SipKey own{~key_.k0, key_.k1};
  return {sip_hash(own, key), sip_hash(own, body)};
}

RequestBook::Known RequestBook::find(const RequestKey& request, Mono now) {
  forget_old(now);
  const auto found = bodies_.find(request.key);
  if (found == bodies_.end()) return Known::no;
  return found->second == request.fingerprint ? Known::yes : Known::with_another_body;
}

void RequestBook::enter(const RequestKey& request, Mono now) {
  if (!bodies_.emplace(request.key, request.fingerprint).second) return;
  by_age_.emplace_back(now, request.key);
  forget_old(now);
}

void RequestBook::forget_old(Mono now) {
  while (!by_age_.empty() && (by_age_.size() > requests_max_ || now - by_age_.front().first > window_)) {
    bodies_.erase(by_age_.front().second);
    by_age_.pop_front();
  }
}

}  // namespace roomtone::ingest
