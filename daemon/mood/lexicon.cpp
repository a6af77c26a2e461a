#include "mood/lexicon.hpp"

#include <algorithm>
#include <bit>
#include <tuple>

#include "base/assert.hpp"
#include "base/sha256.hpp"
#include "mood/features.hpp"

namespace roomtone::mood {

namespace {

constexpr std::size_t kBitsPerWord = 32;  // so that few words of a text pass that are none of the lexicon's
constexpr std::size_t kBitsMin = 1 << 12;

std::string digest_of(std::vector<LexiconWord>& words) {
  std::ranges::sort(words, {}, [](const LexiconWord& word) { return std::tie(word.word, word.topic_id); });
  std::string all;
  for (const LexiconWord& word : words) {
    all += word.word + '\t' + std::to_string(word.valence_micro) + '\t' + word.topic_id + '\n';
  }
  return hex_of(sha256(all)).substr(0, 8);
}

}  // namespace

Lexicon::Lexicon(std::vector<LexiconWord> words) {
  if (words.empty()) return;
  digest_ = digest_of(words);
  for (const LexiconWord& word : words) entries_.push_back({word.key, word.topic, word.valence_micro});
  std::ranges::sort(entries_, {}, [](const Entry& entry) { return std::tie(entry.key, entry.topic); });
  const auto twice = std::ranges::adjacent_find(
      entries_, [](const Entry& a, const Entry& b) { return a.key == b.key && a.topic == b.topic; });
  ROOMTONE_ASSERT(twice == entries_.end());

  bits_.resize(std::bit_ceil(std::max(kBitsMin, kBitsPerWord * words.size())) / 64);
  mask_ = bits_.size() * 64 - 1;
  for (const Entry& entry : entries_) bits_[(entry.key & mask_) / 64] |= uint64_t{1} << (entry.key % 64);
}

uint32_t Lexicon::find(uint64_t key) const {
  const auto found = std::ranges::lower_bound(entries_, key, {}, &Entry::key);
  return found != entries_.end() && found->key == key ? static_cast<uint32_t>(found - entries_.begin()) : kNone;
}

uint32_t Lexicon::find(const Tokens& tokens, const Token& token) const {
  const uint32_t written = find(feature_key(token));
  if (written != kNone || token.kind != TokenKind::word || (token.flags & kElongated) == 0) return written;
  for (const uint64_t key : short_spellings(tokens.view(token))) {
    if (key == 0) continue;
    if (const uint32_t first = find(key); first != kNone) return first;
  }
  return kNone;
}

std::span<const Lexicon::Entry> Lexicon::entries_from(uint32_t first) const {
  std::size_t end = first + 1;
  while (end < entries_.size() && entries_[end].key == entries_[first].key) ++end;
  return std::span(entries_).subspan(first, end - first);
}

void Lexicon::find(const Tokens& tokens, LexiconHits& hits) const {
  hits.count = 0;
  hits.topical = false;
  if (entries_.empty()) return;
  // Every token is asked, hardly one passes: what may be there is written, and kept by moving on.
  std::array<uint16_t, limits::kTokens> maybe;
  std::size_t count = 0;
  const std::size_t size = tokens.tokens.size();
  const Token* const all = tokens.tokens.data();
  const uint64_t* const bits = bits_.data();
  const uint64_t mask = mask_;
  for (std::size_t i = 0; i < size; ++i) {
    const uint64_t bit = feature_key(all[i]) & mask;
    maybe[count] = static_cast<uint16_t>(i);
    count += (bits[bit / 64] >> (bit % 64) & 1) | (all[i].flags / kElongated & 1U);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const uint32_t first = find(tokens, all[maybe[i]]);
    if (first == kNone) continue;
    if (hits.count == hits.at.size()) return;
    hits.at[hits.count++] = {maybe[i], first};
    hits.topical = hits.topical || entries_[first].topic != kEveryTopic;
  }
}

bool Lexicon::differs(const LexiconHits& hits, uint32_t topic) const {
  for (std::size_t i = 0; i < hits.count; ++i) {
    for (const Entry& entry : entries_from(hits.at[i].first)) {
      if (entry.topic == topic) return true;
    }
  }
  return false;
}

bool Lexicon::read(const Tokens& tokens, const LexiconHits& hits, uint32_t topic, LexiconReading& reading) const {
  reading.count = 0;
  reading.silent.fill(0);
  for (std::size_t i = 0; i < hits.count; ++i) {
    const std::size_t at = hits.at[i].token;
    if (reading.is_silent(at)) continue;  // a part of a hashtag that has a meaning as a whole
    const Entry* meaning = nullptr;
    for (const Entry& entry : entries_from(hits.at[i].first)) {
      if (entry.topic != topic && entry.topic != kEveryTopic) continue;
      meaning = &entry;
      break;  // everywhere comes last
    }
    if (meaning == nullptr) continue;
    reading.words[reading.count++] = {static_cast<uint16_t>(at), meaning->valence_micro};
    reading.silence(at);
    if (tokens.tokens[at].kind != TokenKind::hashtag) continue;
    for (std::size_t part = at + 1; part < tokens.tokens.size(); ++part) {
      if ((tokens.tokens[part].flags & kFromHashtag) == 0) break;
      reading.silence(part);
    }
  }
  return reading.count > 0;
}

}  // namespace roomtone::mood
