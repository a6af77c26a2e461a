#include "publish/endpoint.hpp"

#include <string_view>

#include "base/loopback.hpp"

namespace roomtone::publish {

Result<void> check_bindable(const std::string& endpoint, bool insecure_bind) {
  constexpr std::string_view kTcp = "tcp://";
  if (endpoint.starts_with("ipc://") || endpoint.starts_with("inproc://")) return {};
  if (!endpoint.starts_with(kTcp))
    return fail(ErrorCode::invalid_argument, "bind " + endpoint + ": not a tcp:// or ipc:// endpoint");
  std::string host = endpoint.substr(kTcp.size());
  const std::size_t colon = host.rfind(':');
  if (colon == std::string::npos) return fail(ErrorCode::invalid_argument, "bind " + endpoint + ": no port");
  host.resize(colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (insecure_bind || is_loopback(host) || host == "lo") return {};  // ZeroMQ takes an interface's name too
  return fail(ErrorCode::invalid_argument,
              "bind " + endpoint +
                  ": other machines could read the feed, which is neither encrypted nor asks who reads; bind 127.0.0.1 "
                  "or ipc://, or set insecure_bind");
}

}  // namespace roomtone::publish
