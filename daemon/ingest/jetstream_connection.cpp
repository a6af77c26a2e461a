#include "ingest/jetstream_connection.hpp"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <tuple>

#include "ingest/acceptor.hpp"

namespace roomtone::ingest {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 64 * 1024;
// A message beyond this ends the conversation, however it is cut: it would hold the line for ever.
constexpr std::size_t kMessageBytesMax = 64 * 1024 * 1024;

Loss loss_of(const error_code& error) {
  if (error == beast::error::timeout || error == asio::error::timed_out) return Loss::timed_out;
  if (error == asio::error::network_unreachable || error == asio::error::host_unreachable ||
      error == asio::error::network_down)
    return Loss::unreachable;
  if (error == websocket::error::closed || error == asio::error::eof || error == asio::error::connection_reset ||
      error == asio::error::broken_pipe || error == asio::ssl::error::stream_truncated ||
      error == beast::http::error::end_of_stream || error == beast::http::error::partial_message)
    return Loss::closed;
  return Loss::bad_frame;
}

/// Lives as long as a conversation's socket may be closed from outside.
class Registered {
 public:
  Registered(std::shared_ptr<asio::ip::tcp::socket*> place, asio::ip::tcp::socket& socket) : place_(std::move(place)) {
    *place_ = &socket;
  }
  Registered(const Registered&) = delete;
  Registered& operator=(const Registered&) = delete;
  ~Registered() { *place_ = nullptr; }

 private:
  std::shared_ptr<asio::ip::tcp::socket*> place_;
};

}  // namespace

JetstreamConnection::JetstreamConnection(asio::io_context& io, asio::ssl::context& trusted, Options options,
                                         Handlers handlers)
    : io_(io), trusted_(trusted), options_(options), handlers_(std::move(handlers)), lookup_(io) {}

void JetstreamConnection::drop(Loss loss, std::string why) {
  if (*open_ == nullptr || !dropped_.why.empty()) return;
  dropped_ = {.loss = loss, .why = std::move(why)};
  error_code ignored;
  (*open_)->close(ignored);
}

/// What drop() said comes first: the error that it caused says less.
Parting JetstreamConnection::lost(Loss loss, std::string why) const {
  if (!dropped_.why.empty()) return dropped_;
  return {.loss = loss, .why = std::move(why)};
}

asio::awaitable<Parting> JetstreamConnection::converse(const JetstreamHost& host, const JetstreamRequest& request) {
  dropped_ = {};
  auto endpoints = co_await lookup_.find(host.name, host.port, options_.handshake_time);
  if (!endpoints) co_return lost(Loss::unreachable, endpoints.error().context);

  beast::tcp_stream stream(io_);
  stream.expires_after(options_.handshake_time);
  auto [error, endpoint] = co_await stream.async_connect(*endpoints, kNoThrow);
  if (error) co_return lost(Loss::unreachable, "connect: " + error.message());
  detect_dead_peer(stream.socket());
  if (!host.tls) co_return co_await talk(std::move(stream), host, request);

  asio::ssl::stream<beast::tcp_stream> secured(std::move(stream), trusted_);
  error_code not_an_address;
  asio::ip::make_address(host.name, not_an_address);
  if (not_an_address && SSL_set_tlsext_host_name(secured.native_handle(), host.name.c_str()) != 1)
    co_return lost(Loss::untrusted, "TLS: the host's name cannot be sent");
  secured.set_verify_callback(asio::ssl::host_name_verification(host.name));
  beast::get_lowest_layer(secured).expires_after(options_.handshake_time);
  std::tie(error) = co_await secured.async_handshake(asio::ssl::stream_base::client, kNoThrow);
  if (error) {
    const long verified = SSL_get_verify_result(secured.native_handle());
    if (verified != X509_V_OK)
      co_return lost(Loss::untrusted,
                     std::string("its certificate is not good: ") + X509_verify_cert_error_string(verified));
    co_return lost(error == beast::error::timeout ? Loss::timed_out : Loss::untrusted, "TLS: " + error.message());
  }
  co_return co_await talk(std::move(secured), host, request);
}

template <typename Next>
asio::awaitable<Parting> JetstreamConnection::talk(Next next, const JetstreamHost& host,
                                                   const JetstreamRequest& request) {
  websocket::stream<Next> socket(std::move(next));
  const Registered registered(open_, beast::get_lowest_layer(socket).socket());
  beast::get_lowest_layer(socket).expires_never();  // from here on the WebSocket's own times hold
  socket.set_option(websocket::stream_base::timeout{
      .handshake_timeout = options_.handshake_time, .idle_timeout = options_.idle_time, .keep_alive_pings = true});
  socket.set_option(websocket::stream_base::decorator(
      [](websocket::request_type& asked) { asked.set(beast::http::field::user_agent, "roomtone/" ROOMTONE_VERSION); }));
  socket.read_message_max(kMessageBytesMax);
  const std::string authority = ListenAddress{.host = host.name, .port = host.port}.text();
  websocket::response_type response;
  auto [error] = co_await socket.async_handshake(response, authority, request.target, kNoThrow);
  if (error == websocket::error::upgrade_declined)
    co_return lost(Loss::refused, "it answered HTTP " + std::to_string(response.result_int()));
  if (error) co_return lost(loss_of(error), "upgrade: " + error.message());
  if (!request.hello.empty()) {
    socket.text(true);
    socket.auto_fragment(false);  // one message, one frame: nothing to put together on the other side
    const auto [failed, sent] = co_await socket.async_write(asio::buffer(request.hello), kNoThrow);
    if (failed) co_return lost(loss_of(failed), "send the options: " + failed.message());
  }
  handlers_.opened();

  beast::flat_buffer buffer;
  bool oversized = false;
  for (;;) {
    const auto [failed, got] = co_await socket.async_read_some(buffer, kReadBytes, kNoThrow);
    if (failed) {
      std::string why = failed.message();
      if (failed == websocket::error::closed) why += " (" + std::to_string(socket.reason().code) + ")";
      co_return lost(loss_of(failed), std::move(why));
    }
    if (buffer.size() > options_.message_bytes_max) {
      oversized = true;
      buffer.clear();
    }
    if (!socket.is_message_done()) continue;
    const auto bytes = buffer.cdata();
    const std::string_view message(static_cast<const char*>(bytes.data()), oversized ? 0 : bytes.size());
    if (!handlers_.message(message, socket.got_binary(), oversized)) {
      if (!dropped_.why.empty()) co_return dropped_;
      co_return Parting{.stopped = true, .loss = Loss::closed, .why = {}};
    }
    buffer.clear();
    oversized = false;
  }
}

}  // namespace roomtone::ingest
