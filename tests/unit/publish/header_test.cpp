#include "publish/header.hpp"

#include <gtest/gtest.h>

#include <string>

namespace roomtone::publish {
namespace {

constexpr Header kExample{
    .flags = kFlagPartial,
    .epoch = 0x0123456789abcdef,
    .global_seq = 70'000,
    .key_seq = 42,
    .publish_time = instant_of_micros(1'783'176'645'250'000),
};

std::string bytes_of(const Header& header) {
  const auto bytes = encode_header(header);
  return {bytes.data(), bytes.size()};
}

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

// The worked example of proto/PROTOCOL.md.
TEST(Header, HasTheBytesOfTheProtocolsExample) {
  EXPECT_EQ(hex(bytes_of(kExample)),
            "52540102"
            "00000000"
            "0123456789abcdef"
            "0000000000011170"
            "000000000000002a"
            "000655ca2a830bd0");
}

TEST(Header, DecodesToWhatWasEncoded) {
  const auto decoded = decode_header(bytes_of(kExample));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, kExample);
}

TEST(Header, LargestNumbersSurvive) {
  const Header largest{.flags = 0xff,
                       .epoch = UINT64_MAX,
                       .global_seq = UINT64_MAX,
                       .key_seq = UINT64_MAX,
                       .publish_time = instant_of_micros(kMicrosMax)};
  EXPECT_EQ(decode_header(bytes_of(largest)).value(), largest);
}

TEST(Header, IgnoresReservedBytesSoThatTheyCanGetAMeaning) {
  std::string bytes = bytes_of(kExample);
  bytes[5] = 1;
  EXPECT_EQ(decode_header(bytes).value(), kExample);
}

struct BadHeader {
  const char* name;
  std::string bytes;
  ErrorCode code;
};

class BadHeaders : public testing::TestWithParam<BadHeader> {};

TEST_P(BadHeaders, AreRefused) {
  const auto decoded = decode_header(GetParam().bytes);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, GetParam().code);
}

std::string with(std::size_t at, char value) {
  std::string bytes = bytes_of(kExample);
  bytes[at] = value;
  return bytes;
}

INSTANTIATE_TEST_SUITE_P(Header, BadHeaders,
                         testing::Values(BadHeader{"empty", "", ErrorCode::corrupt},
                                         BadHeader{"a_byte_short", bytes_of(kExample).substr(1), ErrorCode::corrupt},
                                         BadHeader{"a_byte_long", bytes_of(kExample) + "x", ErrorCode::corrupt},
                                         BadHeader{"first_magic_byte", with(0, 'X'), ErrorCode::corrupt},
                                         BadHeader{"second_magic_byte", with(1, 'X'), ErrorCode::corrupt},
                                         BadHeader{"version_2", with(2, 2), ErrorCode::unsupported}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::publish
