#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>

#include "base/result.hpp"

namespace roomtone::net {

/// Trusts the certificates in `ca_file` (PEM), or the system's when it is empty. TLS 1.2 and later. Included by .cpp
/// files only. invalid_argument for a file that holds none.
[[nodiscard]] Result<boost::asio::ssl::context> trust(const std::filesystem::path& ca_file);

}  // namespace roomtone::net
