#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/message.hpp"
#include "model/weights.hpp"

namespace roomtone::people {

/// Of members that name none.
inline constexpr std::string_view kDefaultRole = "member";

/// Somebody on a list, as written. See deploy/LISTS.md.
struct MemberSpec {
  std::string id;                                    // with one, the id alone counts
  std::string handle;                                // without '@', as written otherwise
  std::optional<Network> network;                    // nothing: on any
  std::string role;                                  // empty: kDefaultRole
  std::optional<uint32_t> weight;                    // thousandths; nothing: the list's
  std::optional<std::chrono::seconds> expected_gap;  // zero: nothing is expected; absent: the list's
  std::string place;                                 // where it is written, for errors: "jockeys.csv:12"

  friend bool operator==(const MemberSpec&, const MemberSpec&) = default;
};

/// Which rooms a list makes.
struct RoomsWanted {
  bool list = true;
  bool roles = true;
  bool topics = false;
  bool topic_roles = false;
  friend bool operator==(const RoomsWanted&, const RoomsWanted&) = default;
};

/// One list as configured, with its members.
struct ListSpec {
  std::string id;  // [a-z0-9_-]{1,64}
  std::vector<MemberSpec> members;
  RoomsWanted rooms;
  std::optional<std::vector<std::string>> topics;  // of which there are topic rooms; nothing: of all
  bool events = false;
  bool show_authors = false;
  uint32_t weight = Weights::kOne;
  std::chrono::seconds expected_gap{0};
};

}  // namespace roomtone::people
