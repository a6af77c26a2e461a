#include "store/keys.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"

namespace roomtone::store {

namespace {

constexpr uint64_t kSignBit = 1ULL << 63;  // flipped so that indices before 1970 sort before those after

std::string numbered(char family, uint64_t number) {
  std::string key(1, family);
  ByteWriter(key).u64_be(number);
  return key;
}

std::string hashed(char family, std::string_view name, uint64_t hash) {
  std::string key(1, family);
  key += name;
  key.push_back('\0');
  ByteWriter(key).u64_be(hash);
  return key;
}

}  // namespace

std::string forgotten_key() { return std::string(1, kForgottenFamily); }

std::string meta_key() { return {kMetaFamily}; }
std::string source_key(std::string_view name) { return kSourceFamily + std::string(name); }
std::string room_key(std::string_view key) { return kRoomFamily + std::string(key); }
std::string journal_key(uint64_t commit) { return numbered(kJournalFamily, commit); }
std::string contribution_key(uint64_t commit) { return numbered(kContributionFamily, commit); }
std::string request_key(uint64_t commit) { return numbered(kRequestFamily, commit); }
std::string heard_key(uint64_t commit) { return numbered(kHeardFamily, commit); }

std::string alert_key(std::string_view room) { return kAlertFamily + std::string(room); }

std::string season_key(std::string_view room) { return kSeasonFamily + std::string(room); }

std::string voice_key(std::string_view list) { return kVoiceFamily + std::string(list); }

std::string producer_key(std::string_view source, uint64_t producer) {
  return hashed(kProducerFamily, source, producer);
}
std::string silence_key(std::string_view list, uint64_t member) { return hashed(kSilenceFamily, list, member); }

std::string pane_key(std::string_view key, Tier tier, SpanIndex index) {
  std::string out;
  out.reserve(key.size() + 11);
  out.push_back(kPaneFamily);
  out += key;
  out.push_back('\0');
  ByteWriter writer(out);
  writer.u8(static_cast<uint8_t>(tier));
  writer.u64_be(static_cast<uint64_t>(index) ^ kSignBit);
  return out;
}

std::string sample_key(std::string_view pane_key) {
  std::string out(pane_key);
  out.front() = kSampleFamily;
  return out;
}

uint64_t trailing_number(std::string_view key) {
  ROOMTONE_ASSERT(key.size() >= 8);
  return ByteReader(key.substr(key.size() - 8)).u64_be();
}

SpanIndex pane_index(std::string_view key) { return static_cast<SpanIndex>(trailing_number(key) ^ kSignBit); }

}  // namespace roomtone::store
