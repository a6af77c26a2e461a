#include "publish/header.hpp"

#include <string>

namespace roomtone::publish {

namespace {

// Offsets of the fields; each follows the one before it without padding.
constexpr std::size_t kMagicAt = 0;
constexpr std::size_t kVersionAt = 2;
constexpr std::size_t kFlagsAt = 3;
constexpr std::size_t kEpochAt = 8;  // 4..7 are reserved and 0
constexpr std::size_t kGlobalSeqAt = 16;
constexpr std::size_t kKeySeqAt = 24;
constexpr std::size_t kPublishTimeAt = 32;

void put_u64(char* at, uint64_t value) {
  for (int i = 0; i < 8; ++i) at[i] = static_cast<char>(value >> (56 - 8 * i) & 0xFF);
}

uint64_t get_u64(const char* at) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(at[i]);
  return value;
}

}  // namespace

std::array<char, kHeaderBytes> encode_header(const Header& header) {
  std::array<char, kHeaderBytes> bytes{};
  bytes[kMagicAt] = static_cast<char>(kHeaderMagic >> 8);
  bytes[kMagicAt + 1] = static_cast<char>(kHeaderMagic & 0xFF);
  bytes[kVersionAt] = static_cast<char>(kHeaderVersion);
  bytes[kFlagsAt] = static_cast<char>(header.flags);
  put_u64(&bytes[kEpochAt], header.epoch);
  put_u64(&bytes[kGlobalSeqAt], header.global_seq);
  put_u64(&bytes[kKeySeqAt], header.key_seq);
  put_u64(&bytes[kPublishTimeAt], static_cast<uint64_t>(micros(header.publish_time)));
  return bytes;
}

Result<Header> decode_header(std::string_view bytes) {
  if (bytes.size() != kHeaderBytes)
    return fail(ErrorCode::corrupt, "header has " + std::to_string(bytes.size()) + " bytes, not 40");
  const unsigned magic = static_cast<unsigned>(static_cast<unsigned char>(bytes[kMagicAt])) << 8 |
                         static_cast<unsigned char>(bytes[kMagicAt + 1]);
  if (magic != kHeaderMagic) return fail(ErrorCode::corrupt, "header does not begin with RT");
  const auto version = static_cast<unsigned char>(bytes[kVersionAt]);
  if (version != kHeaderVersion) return fail(ErrorCode::unsupported, "header version " + std::to_string(version));
  Header header;
  header.flags = static_cast<uint8_t>(bytes[kFlagsAt]);
  header.epoch = get_u64(bytes.data() + kEpochAt);
  header.global_seq = get_u64(bytes.data() + kGlobalSeqAt);
  header.key_seq = get_u64(bytes.data() + kKeySeqAt);
  header.publish_time = instant_of_micros(static_cast<int64_t>(get_u64(bytes.data() + kPublishTimeAt)));
  return header;
}

}  // namespace roomtone::publish
