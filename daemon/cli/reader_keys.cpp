#include "cli/reader_keys.hpp"

#include <utility>

#include "publish/curve_key.hpp"

namespace roomtone::cli {

Result<publish::ReaderKeys> read_reader_keys(const std::string& server_key, const std::string& key) {
  auto server = publish::read_public_key(server_key);
  if (!server) return tl::unexpected(std::move(server.error()));
  auto secret = publish::read_secret_key(key);
  if (!secret) return tl::unexpected(std::move(secret.error()));
  auto own = publish::public_key_of(*secret);
  if (!own) return tl::unexpected(std::move(own.error()));
  return publish::ReaderKeys{std::move(*server), {std::move(*own), std::move(*secret)}};
}

}  // namespace roomtone::cli
