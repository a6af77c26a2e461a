#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace roomtone::cli {

// Who is who among the authors: below 2^40 the crowd, above it people with parts of their own.

inline constexpr uint64_t kFirstExpert = uint64_t{1} << 40;
inline constexpr uint64_t kFirstCampaigner = uint64_t{2} << 40;
inline constexpr uint64_t kFlooder = uint64_t{3} << 40;
inline constexpr uint64_t kFirstCritic = uint64_t{4} << 40;
inline constexpr uint64_t kFirstWaver = uint64_t{5} << 40;
inline constexpr uint64_t kShowtimesBot = uint64_t{6} << 40;
inline constexpr uint64_t kHiddenBot = kShowtimesBot + 1;

/// How many handicappers and how many critics there are.
inline constexpr uint32_t kExperts = 20;
inline constexpr uint32_t kCritics = 20;
[[nodiscard]] std::string_view expert_name(uint32_t index);
[[nodiscard]] std::string_view critic_name(uint32_t index);
/// "critic" or "columnist"
[[nodiscard]] std::string_view critic_role(uint32_t index);

/// The handle under which an author posts. Unique for authors with a part of their own.
void append_cast_handle(uint64_t author, std::string& out);

/// What a network says of an account beside its names.
struct AccountFacts {
  int64_t created_day;      // days since 1970-01-01
  bool bot;                 // says so itself
  std::string_view client;  // with what it posts
};

/// The facts follow from the author's number and from the day on which the story starts (days since 1970-01-01). Three
/// accounts in a hundred of the crowd are younger than 30 days, and three in four of a wave's.
[[nodiscard]] AccountFacts account_of(uint64_t author, int64_t story_day);

}  // namespace roomtone::cli
