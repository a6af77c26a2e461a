#include "delivery/digest_schedule.hpp"

#include <utility>

#include "base/assert.hpp"

namespace roomtone::delivery {

void DigestSchedule::update(DigestPtr digest, Mono now, Instant wall) {
  if (digest->until <= wall) return;
  until_ = now + (digest->until - wall);
  digest_ = std::move(digest);
  due_ = now;
}

std::optional<Mono> DigestSchedule::next() const {
  if (under_way_ || !digest_ || due_ >= until_) return std::nullopt;
  return due_;
}

DigestPtr DigestSchedule::take(Mono now) {
  ROOMTONE_ASSERT(!under_way_);
  if (digest_ && now >= until_) digest_.reset();
  const auto first = next();
  if (!first || *first > now) return nullptr;
  under_way_ = true;
  due_ = Mono::max();  // but for a newer one that comes meanwhile
  return digest_;
}

void DigestSchedule::done(SendOutcome outcome, Mono now) {
  ROOMTONE_ASSERT(under_way_);
  under_way_ = false;
  if (due_ == Mono::max()) due_ = now + (outcome == SendOutcome::failed ? retry_ : resend_);
}

}  // namespace roomtone::delivery
