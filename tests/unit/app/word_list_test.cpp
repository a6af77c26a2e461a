#include "app/word_list.hpp"

#include <gtest/gtest.h>

namespace roomtone::app {
namespace {

TEST(WordList, IsLookedForBesideTheProgramFirst) {
  const auto places = word_list_places("/opt/roomtone/bin", "x.lexicon");
  EXPECT_EQ(places, (std::vector<std::filesystem::path>{
                        "/opt/roomtone/bin/x.lexicon", "/opt/roomtone/bin/models/x.lexicon",
                        "/opt/roomtone/share/roomtone/models/x.lexicon", "/usr/share/roomtone/models/x.lexicon"}));
}
TEST(WordList, OfAnInstalledProgramIsNotLookedForTwice) { EXPECT_EQ(word_list_places("/usr/bin", "x").size(), 3U); }
TEST(WordList, WhichIsNowhereIsAnErrorThatNamesThePlaces) {
  const auto found = find_word_list("/nowhere", "x.lexicon");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::not_found);
  EXPECT_NE(found.error().context.find("/nowhere/models/x.lexicon"), std::string::npos);
}

}  // namespace
}  // namespace roomtone::app
