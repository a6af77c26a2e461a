#include "publish/endpoint.hpp"

#include <gtest/gtest.h>

namespace roomtone::publish {
namespace {

struct EndpointCase {
  const char* name;
  const char* endpoint;
  bool bindable;
  bool bindable_when_insecure;
};

class Endpoints : public testing::TestWithParam<EndpointCase> {};

TEST_P(Endpoints, AreBoundOnlyWhereNobodyElseCanReadUnlessAllowed) {
  const auto& [name, endpoint, bindable, bindable_when_insecure] = GetParam();
  EXPECT_EQ(check_bindable(endpoint, false).has_value(), bindable);
  EXPECT_EQ(check_bindable(endpoint, true).has_value(), bindable_when_insecure);
  EXPECT_EQ(check_feed_bindable(endpoint, false, false).has_value(), bindable);
  EXPECT_EQ(check_feed_bindable(endpoint, true, false).has_value(), bindable_when_insecure);
}

INSTANTIATE_TEST_SUITE_P(
    Endpoint, Endpoints,
    testing::Values(EndpointCase{"loopback", "tcp://127.0.0.1:5570", true, true},
                    EndpointCase{"other_loopback", "tcp://127.9.9.9:5570", true, true},
                    EndpointCase{"loopback_v6", "tcp://[::1]:5570", true, true},
                    EndpointCase{"localhost", "tcp://localhost:5570", true, true},
                    EndpointCase{"any_port", "tcp://127.0.0.1:*", true, true},
                    EndpointCase{"file", "ipc:///run/roomtone/feed", true, true},
                    EndpointCase{"all_addresses", "tcp://*:5570", false, true},
                    EndpointCase{"zero", "tcp://0.0.0.0:5570", false, true},
                    EndpointCase{"private_address", "tcp://192.168.1.2:5570", false, true},
                    EndpointCase{"all_v6", "tcp://[::]:5570", false, true},
                    EndpointCase{"name_like_loopback", "tcp://127.0.0.1.example:5570", false, true},
                    EndpointCase{"no_port", "tcp://127.0.0.1", false, false},
                    EndpointCase{"udp", "udp://127.0.0.1:5570", false, false}, EndpointCase{"empty", "", false, false}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace roomtone::publish
