#include "room/silences.hpp"

#include <algorithm>
#include <limits>

namespace roomtone::room {

void Silences::recover(const std::vector<SilenceRow>& rows) {
  for (const SilenceRow& row : rows) {
    Voice& voice = lists_[row.list][row.member];
    voice.last = row.last;
    voice.gaps = row.gaps;
    if (voice.gaps.size() > kGapsKept)
      voice.gaps.erase(voice.gaps.begin(), voice.gaps.end() - static_cast<std::ptrdiff_t>(kGapsKept));
  }
}

void Silences::expect(const std::vector<Expectation>& all) {
  for (auto& [list, voices] : lists_)
    for (auto& [member, voice] : voices) voice.expected = false;
  for (const Expectation& expectation : all) {
    Voice& voice = lists_[expectation.list][silence_hash(key_, expectation.member)];
    voice.gap = expectation.gap;
    voice.shown = expectation.shown;
    voice.expected = true;
    if (voice.last == kNoInstant) unheard_ = true;
  }
  std::erase_if(changed_, [](const Changed& changed) { return !changed.voice->expected; });
  for (auto& [list, voices] : lists_) {
    std::erase_if(voices, [&, &list = list](const auto& at) {
      if (at.second.expected) return false;
      forgotten_.push_back({list, at.first, kNoInstant, {}});
      return true;
    });
  }
  std::erase_if(lists_, [](const auto& at) { return at.second.empty(); });
}

void Silences::heard(std::string_view list, uint64_t member, Instant at) {
  const auto voices = lists_.find(list);
  if (voices == lists_.end()) return;
  const auto found = voices->second.find(silence_hash(key_, member));
  if (found == voices->second.end()) return;
  Voice& voice = found->second;
  if (voice.last != kNoInstant && at <= voice.last) return;  // late: it changes nothing
  if (voice.last != kNoInstant) {
    const int64_t gap = (at - voice.last) / std::chrono::seconds(1);
    if (voice.gaps.size() == kGapsKept) voice.gaps.erase(voice.gaps.begin());
    voice.gaps.push_back(static_cast<uint32_t>(std::min<int64_t>(gap, std::numeric_limits<uint32_t>::max())));
  }
  voice.last = at;
  mark_changed(voices->first, *found);
}

void Silences::mark_changed(const std::string& list, Voices::value_type& of) {
  auto& [member, voice] = of;
  if (voice.changed) return;
  voice.changed = true;
  changed_.push_back({&list, member, &voice});
}

void Silences::advance(Instant now) {
  if (!unheard_ || now == kNoInstant) return;
  unheard_ = false;
  for (auto& [list, voices] : lists_) {
    for (auto& of : voices) {
      if (of.second.last != kNoInstant) continue;
      of.second.last = now;
      mark_changed(list, of);
    }
  }
}

std::optional<int64_t> Silences::patience_s(const Voice& voice) {
  if (voice.gap != Expectation::kOwnHabit) return voice.gap.count();
  if (voice.gaps.size() < kGapsNeeded) return std::nullopt;
  constexpr int64_t kLeast_s = 600;  // a burst of posts makes no habit of seconds
  std::vector<uint32_t> gaps = voice.gaps;
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return std::max(kLeast_s, kHabitTimes * static_cast<int64_t>(*middle));
}

std::optional<Silence> Silences::of(const Voices& voices, Instant now) {
  Silence silence;
  for (const auto& [member, voice] : voices) {
    const auto patience = patience_s(voice);
    if (!patience || voice.last == kNoInstant) continue;
    ++silence.expected;
    const int64_t silent_s = (now - voice.last) / std::chrono::seconds(1);
    if (silent_s <= *patience) continue;
    ++silence.silent;
    silence.longest_s = std::max(silence.longest_s, silent_s);
    if (!voice.shown.empty()) silence.voices.push_back({voice.shown, silent_s, *patience});
  }
  if (silence.expected == 0) return std::nullopt;
  std::ranges::sort(silence.voices, [](const SilentVoice& a, const SilentVoice& b) {
    return a.silent_s != b.silent_s ? a.silent_s > b.silent_s : a.author < b.author;
  });
  if (silence.voices.size() > kVoicesNamed) silence.voices.resize(kVoicesNamed);
  return silence;
}

std::vector<ListSilence> Silences::all(Instant now) const {
  std::vector<ListSilence> found;
  if (now == kNoInstant) return found;
  for (const auto& [list, voices] : lists_)
    if (auto silence = of(voices, now)) found.push_back({list, std::move(*silence)});
  return found;
}

std::vector<SilenceRow> Silences::take_rows() {
  std::vector<SilenceRow> rows = std::exchange(forgotten_, {});
  rows.reserve(rows.size() + changed_.size());
  for (const auto& [list, member, voice] : changed_) {
    voice->changed = false;
    rows.push_back({*list, member, voice->last, voice->gaps});
  }
  changed_.clear();
  return rows;
}

}  // namespace roomtone::room
