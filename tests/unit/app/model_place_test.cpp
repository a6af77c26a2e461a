#include "app/model_place.hpp"

#include <gtest/gtest.h>

namespace roomtone::app {
namespace {

TEST(WordList, IsLookedForBesideTheProgramFirst) {
  const auto places = model_places("/opt/roomtone/bin", "x.mood");
  EXPECT_EQ(places, (std::vector<std::filesystem::path>{"/opt/roomtone/bin/x.mood", "/opt/roomtone/bin/models/x.mood",
                                                        "/opt/roomtone/share/roomtone/models/x.mood",
                                                        "/usr/share/roomtone/models/x.mood"}));
}
TEST(WordList, OfAnInstalledProgramIsNotLookedForTwice) { EXPECT_EQ(model_places("/usr/bin", "x").size(), 3U); }
TEST(WordList, WhichIsNowhereIsAnErrorThatNamesThePlaces) {
  const auto found = find_model("/nowhere", "x.mood");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::not_found);
  EXPECT_NE(found.error().context.find("/nowhere/models/x.mood"), std::string::npos);
}

}  // namespace
}  // namespace roomtone::app
