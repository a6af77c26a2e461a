#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace roomtone::people {

/// The programs that post on schedule, or without anybody: what comes from one of them is declared automation. Names
/// are those that records carry, compared whole and whatever their ASCII capitals; a '*' at the end stands for any
/// rest. Immutable; shared by workers.
class Clients {
 public:
  static constexpr std::size_t kNames = 1000;
  static constexpr std::size_t kNameBytes = 128;

  Clients() = default;

  /// The error tells which name is wrong.
  [[nodiscard]] static Result<Clients> compile(std::span<const std::string> names);

  /// Allocates nothing.
  [[nodiscard]] bool has(std::string_view client) const;

 private:
  // In lower case and ascending. None of the beginnings is the beginning of another, so of those that are not above a
  // text only the last can be the beginning of it.
  std::vector<std::string> whole_;
  std::vector<std::string> beginnings_;
};

/// Where the configuration says nothing. Schedulers and feed posters only: a client in which people also talk would
/// make machines of them.
inline constexpr std::array<std::string_view, 20> kUsualAutomationClients = {"Buffer",        "Cheap Bots, Done Quick!",
                                                                             "Crowdfire App", "dlvr.it",
                                                                             "Echobox",       "Fedica*",
                                                                             "feed2toot",     "Hootsuite*",
                                                                             "IFTTT",         "MastoFeed*",
                                                                             "Publer*",       "SocialFlow",
                                                                             "SocialOomph*",  "SocialPilot*",
                                                                             "Sprinklr*",     "Sprout Social",
                                                                             "True Anthem",   "twittbot.net",
                                                                             "Zapier*",       "Zoho Social"};

}  // namespace roomtone::people
