#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "delivery/address_rules.hpp"
#include "delivery/http_url.hpp"
#include "net/host_lookup.hpp"

namespace roomtone::delivery {

struct HttpRequest {
  bool post = true;  // otherwise GET
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

/// One request at a time to one server, each on a connection of its own. Included by .cpp files only.
///
/// With rules, every address that the name leads to is judged before anything is sent, and what was judged is what is
/// connected to: the name is not asked for again. Redirects are never followed: an answer is an answer, whatever it
/// says. Everything together ends within `time`, and an answer longer than `answer_bytes_max` is a failure.
class HttpClient {
 public:
  struct Options {
    std::chrono::milliseconds time = std::chrono::seconds(5);  // lookup, TCP, TLS, request and answer together
    std::size_t answer_bytes_max = 64 * 1024;
    std::optional<AddressRules> rules = {};  // none: any address is fine
  };

  /// `trusted` and `io` outlive it. `resolve` is the system's unless a test brings its own.
  HttpClient(boost::asio::io_context& io, boost::asio::ssl::context& trusted, HttpUrl url, Options options,
             net::HostLookup::Resolve resolve = net::HostLookup::of_system);

  /// `unavailable` with the reason, without the URL's path, which may be a secret; `invalid_argument` when the rules
  /// forbid every address. This outlives the coroutine.
  [[nodiscard]] boost::asio::awaitable<Result<HttpAnswer>> exchange(HttpRequest request);

  [[nodiscard]] const HttpUrl& url() const { return url_; }

 private:
  template <typename Stream>
  [[nodiscard]] boost::asio::awaitable<Result<HttpAnswer>> talk(Stream& stream, const HttpRequest& request);
  [[nodiscard]] Result<net::HostLookup::Endpoints> judged(const net::HostLookup::Endpoints& found) const;
  [[nodiscard]] tl::unexpected<Error> lost(const std::string& what) const;

  boost::asio::io_context& io_;
  boost::asio::ssl::context& trusted_;
  const HttpUrl url_;
  const Options options_;
  net::HostLookup lookup_;
};

}  // namespace roomtone::delivery
