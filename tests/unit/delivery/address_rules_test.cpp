#include "delivery/address_rules.hpp"

#include <gtest/gtest.h>

namespace roomtone::delivery {
namespace {

struct Row {
  const char* address;
  const char* what;  // empty: a public one
};

// The edge of every network is a row.
const Row kRows[] = {
    {"1.1.1.1", ""},
    {"0.0.0.0", "unspecified"},
    {"0.255.255.255", "unspecified"},
    {"9.255.255.255", ""},
    {"10.0.0.0", "private"},
    {"10.255.255.255", "private"},
    {"11.0.0.0", ""},
    {"100.63.255.255", ""},
    {"100.64.0.0", "shared by a carrier"},
    {"100.127.255.255", "shared by a carrier"},
    {"100.128.0.0", ""},
    {"126.255.255.255", ""},
    {"127.0.0.1", "loopback"},
    {"127.255.255.255", "loopback"},
    {"128.0.0.0", ""},
    {"169.253.255.255", ""},
    {"169.254.169.254", "link-local"},  // where clouds keep their machines' secrets
    {"169.255.0.0", ""},
    {"172.15.255.255", ""},
    {"172.16.0.0", "private"},
    {"172.31.255.255", "private"},
    {"172.32.0.0", ""},
    {"192.0.0.1", "reserved"},
    {"192.0.2.1", "for documentation"},
    {"192.88.99.1", "reserved"},
    {"192.167.255.255", ""},
    {"192.168.0.0", "private"},
    {"192.168.255.255", "private"},
    {"192.169.0.0", ""},
    {"198.18.0.1", "for benchmarks"},
    {"198.20.0.0", ""},
    {"198.51.100.7", "for documentation"},
    {"203.0.113.7", "for documentation"},
    {"223.255.255.255", ""},
    {"224.0.0.1", "multicast"},
    {"240.0.0.1", "reserved"},
    {"255.255.255.255", "reserved"},
    {"2606:4700:4700::1111", ""},
    {"2000::1", ""},
    {"::", "unspecified"},
    {"::1", "loopback"},
    {"::2", "reserved"},
    {"::127.0.0.1", "reserved"},  // of version 4, in a way that is no longer used
    {"::ffff:127.0.0.1", "loopback"},
    {"::ffff:169.254.169.254", "link-local"},
    {"::ffff:1.1.1.1", ""},
    {"64:ff9b::7f00:1", "loopback"},  // 127.0.0.1 through NAT64
    {"64:ff9b::1.1.1.1", ""},
    {"64:ff9b:1::1", "reserved"},
    {"2001::1", "reserved"},  // Teredo
    {"2001:1ff:ffff::1", "reserved"},
    {"2001:200::1", ""},
    {"2001:db8::1", "for documentation"},
    {"2002:7f00:1::1", "6to4"},  // 127.0.0.1 in another coat
    {"3fff::1", "for documentation"},
    {"3fff:1000::1", ""},
    {"4000::1", "reserved"},
    {"fbff::1", "reserved"},
    {"fc00::1", "private"},
    {"fdff:ffff::1", "private"},
    {"fe80::1", "link-local"},
    {"febf::1", "link-local"},
    {"fec0::1", "private"},
    {"ff02::1", "multicast"},
};

TEST(AddressRules, OnlyPublicAddressesMayBeConnectedTo) {
  const AddressRules rules({});
  for (const Row& row : kRows) {
    const auto ip = parse_ip(row.address);
    ASSERT_TRUE(ip) << row.address;
    EXPECT_EQ(rules.refusal(*ip).value_or(""), row.what) << row.address;
    EXPECT_FALSE(rules.named(*ip)) << row.address;
  }
}

TEST(AddressRules, AnAllowedNetworkIsFineAndNothingBesideIt) {
  const AddressRules rules(
      {parse_network("10.1.0.0/16").value(), parse_network("fd00:1::/32").value(), parse_network("127.0.0.1").value()});
  for (const char* fine :
       {"10.1.0.0", "10.1.255.255", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3", "fd00:1::9", "127.0.0.1"})
    EXPECT_EQ(rules.refusal(parse_ip(fine).value()), std::nullopt) << fine;
  for (const char* refused : {"10.0.255.255", "10.2.0.0", "fd00:2::9", "127.0.0.2", "::1"})
    EXPECT_NE(rules.refusal(parse_ip(refused).value()), std::nullopt) << refused;
}

TEST(Network, IsReadWithItsBits) {
  EXPECT_EQ(parse_network("10.1.0.0/16")->bits, 112);
  EXPECT_EQ(parse_network("0.0.0.0/0")->bits, 96);
  EXPECT_EQ(parse_network("::/0")->bits, 0);
  EXPECT_EQ(parse_network("192.0.2.1")->bits, 128);
  EXPECT_TRUE(parse_network("0.0.0.0/0")->contains(parse_ip("255.1.2.3").value()));
  EXPECT_FALSE(parse_network("0.0.0.0/0")->contains(parse_ip("::1").value()));
  EXPECT_TRUE(parse_network("::/0")->contains(parse_ip("10.0.0.1").value()));
}

TEST(Network, AnythingElseIsRefused) {
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "fd00::/129", "fd00::1/8", "10/8",
                           "example.org", "10.0.0.0/8 ", "10.0.0.0/-1", "010.0.0.1", "2130706433"})
    EXPECT_FALSE(parse_network(text)) << text;
}

}  // namespace
}  // namespace roomtone::delivery
