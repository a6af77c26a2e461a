#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "base/limits.hpp"
#include "cli/output.hpp"

namespace roomtone::cli {

namespace {

namespace http = boost::beast::http;

constexpr std::size_t kBodyBytes = limits::kHttpBodyBytes / 2;
constexpr int kTries = 60;

/// Posts bodies of lines over one connection. 429 and 503 mean "later": the same body is sent again.
class HttpOutput final : public Output {
 public:
  HttpOutput(int fd, const HostPort& peer, std::string path)
      : socket_(io_), host_(peer.host + ":" + peer.port), path_(std::move(path)) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    using boost::asio::ip::tcp;
    socket_.assign(address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), fd);
  }

  Result<bool> write(std::string_view lines) override {
    while (!lines.empty()) {
      std::string_view body = lines.substr(0, kBodyBytes);
      if (body.size() < lines.size()) body = body.substr(0, body.rfind('\n') + 1);
      if (auto sent = post(body); !sent) return tl::unexpected(sent.error());
      lines.remove_prefix(body.size());
    }
    return true;
  }

  Result<void> finish() override {
    boost::system::error_code ignored;  // the answers have been read, so an unclean end loses nothing
    socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_both, ignored);
    return {};
  }

 private:
  Result<void> post(std::string_view body) {
    http::request<http::span_body<const char>> request(http::verb::post, path_, 11);
    request.set(http::field::host, host_);
    request.set(http::field::user_agent, "roomtone-simulate");
    request.set(http::field::content_type, "application/x-ndjson");
    request.body() = {body.data(), body.size()};
    request.prepare_payload();
    for (int tries = 0; tries < kTries; ++tries) {
      boost::system::error_code failed;
      http::write(socket_, request, failed);
      http::response<http::string_body> answer;
      if (!failed) http::read(socket_, buffer_, answer, failed);
      if (failed) return fail(ErrorCode::unavailable, "POST http://" + host_ + path_ + ": " + failed.message());
      const auto status = answer.result_int();
      if (status / 100 == 2) return {};
      if (status != 429 && status != 503)
        return fail(ErrorCode::unavailable, "POST http://" + host_ + path_ + ": the daemon answered " +
                                                std::to_string(status) + " " + answer.body().substr(0, 200));
      const std::string after(answer[http::field::retry_after]);
      const int seconds = std::clamp(std::atoi(after.c_str()), 0, 10);
      std::this_thread::sleep_for(seconds > 0 ? std::chrono::milliseconds(1000 * seconds)
                                              : std::chrono::milliseconds(50));
    }
    return fail(ErrorCode::unavailable, "POST http://" + host_ + path_ + ": the daemon stayed busy");
  }

  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  const std::string host_;
  const std::string path_;
};

}  // namespace

std::unique_ptr<Output> make_http_output(int fd, const HostPort& peer, std::string path) {
  return std::make_unique<HttpOutput>(fd, peer, std::move(path));
}

}  // namespace roomtone::cli
