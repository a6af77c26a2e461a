#include "publish/endpoint.hpp"

#include <arpa/inet.h>

#include <string_view>

namespace roomtone::publish {

namespace {

bool is_loopback(const std::string& host) {
  if (host == "localhost" || host == "lo") return true;
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/// `allowed`: on any address. `advice`: what to do when it is not.
Result<void> check(const std::string& endpoint, bool allowed, const char* advice) {
  constexpr std::string_view kTcp = "tcp://";
  if (endpoint.starts_with("ipc://") || endpoint.starts_with("inproc://")) return {};
  if (!endpoint.starts_with(kTcp))
    return fail(ErrorCode::invalid_argument, "bind " + endpoint + ": not a tcp:// or ipc:// endpoint");
  std::string host = endpoint.substr(kTcp.size());
  const std::size_t colon = host.rfind(':');
  if (colon == std::string::npos) return fail(ErrorCode::invalid_argument, "bind " + endpoint + ": no port");
  host.resize(colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (allowed || is_loopback(host)) return {};
  return fail(ErrorCode::invalid_argument, "bind " + endpoint + ": other machines could reach it, and " + advice);
}

}  // namespace

Result<void> check_bindable(const std::string& endpoint, bool insecure_bind) {
  return check(endpoint, insecure_bind, "nobody is asked who they are; bind 127.0.0.1 or ipc://, or set insecure_bind");
}

Result<void> check_feed_bindable(const std::string& endpoint, bool secured, bool insecure_bind) {
  return check(
      endpoint, secured || insecure_bind,
      "without CURVE the feed neither encrypts nor asks who reads; set secret_key_file and [[publish.reader]], "
      "bind 127.0.0.1 or ipc://, or set insecure_bind");
}

}  // namespace roomtone::publish
