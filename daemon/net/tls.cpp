#include "net/tls.hpp"

#include <openssl/ssl.h>

namespace roomtone::net {

namespace asio = boost::asio;

Result<asio::ssl::context> trust(const std::filesystem::path& ca_file) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  boost::system::error_code error;
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.set_verify_mode(asio::ssl::verify_peer, error);
  if (ca_file.empty()) {
    context.set_default_verify_paths(error);
    if (error) return fail(ErrorCode::unavailable, "read the system's certificates: " + error.message());
  } else {
    context.load_verify_file(ca_file.string(), error);
    if (error)
      return fail(ErrorCode::invalid_argument, "read certificates from " + ca_file.string() + ": " + error.message());
  }
  return context;
}

}  // namespace roomtone::net
