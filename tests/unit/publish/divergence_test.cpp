#include <gtest/gtest.h>

#include "publish/body.hpp"
#include "publish/header.hpp"
#include "publish/room_view.hpp"
#include "unit/publish/sample_atmosphere.hpp"

namespace roomtone::publish {
namespace {

Atmosphere racing_minute() {
  Atmosphere a = derby_minute();
  a.key = "t/derby/c/racing";
  a.divergence = Divergence{"t/derby", -0.784314, -0.841209, -0.727419, true};
  return a;
}

TEST(DivergenceBody, IsWhatTheProtocolShows) {
  std::string body;
  append_json(body, racing_minute());
  EXPECT_NE(body.find(R"("divergence":{"against":"t/derby","tone":-0.784314,"ci_low":-0.841209,"ci_high":-0.727419,)"
                      R"("claimed":true})"),
            std::string::npos)
      << body;
}

TEST(SilenceBody, IsWhatTheProtocolShows) {
  Atmosphere a = derby_minute();
  a.key = "c/racing";
  a.silence = Silence{12, 2, 90'000, {{"anna", 90'000, 86'400}}};
  std::string body;
  append_json(body, a);
  EXPECT_NE(body.find(R"("silence":{"expected":12,"silent":2,"longest_s":90000,"voices":[{"author":"anna",)"
                      R"("silent_s":90000,"expected_gap_s":86400}]})"),
            std::string::npos)
      << body;
}

TEST(DivergenceBody, IsNotThereInARoomOfNoList) {
  std::string body;
  append_json(body, derby_minute());
  EXPECT_EQ(body.find("divergence"), std::string::npos);
}

class DivergenceRead : public testing::TestWithParam<BodyFormat> {};
TEST_P(DivergenceRead, IsWhatWasWritten) {
  Header header;
  header.flags = GetParam() == BodyFormat::protobuf ? kFlagProtobuf : 0;
  for (const Atmosphere& a : {racing_minute(), derby_minute()}) {
    std::string body;
    append_body(body, GetParam(), a);
    const auto view = read_room(header, body);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->atmosphere.divergence, a.divergence);
  }
}
INSTANTIATE_TEST_SUITE_P(Body, DivergenceRead, testing::Values(BodyFormat::json, BodyFormat::protobuf),
                         [](const auto& row) { return std::string(name_of(row.param)); });

}  // namespace
}  // namespace roomtone::publish
