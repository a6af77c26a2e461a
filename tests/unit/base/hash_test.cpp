#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <string_view>

namespace roomtone {
namespace {

// The key whose bytes are 00 01 .. 0f, read little-endian as the paper says.
constexpr SipKey kCountingKey{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

// SipHash-1-3 under that key of the inputs "", 00, 00 01, .. of 0 to 63 counting bytes. They come from a Python
// implementation written from the paper, which gives the paper's SipHash-2-4 vector (a129ca6149be45e5) and, under
// the zero key, what CPython 3.11 gives for hash(bytes) with PYTHONHASHSEED=0.
constexpr std::array<uint64_t, 64> kVectors = {
    0xabac0158050fc4dcU, 0xc9f49bf37d57ca93U, 0x82cb9b024dc7d44dU, 0x8bf80ab8e7ddf7fbU, 0xcf75576088d38328U,
    0xdef9d52f49533b67U, 0xc50d2b50c59f22a7U, 0xd3927d989bb11140U, 0x369095118d299a8eU, 0x25a48eb36c063de4U,
    0x79de85ee92ff097fU, 0x70c118c1f94dc352U, 0x78a384b157b4d9a2U, 0x306f760c1229ffa7U, 0x605aa111c0f95d34U,
    0xd320d86d2a519956U, 0xcc4fdd1a7d908b66U, 0x9cf2689063dbd80cU, 0x8ffc389cb473e63eU, 0xf21f9de58d297d1cU,
    0xc0dc2f46a6cce040U, 0xb992abfe2b45f844U, 0x7ffe7b9ba320872eU, 0x525a0e7fdae6c123U, 0xf464aeb267349c8cU,
    0x45cd5928705b0979U, 0x3a3e35e3ca9913a5U, 0xa91dc74e4ade3b35U, 0xfb0bed02ef6cd00dU, 0x88d93cb44ab1e1f4U,
    0x540f11d643c5e663U, 0x2370dd1f8c21d1bcU, 0x81157b6c16a7b60dU, 0x4d54b9e57a8ff9bfU, 0x759f12781f2a753eU,
    0xcea1a3bebf186b91U, 0x2cf508d3ada26206U, 0xb6101c2da3c33057U, 0xb3f47496ae3a36a1U, 0x626b57547b108392U,
    0xc1d2363299e41531U, 0x667cc1923f1ad944U, 0x65704ffec8138825U, 0x24f280d1c28949a6U, 0xc2ca1cedfaf8876bU,
    0xc2164bfc9f042196U, 0xa16e9c9368b1d623U, 0x49fb169c8b5114fdU, 0x9f3143f8df074c46U, 0xc6fdaf2412cc86b3U,
    0x7eaf49d10a52098fU, 0x1cf313559d292f9aU, 0xc44a30dda2f41f12U, 0x36fae98943a71ed0U, 0x318fb34c73f0bce6U,
    0xa27abf3670a7e980U, 0xb4bcc0db243c6d75U, 0x23f8d852fdb71513U, 0x8f035f4da67d8a08U, 0xd89cd0e5b7e8f148U,
    0xf6f4e6bcf7a644eeU, 0xaec59ad80f1837f2U, 0xc3b2f6154b6694e0U, 0x9d199062b7bbb3a8U,
};

TEST(SipHash, GivesTheKnownAnswersForEveryLengthUpTo63) {
  std::string input;
  for (std::size_t size = 0; size < kVectors.size(); ++size) {
    EXPECT_EQ(sip_hash(kCountingKey, input), kVectors[size]) << "of " << size << " bytes";
    input.push_back(static_cast<char>(size));
  }
}

TEST(SipHash, GivesWhatCPythonGivesUnderTheZeroKey) { EXPECT_EQ(sip_hash(SipKey{}, "roomtone"), 0x74ddc36d089a3becU); }

TEST(SipHash, ReadsBytesAboveAsciiAsUnsigned) {
  // Nine bytes, so that one of them stands in the tail that is read byte by byte.
  EXPECT_EQ(sip_hash(kCountingKey, "caf\xc3\xa9 ab\xff"), 0x2a2194a0a369f944U);
}

TEST(SipHash, DependsOnBothHalvesOfTheKey) {
  const uint64_t hash = sip_hash(kCountingKey, "derby");
  EXPECT_NE(sip_hash({kCountingKey.k0 + 1, kCountingKey.k1}, "derby"), hash);
  EXPECT_NE(sip_hash({kCountingKey.k0, kCountingKey.k1 + 1}, "derby"), hash);
}

TEST(WordHash, TellsZeroPaddingFromZeroBytes) {
  std::set<uint64_t> seen;
  for (std::size_t size = 0; size <= 24; ++size) seen.insert(word_hash(std::string(size, '\0')));
  EXPECT_EQ(seen.size(), 25U);
}

TEST(WordHash, TellsApartWordsThatDifferInOneByteAnywhere) {
  const std::string word = "handicappers' derby";
  for (std::size_t at = 0; at < word.size(); ++at) {
    std::string other = word;
    other[at] = static_cast<char>(other[at] ^ 1);
    EXPECT_NE(word_hash(word), word_hash(other)) << "at " << at;
  }
}

TEST(WordHash, IsNeverTheZeroThatTablesUseForEmpty) { EXPECT_NE(word_hash(""), 0U); }

}  // namespace
}  // namespace roomtone
