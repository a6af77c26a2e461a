#include "base/result.hpp"

#include <gtest/gtest.h>

namespace roomtone {
namespace {

TEST(Result, CarriesWhyNot) {
  const Result<int> result = fail(ErrorCode::not_found, "open rules.toml");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  EXPECT_EQ(result.error().context, "open rules.toml");
}

TEST(Result, OneLevelUpPutsWhatWasTriedInFrontAndKeepsTheCode) {
  const Result<int> result = fail(Error{ErrorCode::io, "read: Is a directory"}, "load lexicon");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::io);
  EXPECT_EQ(result.error().context, "load lexicon: read: Is a directory");
}

}  // namespace
}  // namespace roomtone
