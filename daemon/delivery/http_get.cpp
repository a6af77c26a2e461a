#include "delivery/http_get.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "delivery/http_client.hpp"
#include "net/tls.hpp"

namespace roomtone::delivery {

Result<std::string> http_get(const HttpUrl& url, const std::string& target, std::size_t answer_bytes_max,
                             std::chrono::milliseconds time) {
  auto trusted = net::trust({});
  if (!trusted) return tl::unexpected(std::move(trusted.error()));
  boost::asio::io_context io;
  HttpClient client(io, *trusted, url, {.time = time, .answer_bytes_max = answer_bytes_max});
  auto coming = boost::asio::co_spawn(
      io, client.exchange({.post = false, .target = target, .headers = {{"Accept", "application/json"}}, .body = {}}),
      boost::asio::use_future);
  io.run();
  auto answer = coming.get();
  if (!answer) return tl::unexpected(std::move(answer.error()));
  if (answer->status != 200)
    return fail(ErrorCode::unavailable, url.origin() + ": answered " + std::to_string(answer->status));
  return std::move(answer->body);
}

}  // namespace roomtone::delivery
