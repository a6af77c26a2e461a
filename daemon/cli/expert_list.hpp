#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/post_writer.hpp"

namespace roomtone::cli {

/// Somebody whose word counts in a room.
struct Expert {
  uint64_t author;
  std::string name;  // the handle
  std::string_view role;
};

/// The experts of the story: the film's critics where there is a film, else the derby's handicappers.
[[nodiscard]] std::vector<Expert> experts_of(bool film);

/// How the author is named in what `format` writes: a DID, or the address of a Mastodon account.
[[nodiscard]] std::string author_id(uint64_t author, WireFormat format);

/// The content of `--lists-out`: the experts as the file of a list (see LISTS.md), in CSV.
[[nodiscard]] std::string expert_list_csv(bool film, WireFormat format);

}  // namespace roomtone::cli
