#include "delivery/http_client.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <limits>
#include <tuple>

namespace roomtone::delivery {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr uint32_t kHeaderBytesMax = 8 * 1024;

IpBytes bytes_of(const asio::ip::address& address) {
  IpBytes bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (address.is_v6()) return address.to_v6().to_bytes();
  std::ranges::copy(address.to_v4().to_bytes(), bytes.begin() + 12);
  return bytes;
}

std::string words_of(const error_code& error) {
  return error == beast::error::timeout ? "no answer in time" : error.message();
}

}  // namespace

HttpClient::HttpClient(asio::io_context& io, asio::ssl::context& trusted, HttpUrl url, Options options,
                       net::HostLookup::Resolve resolve)
    : io_(io), trusted_(trusted), url_(std::move(url)), options_(std::move(options)), lookup_(io, std::move(resolve)) {}

tl::unexpected<Error> HttpClient::lost(const std::string& what) const {
  return fail(ErrorCode::unavailable, url_.origin() + ": " + what);
}

/// The addresses that may be connected to.
Result<net::HostLookup::Endpoints> HttpClient::judged(const net::HostLookup::Endpoints& found) const {
  if (!options_.rules) return found;
  net::HostLookup::Endpoints good;
  std::string why = "no address";
  for (const auto& endpoint : found) {
    const IpBytes ip = bytes_of(endpoint.address());
    if (const auto what = options_.rules->refusal(ip)) {
      why = endpoint.address().to_string() + " is " + std::string(*what) +
            ", which nobody has allowed (allow_networks would)";
    } else if (!url_.tls && !options_.rules->named(ip)) {
      why = endpoint.address().to_string() + " is for everybody to listen to on the way, expected https://";
    } else {
      good.push_back(endpoint);
    }
  }
  if (good.empty()) return fail(ErrorCode::invalid_argument, url_.origin() + ": not connected: " + why);
  return good;
}

asio::awaitable<Result<HttpAnswer>> HttpClient::exchange(HttpRequest request) {
  const auto deadline = std::chrono::steady_clock::now() + options_.time;
  auto found = co_await lookup_.find(url_.host, url_.port, options_.time);
  if (!found) co_return fail(std::move(found.error()), url_.origin());
  auto endpoints = judged(*found);
  if (!endpoints) co_return tl::unexpected<Error>(std::move(endpoints.error()));

  beast::tcp_stream stream(io_);
  stream.expires_at(deadline);  // for all that follows
  auto [error, endpoint] = co_await stream.async_connect(*endpoints, kNoThrow);
  if (error) co_return lost("connect: " + words_of(error));
  if (!url_.tls) co_return co_await talk(stream, request);

  beast::ssl_stream<beast::tcp_stream> secured(std::move(stream), trusted_);
  error_code not_an_address;
  asio::ip::make_address(url_.host, not_an_address);
  if (not_an_address && SSL_set_tlsext_host_name(secured.native_handle(), url_.host.c_str()) != 1)
    co_return lost("TLS: the host's name cannot be sent");
  secured.set_verify_callback(asio::ssl::host_name_verification(url_.host));
  std::tie(error) = co_await secured.async_handshake(asio::ssl::stream_base::client, kNoThrow);
  if (error) {
    const long verified = SSL_get_verify_result(secured.native_handle());
    co_return lost(verified != X509_V_OK
                       ? std::string("its certificate is not good: ") + X509_verify_cert_error_string(verified)
                       : "TLS: " + words_of(error));
  }
  co_return co_await talk(secured, request);
}

template <typename Stream>
asio::awaitable<Result<HttpAnswer>> HttpClient::talk(Stream& stream, const HttpRequest& request) {
  http::request<http::string_body> message(request.post ? http::verb::post : http::verb::get, request.target, 11);
  message.set(http::field::host, url_.authority());
  message.set(http::field::user_agent, "roomtone/" ROOMTONE_VERSION);
  message.keep_alive(false);
  for (const auto& [name, value] : request.headers) message.set(name, value);
  if (request.post) {
    message.body() = request.body;
    message.prepare_payload();
  }
  auto [error, size] = co_await http::async_write(stream, message, kNoThrow);
  if (error) co_return lost("send: " + words_of(error));

  http::response_parser<http::string_body> parser;
  parser.header_limit(kHeaderBytesMax);
  parser.body_limit(options_.answer_bytes_max);
  beast::flat_buffer buffer;
  std::tie(error, size) = co_await http::async_read(stream, buffer, parser, kNoThrow);
  if (error) co_return lost("read the answer: " + words_of(error));
  // Closed without ceremony: the answer is whole, and a peer that does not say goodbye must not keep us.
  co_return HttpAnswer{parser.get().result_int(), std::move(parser.get().body())};
}

}  // namespace roomtone::delivery
