#include "base/loopback.hpp"

#include <gtest/gtest.h>

namespace roomtone {
namespace {

struct Host {
  const char* name;
  std::string_view host;
  bool loopback;
};
class Hosts : public testing::TestWithParam<Host> {};
TEST_P(Hosts, AreLoopbackIfOnlyThisMachineReachesThem) { EXPECT_EQ(is_loopback(GetParam().host), GetParam().loopback); }
INSTANTIATE_TEST_SUITE_P(Loopback, Hosts,
                         testing::Values(Host{"v4", "127.0.0.1", true}, Host{"another_v4", "127.9.9.9", true},
                                         Host{"v6", "::1", true}, Host{"localhost", "localhost", true},
                                         Host{"mapped", "::ffff:127.0.0.1", true},
                                         Host{"mapped_other", "::ffff:10.0.0.1", false},
                                         Host{"any_v4", "0.0.0.0", false}, Host{"any_v6", "::", false},
                                         Host{"star", "*", false}, Host{"empty", "", false},
                                         Host{"a_name", "localhost.example.org", false},
                                         Host{"decimal", "2130706433", false}, Host{"short_form", "127.1", false}),
                         [](const auto& row) { return row.param.name; });

struct Authority {
  const char* name;
  std::string_view authority;
  bool ours;
};
class Authorities : public testing::TestWithParam<Authority> {};
TEST_P(Authorities, NameThisMachineOrNot) { EXPECT_EQ(names_this_machine(GetParam().authority), GetParam().ours); }
INSTANTIATE_TEST_SUITE_P(
    Loopback, Authorities,
    testing::Values(Authority{"localhost", "localhost", true}, Authority{"with_port", "localhost:5574", true},
                    Authority{"any_case", "LocalHost:1", true}, Authority{"v4", "127.0.0.1:5574", true},
                    Authority{"v6", "[::1]", true}, Authority{"v6_with_port", "[::1]:5574", true},
                    Authority{"foreign", "evil.example", false},
                    Authority{"foreign_with_our_port", "evil.example:5574", false},
                    Authority{"ours_as_a_prefix", "localhost.evil.example", false},
                    Authority{"ours_as_a_user", "localhost@evil.example", false}, Authority{"empty", "", false}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone
