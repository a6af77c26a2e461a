#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "ingest/outlet.hpp"
#include "model/delivery.hpp"

namespace roomtone::ingest {

/// The requests of the last while by the key that their clients gave them. A key is known from the moment that its
/// batch is on its way, and again after a restart if that was committed. At most `requests_max`, the oldest are
/// forgotten first. Owned by the source's thread.
class RequestBook {
 public:
  enum class Known {
    no,
    yes,
    with_another_body,  // the client has used one key for two requests
  };
  RequestBook(const Remembered& remembered, Mono now);

  /// Key and body of a request of one source, as they are kept.
  [[nodiscard]] RequestKey request(std::string_view key, std::string_view body) const;
  [[nodiscard]] Known find(const RequestKey& request, Mono now);
  void enter(const RequestKey& request, Mono now);

  [[nodiscard]] std::size_t size() const { return bodies_.size(); }

 private:
  void forget_old(Mono now);

  const SipKey key_;
  const std::chrono::milliseconds window_;
  const std::size_t requests_max_;
  std::unordered_map<uint64_t, uint64_t> bodies_;  // fingerprint by key
  std::deque<std::pair<Mono, uint64_t>> by_age_;   // keys, oldest first
};

}  // namespace roomtone::ingest
