#include "room/silences.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace roomtone::room {

bool Silences::recover(const std::vector<SilenceRow>& rows, std::span<const std::pair<uint64_t, std::string>> heard,
                       Mono now) {
  for (const SilenceRow& row : rows) {
    Voice& voice = lists_[row.list][row.member];
    voice.last = row.last;
    const std::size_t kept = std::min(row.gaps.size(), kGapsKept);
    std::copy(row.gaps.end() - static_cast<std::ptrdiff_t>(kept), row.gaps.end(), voice.gaps.begin());
    voice.gaps_known = static_cast<uint32_t>(kept);
  }
  for (const auto& [commit, record] : heard) {
    ByteReader in(record);
    while (!in.at_end()) {
      const Heard one = read_heard(in);
      if (!in.ok()) return false;
      const auto list = lists_.try_emplace(std::string(one.list)).first;
      Voice& voice = list->second[one.member];
      if (one.at == kNoInstant) {
        const bool due = voice.due;  // its place in due_ stays
        voice = Voice{};
        voice.due = due;
      } else if (voice.last == kNoInstant || one.at > voice.last) {
        hear(voice, one.at);
      }
      mark_due(list->first, one.member, voice, commit, now);
    }
  }
  return true;
}

void Silences::expect(const std::vector<Expectation>& all) {
  for (auto& [list, voices] : lists_)
    for (auto& [member, voice] : voices) voice.expected = false;
  for (const Expectation& expectation : all) {
    Voice& voice = lists_[expectation.list][silence_hash(key_, expectation.member)];
    voice.gap = expectation.gap;
    voice.shown = expectation.shown;
    voice.expected = true;
    voice.patience_s = patience_of(voice);
    if (voice.last == kNoInstant) unheard_ = true;
  }
  std::erase_if(due_, [this](const Due& due) { return !lists_.find(*due.list)->second.at(due.member).expected; });
  for (auto& [list, voices] : lists_) {
    boost::unordered::erase_if(voices, [&, &list = list](const auto& at) {
      if (at.second.expected) return false;
      forgotten_.push_back({list, at.first, kNoInstant, {}});
      encode_heard({list, at.first, kNoInstant}, heard_);
      return true;
    });
  }
  std::erase_if(lists_, [](const auto& at) { return at.second.empty(); });
}

void Silences::heard(std::string_view list, uint64_t member, Instant at, Mono now) {
  const auto voices = lists_.find(list);
  if (voices == lists_.end()) return;
  const auto found = voices->second.find(silence_hash(key_, member));
  if (found == voices->second.end()) return;
  Voice& voice = found->second;
  if (voice.last != kNoInstant && at <= voice.last) return;  // late: it changes nothing
  hear(voice, at);
  encode_heard({list, found->first, at}, heard_);
  mark_due(voices->first, found->first, voice, commit_, now);
}

void Silences::hear(Voice& voice, Instant at) const {
  if (voice.last != kNoInstant) {
    const int64_t gap = (at - voice.last) / std::chrono::seconds(1);
    if (voice.gaps_known == kGapsKept) {
      std::shift_left(voice.gaps.begin(), voice.gaps.end(), 1);
      --voice.gaps_known;
    }
    voice.gaps.at(voice.gaps_known++) =
        static_cast<uint32_t>(std::min<int64_t>(gap, std::numeric_limits<uint32_t>::max()));
    voice.patience_s = patience_of(voice);
  }
  voice.last = at;
}

void Silences::mark_due(const std::string& list, uint64_t member, Voice& voice, uint64_t since, Mono now) {
  if (voice.due) return;
  voice.due = true;
  due_.push_back({&list, member, since, now});
}

void Silences::advance(Instant watermark, Mono now) {
  if (!unheard_ || watermark == kNoInstant) return;
  unheard_ = false;
  for (auto& [list, voices] : lists_) {
    for (auto& [member, voice] : voices) {
      if (voice.last != kNoInstant) continue;
      hear(voice, watermark);
      encode_heard({list, member, watermark}, heard_);
      mark_due(list, member, voice, commit_, now);
    }
  }
}

std::optional<int64_t> Silences::patience_of(const Voice& voice) {
  if (voice.gap != Expectation::kOwnHabit) return voice.gap.count();
  if (voice.gaps_known < kGapsNeeded) return std::nullopt;
  constexpr int64_t kLeast_s = 600;  // a burst of posts makes no habit of seconds
  auto gaps = voice.gaps;
  const auto middle = gaps.begin() + voice.gaps_known / 2;
  std::nth_element(gaps.begin(), middle, gaps.begin() + voice.gaps_known);
  return std::max(kLeast_s, kHabitTimes * static_cast<int64_t>(*middle));
}

std::optional<Silence> Silences::of(const Voices& voices, Instant now) {
  Silence silence;
  struct Silent {
    const Voice* voice;
    int64_t for_s;
  };
  std::vector<Silent> shown;
  for (const auto& [member, voice] : voices) {
    if (!voice.patience_s || voice.last == kNoInstant) continue;
    ++silence.expected;
    const int64_t silent_s = (now - voice.last) / std::chrono::seconds(1);
    if (silent_s <= *voice.patience_s) continue;
    ++silence.silent;
    silence.longest_s = std::max(silence.longest_s, silent_s);
    if (!voice.shown.empty()) shown.push_back({&voice, silent_s});
  }
  if (silence.expected == 0) return std::nullopt;
  const auto named = shown.begin() + static_cast<std::ptrdiff_t>(std::min(shown.size(), kVoicesNamed));
  std::partial_sort(shown.begin(), named, shown.end(), [](const Silent& a, const Silent& b) {
    if (a.for_s != b.for_s) return a.for_s > b.for_s;
    const int order = a.voice->shown.compare(b.voice->shown);
    return order != 0 ? order < 0 : *a.voice->patience_s < *b.voice->patience_s;
  });
  for (auto at = shown.begin(); at != named; ++at)
    silence.voices.push_back({at->voice->shown, at->for_s, *at->voice->patience_s});
  return silence;
}

std::vector<ListSilence> Silences::all(Instant now) const {
  std::vector<ListSilence> found;
  if (now == kNoInstant) return found;
  for (const auto& [list, voices] : lists_)
    if (auto silence = of(voices, now)) found.push_back({list, std::move(*silence)});
  return found;
}

void Silences::flush(Commit& commit, Mono now, bool everything) {
  commit.silence_rows = std::exchange(forgotten_, {});
  while (!due_.empty()) {
    const Due& next = due_.front();
    if (!everything && (now - next.at < kRowAge || commit.silence_rows.size() >= kRowsPerCommit)) break;
    Voice& voice = lists_.find(*next.list)->second.at(next.member);
    voice.due = false;
    commit.silence_rows.push_back(
        {*next.list, next.member, voice.last, {voice.gaps.begin(), voice.gaps.begin() + voice.gaps_known}});
    due_.pop_front();
  }
  // In the order of their keys, so that the store finds each place beside the one before. Who was forgotten may be
  // heard again: a deletion has no time, which comes first.
  std::ranges::sort(commit.silence_rows, [](const SilenceRow& a, const SilenceRow& b) {
    return std::tie(a.list, a.member, a.last) < std::tie(b.list, b.member, b.last);
  });
  commit.heard_from = due_.empty() ? commit.sequence + 1 : due_.front().since;
  if (commit.heard_from <= commit.sequence) commit.heard = std::move(heard_);
  heard_.clear();
  commit_ = commit.sequence + 1;
}

}  // namespace roomtone::room
