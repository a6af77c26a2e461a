#include "room/metronomes.hpp"

#include <algorithm>
#include <vector>

namespace roomtone::room {

namespace {

constexpr float kSpreadMax = 0.1F;      // standard deviation over mean
constexpr float kOutOfStep = 3;         // a gap that is so many times the others, or such a part of them, begins anew
constexpr uint32_t kPostsWeighed = 24;  // older gaps fade

}  // namespace

void Metronomes::hear(const Beat& beat) {
  const auto [author, at] = beat;
  if (author > below_) return;
  if (authors_.size() >= authors_max_ && !authors_.contains(author)) {
    make_room(at);
    if (author > below_) return;
  }
  Author& known = authors_[author];
  take_in(known, at);
  const bool periodic = keeps_time(known);
  if (periodic == known.periodic) [[likely]]
    return;
  known.periodic = periodic;
  if (periodic) {
    periodic_.insert(author);
  } else {
    periodic_.erase(author);
  }
}

void Metronomes::take_in(Author& known, Instant at) {
  if (known.posts == 0) {
    known.last = at;
    known.posts = 1;
    return;
  }
  if (at <= known.last) return;
  const float gap = std::chrono::duration<float>(at - known.last).count();
  known.last = at;
  if (gap < std::chrono::duration<float>(kGapMin).count()) {
    known.posts = 1;
    return;
  }
  const bool first = known.posts == 1;
  if (first || gap > known.mean_s * kOutOfStep || gap * kOutOfStep < known.mean_s) {
    known.posts = 2;
    known.mean_s = gap;
    known.deviations = 0;
    return;
  }
  ++known.posts;
  const auto gaps = static_cast<float>(std::min(known.posts, kPostsWeighed) - 1);
  const float off = gap - known.mean_s;
  known.mean_s += off / gaps;
  known.deviations += off * (gap - known.mean_s);
  if (known.posts > kPostsWeighed) known.deviations -= known.deviations / gaps;
}

bool Metronomes::keeps_time(const Author& known) {
  if (known.posts < kPostsMin) return false;
  const auto gaps = static_cast<float>(std::min(known.posts, kPostsWeighed) - 1);
  const float variance = known.deviations / gaps;
  return variance < kSpreadMax * kSpreadMax * known.mean_s * known.mean_s;
}

void Metronomes::make_room(Instant now) {
  const auto forget = [this](auto&& which) {
    boost::unordered::erase_if(authors_, which);
    boost::unordered::erase_if(periodic_, [this](uint64_t author) { return !authors_.contains(author); });
  };
  forget([now](const auto& entry) { return entry.second.last < now - kForgottenAfter; });
  if (authors_.size() < authors_max_ / 4 && below_ < UINT64_MAX / 2) {
    below_ *= 2;
    return;
  }
  if (authors_.size() <= authors_max_ / 2) return;
  std::vector<uint64_t> hashes;
  hashes.reserve(authors_.size());
  for (const auto& [author, known] : authors_) hashes.push_back(author);
  const auto middle = hashes.begin() + static_cast<std::ptrdiff_t>(authors_max_ / 2);
  std::ranges::nth_element(hashes, middle);
  below_ = *middle;
  forget([this](const auto& entry) { return entry.first > below_; });
}

}  // namespace roomtone::room
