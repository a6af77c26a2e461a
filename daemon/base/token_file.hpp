#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/sha256.hpp"

namespace roomtone {

/// Who may send: a name for people, and the SHA-256 of the token. The token itself is with its owner only; since it is
/// 256 random bits, the hash needs no salt.
struct SenderToken {
  std::string name;
  Sha256 hash{};
};

/// Reads a file of lines "NAME HASH"; empty lines and those that begin with '#' are skipped. Refused: a file that
/// others than its owner may read or write (mode 0600 is expected), one without a token, and anything that is no such
/// line.
[[nodiscard]] Result<std::vector<SenderToken>> read_tokens(const std::filesystem::path& file);

/// Makes a token, appends its hash to the file (made with mode 0600 where there is none) and gives the token, which is
/// nowhere else. `name`: 1 to 64 of a-z, 0-9, - and _.
[[nodiscard]] Result<std::string> make_token(const std::filesystem::path& file, std::string_view name);

}  // namespace roomtone
