#include "model/campaigns.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <utility>

#include "model/likeness.hpp"

namespace roomtone {

namespace {

/// Which of at most N things belong together.
template <std::size_t N>
class Groups {
 public:
  explicit Groups(std::size_t size) : size_(size) { std::iota(parent_.begin(), parent_.end(), uint16_t{0}); }

  void join(std::size_t a, std::size_t b) { parent_[of(a)] = static_cast<uint16_t>(of(b)); }
  [[nodiscard]] std::size_t of(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  /// Joins each pair for which `together` is true.
  template <typename Together>
  void join_all(Together together) {
    for (std::size_t a = 0; a < size_; ++a)
      for (std::size_t b = a + 1; b < size_; ++b)
        if (together(a, b)) join(a, b);
  }

 private:
  std::size_t size_;
  std::array<uint16_t, N> parent_;
};

bool same_text(const SampleEntry::Said& a, const SampleEntry::Said& b) {
  return (a.signature != 0 && a.signature == b.signature) || alike(a.text.likeness, b.text.likeness);
}

/// What a group of copies adds up to.
struct Copies {
  int64_t n = 0;
  int64_t suspect = 0;  // of declared automation or young accounts
  uint64_t id = UINT64_MAX;
  std::vector<std::pair<uint64_t, int64_t>> authors;  // ascending, with their copies
};

/// `stands_for` is how many messages of the room one of its sample stands for.
bool is_campaign(const Copies& copies, double stands_for) {
  if (copies.n < kCampaignCopiesMin) return false;
  if (2 * copies.suspect > copies.n) return true;
  const auto voices = static_cast<int64_t>(copies.authors.size());
  if (copies.n >= kCampaignCopiesPerVoice * std::max<int64_t>(1, voices)) return true;
  int64_t pairs = 0;  // of one voice
  for (const auto& [author, n] : copies.authors) pairs += n * (n - 1) / 2;
  const auto n = static_cast<double>(copies.n);
  const double of_one_voice = static_cast<double>(pairs) / (n * (n - 1) / 2);
  return pairs >= kCampaignPairsMin && n * stands_for * of_one_voice >= kCampaignCopiesPerVoiceOfAll;
}

}  // namespace

uint64_t text_of(const SampleEntry::Said& said) {
  return said.text.likeness != 0 ? said.text.likeness << 16 : said.signature;
}

std::vector<Campaign> find_campaigns(const Rollup& rollup) {
  std::array<const SampleEntry*, kSampleKept> said{};
  std::size_t count = 0;
  int64_t sampled = 0;
  for (const SampleEntry& entry : rollup.sample.entries()) {
    if (entry.n <= 0) continue;
    sampled += entry.n;
    if (entry.said.known && text_of(entry.said) != 0) said[count++] = &entry;
  }
  Groups<kSampleKept> groups(count);
  groups.join_all([&](std::size_t a, std::size_t b) { return same_text(said[a]->said, said[b]->said); });

  std::array<Copies, kSampleKept> copies;
  for (std::size_t i = 0; i < count; ++i) {
    Copies& group = copies[groups.of(i)];
    const SampleEntry::Said& one = said[i]->said;
    group.n += said[i]->n;
    if (has(one.traits, Trait::automated) || has(one.traits, Trait::young)) group.suspect += said[i]->n;
    group.id = std::min(group.id, text_of(one));
    if (one.author == 0) continue;
    const auto at = std::ranges::lower_bound(group.authors, one.author, {}, &std::pair<uint64_t, int64_t>::first);
    if (at != group.authors.end() && at->first == one.author)
      at->second += said[i]->n;
    else
      group.authors.insert(at, {one.author, said[i]->n});
  }
  std::vector<Campaign> found;
  for (Copies& group : copies) {
    if (!is_campaign(group, static_cast<double>(rollup.n) / static_cast<double>(std::max<int64_t>(1, sampled))))
      continue;
    Campaign campaign;
    campaign.id = group.id;
    campaign.share = static_cast<double>(group.n) / static_cast<double>(sampled);
    campaign.n = static_cast<int64_t>(campaign.share * static_cast<double>(rollup.n) + 0.5);
    campaign.voices = static_cast<int64_t>(group.authors.size());
    for (const auto& [author, n] : group.authors) campaign.authors.push_back(author);
    found.push_back(std::move(campaign));
  }
  std::ranges::sort(found, [](const Campaign& a, const Campaign& b) { return a.n != b.n ? a.n > b.n : a.id < b.id; });
  return found;
}

int64_t unique_volume(const Rollup& rollup) {
  std::array<const CampaignEntry*, kCampaignsKept> texts{};
  std::size_t count = 0;
  for (const CampaignEntry& entry : rollup.campaigns.entries())
    if (!entry.empty()) texts[count++] = &entry;
  Groups<kCampaignsKept> groups(count);
  groups.join_all([&](std::size_t a, std::size_t b) { return alike(texts[a]->likeness, texts[b]->likeness); });
  if (count == 0) return 0;
  std::array<uint16_t, kCampaignsKept> sizes{};
  for (std::size_t i = 0; i < count; ++i) ++sizes[groups.of(i)];
  const auto alone = std::ranges::count(sizes, 1);
  const auto joined = std::ranges::count_if(sizes, [](uint16_t size) { return size > 1; });
  const double stands_for = static_cast<double>(rollup.campaigns.distinct()) / static_cast<double>(count);
  return static_cast<int64_t>(static_cast<double>(alone) * stands_for + static_cast<double>(joined) + 0.5);
}

}  // namespace roomtone
