#include "ingest/http_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "base/loopback.hpp"
#include "ingest/acceptor.hpp"
#include "ingest/http_answer.hpp"
#include "ingest/letterbox.hpp"
#include "ingest/producer_book.hpp"
#include "ingest/request_book.hpp"
#include "ingest/token_gate.hpp"

namespace roomtone::ingest {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kLinger{1};
constexpr std::size_t kLingerBytes = 4 * limits::kHttpBodyBytes;
constexpr std::string_view kHeaderEnd = "\r\n\r\n";

/// A header line that goes on in the next one. Long obsolete, and read differently by different servers, which is
/// what smuggling a request past a proxy lives on.
bool has_folded_line(std::string_view header) {
  return header.find("\r\n ") != std::string_view::npos || header.find("\r\n\t") != std::string_view::npos;
}

/// A request that waits for its batch to be committed. Belongs to the server's thread.
struct Waiting {
  explicit Waiting(asio::io_context& io) : told(io) {}
  asio::steady_timer told;  // cancelled when the receipt is there
  std::optional<Receipt> receipt;
};

}  // namespace

/// One thread runs every connection as a coroutine. Receipts come on the store's thread and are posted over, by
/// number: a receipt may come when its request, or this whole server, is gone.
class HttpSource::Server {
 public:
  explicit Server(HttpSourceOptions options)
      : options_(std::move(options)),
        loopback_(is_loopback(options_.listen.host)),
        gate_(options_.reach.tokens),
        letterbox_(std::make_shared<Letterbox>()),
        acceptor_(io_),
        drained_(io_) {}

  Result<void> open() {
    Result<tcp::acceptor> acceptor = listen(io_, options_.listen, options_.reach);
    if (!acceptor) return tl::unexpected<Error>(acceptor.error());
    acceptor_ = std::move(*acceptor);
    return {};
  }

  void run(Outlet& outlet, const std::stop_token& stop) {
    outlet_ = &outlet;
    producers_.emplace(outlet.remembered().key, outlet.remembered().producers);
    requests_.emplace(outlet.remembered(), outlet.clock().mono());
    letterbox_->open(io_);
    const std::stop_callback on_stop(stop, [this] { asio::post(io_, [this] { drain(); }); });
    asio::co_spawn(io_,
                   accept_connections(
                       acceptor_, [this] { return open_.size() >= options_.connections_max; },
                       [this](tcp::socket socket) {
                         asio::co_spawn(io_, serve(beast::tcp_stream(std::move(socket))), asio::detached);
                       }),
                   asio::detached);
    io_.run();
    letterbox_->close();
    for (beast::tcp_stream* stream : open_) stream->close();
    outlet.status().connected.store(false, std::memory_order_relaxed);
  }

  [[nodiscard]] std::string describe() const { return options_.listen.text(); }

 private:
  /// Enters a connection in the list of those that are open, for as long as it lives.
  class Entry {
   public:
    Entry(Server& server, beast::tcp_stream& stream) : server_(server), stream_(stream) {
      server_.open_.insert(&stream_);
      server_.tell_connected();
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() { server_.open_.erase(&stream_); }

   private:
    Server& server_;
    beast::tcp_stream& stream_;
  };

  asio::awaitable<void> serve(beast::tcp_stream stream);
  asio::awaitable<bool> serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer, bool first);
  asio::awaitable<bool> answer(beast::tcp_stream& stream, HttpResponse response, bool keep_alive);
  std::optional<HttpResponse> refuse(const beast::tcp_stream& stream, const HttpRequest& request);
  std::optional<HttpResponse> judge_name(const RequestName& name, std::string_view body, Batch& batch);
  asio::awaitable<HttpResponse> take(const HttpRequest& request);
  asio::awaitable<HttpResponse> receipt_of(uint64_t number);
  void deliver(uint64_t number, const Receipt& receipt);
  void drain();
  void tell_connected() { outlet_->status().connected.store(!open_.empty(), std::memory_order_relaxed); }

  HttpSourceOptions options_;
  const bool loopback_;
  std::unordered_set<beast::tcp_stream*> open_;  // before io_, whose end takes the last connections with it
  std::unordered_map<uint64_t, Waiting*> waiting_;
  uint64_t waiting_last_ = 0;
  TokenGate gate_;
  const std::shared_ptr<Letterbox> letterbox_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer drained_;
  Outlet* outlet_ = nullptr;
  std::optional<ProducerBook> producers_;  // while running
  std::optional<RequestBook> requests_;
  bool stopping_ = false;
  std::size_t in_flight_ = 0;  // requests taken and not yet answered in full
};

asio::awaitable<void> HttpSource::Server::serve(beast::tcp_stream stream) {
  std::optional<Entry> entry(std::in_place, *this, stream);
  beast::flat_buffer buffer(limits::kHttpHeaderBytes + limits::kHttpBodyBytes);
  for (bool first = true;; first = false) {
    if (!co_await serve_one(stream, buffer, first)) break;
  }
  // Closing with bytes of the peer left unread would reset the connection, and the peer might lose our answer.
  error_code error;
  stream.socket().shutdown(tcp::socket::shutdown_send, error);
  stream.expires_after(kLinger);
  for (std::size_t dropped = 0; !error && dropped < kLingerBytes;) {
    std::size_t got = 0;
    buffer.clear();
    std::tie(error, got) = co_await stream.async_read_some(buffer.prepare(4096), kNoThrow);
    dropped += got;
  }
  entry.reset();
  tell_connected();
}

/// One request and its answer. False when the connection is to be closed.
asio::awaitable<bool> HttpSource::Server::serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer, bool first) {
  if (buffer.size() == 0) {
    buffer.shrink_to_fit();  // an idle connection holds no more than it needs
    stream.expires_after(first ? options_.request_time : options_.idle_time);
    const auto [error, got] = co_await stream.async_read_some(buffer.prepare(4096), kNoThrow);
    if (error) co_return false;
    buffer.commit(got);
  }
  stream.expires_after(options_.request_time);
  beast::flat_buffer::const_buffers_type bytes = buffer.data();
  std::string_view seen(static_cast<const char*>(bytes.data()), bytes.size());
  while (seen.find(kHeaderEnd) == std::string_view::npos && seen.size() <= limits::kHttpHeaderBytes) {
    const auto [error, got] = co_await stream.async_read_some(buffer.prepare(4096), kNoThrow);
    if (error) co_return false;
    buffer.commit(got);
    bytes = buffer.data();
    seen = {static_cast<const char*>(bytes.data()), bytes.size()};
  }
  const std::size_t header_end = seen.find(kHeaderEnd);
  if (header_end == std::string_view::npos || header_end + kHeaderEnd.size() > limits::kHttpHeaderBytes) {
    co_return co_await answer(stream,
                              refusal(http::status::request_header_fields_too_large, "the header is too long",
                                      fmt::format("at most {} bytes are read", limits::kHttpHeaderBytes)),
                              false);
  }
  if (has_folded_line(seen.substr(0, header_end))) {
    co_return co_await answer(
        stream, refusal(http::status::bad_request, "a header line is folded", "write each header on one line"), false);
  }

  http::request_parser<http::string_body> parser;
  parser.header_limit(limits::kHttpHeaderBytes);
  parser.body_limit(limits::kHttpBodyBytes);
  auto [error, parsed] = co_await http::async_read_header(stream, buffer, parser, kNoThrow);
  if (!error) {
    const HttpRequest& request = parser.get();
    if (auto refused = refuse(stream, request)) {
      // With a body still to come the connection cannot be used on: its bytes would be read as the next request.
      const bool keep_alive = request.keep_alive() && parser.is_done();
      co_return co_await answer(stream, std::move(*refused), keep_alive);
    }
    if (beast::iequals(request[http::field::expect], "100-continue")) {
      static constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
      std::tie(error, parsed) = co_await asio::async_write(stream, asio::buffer(kGoOn), kNoThrow);
    }
  }
  if (!error && !parser.is_done())
    std::tie(error, parsed) = co_await http::async_read(stream, buffer, parser, kNoThrow);
  if (error == http::error::body_limit) {
    co_return co_await answer(stream,
                              refusal(http::status::payload_too_large, "the body is too long",
                                      fmt::format("send at most {} bytes a request", limits::kHttpBodyBytes)),
                              false);
  }
  if (error && error.category() == http::make_error_code(http::error::end_of_stream).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    co_return co_await answer(stream,
                              refusal(http::status::bad_request, "this is not a well-formed request",
                                      "send HTTP/1.1 with Content-Length or chunked, not both"),
                              false);
  }
  if (error) co_return false;  // gone, or too slow

  ++in_flight_;
  const bool keep_alive = parser.get().keep_alive();
  HttpResponse response = co_await take(parser.get());
  const bool go_on = co_await answer(stream, std::move(response), keep_alive && !stopping_);
  --in_flight_;
  if (stopping_ && in_flight_ == 0) io_.stop();
  co_return go_on;
}

asio::awaitable<bool> HttpSource::Server::answer(beast::tcp_stream& stream, HttpResponse response, bool keep_alive) {
  response.version(11);
  response.keep_alive(keep_alive);
  response.prepare_payload();
  stream.expires_after(options_.request_time);
  const auto [error, written] = co_await http::async_write(stream, response, kNoThrow);
  co_return !error && keep_alive;
}

/// What the header alone tells against a request.
std::optional<HttpResponse> HttpSource::Server::refuse(const beast::tcp_stream& stream, const HttpRequest& request) {
  if (auto refused = refuse_peer(request.base(), loopback_)) return refused;
  if (gate_.asks()) {
    const beast::string_view given = request[http::field::authorization];
    const std::string_view token = bearer_token({given.data(), given.size()});
    const bool once = request.base().count(http::field::authorization) == 1;
    switch (gate_.judge(peer_address(stream.socket()), once ? token : std::string_view(), outlet_->clock().mono())) {
      case TokenGate::Verdict::welcome: break;
      case TokenGate::Verdict::wrong:
        outlet_->status().refused_tokens.fetch_add(1, std::memory_order_relaxed);
        return unauthorized();
      case TokenGate::Verdict::wait:
        outlet_->status().limited_peers.fetch_add(1, std::memory_order_relaxed);
        return too_many_wrong_tokens();
    }
  }
  return refuse_header(request.base());
}

/// Whether a request that has a name was taken before. If so, its records are repeats, and an empty batch stands for
/// it: the receipt comes after the first one's, since batches of a source are committed in order.
std::optional<HttpResponse> HttpSource::Server::judge_name(const RequestName& name, std::string_view body,
                                                           Batch& batch) {
  bool repeat = false;
  if (!name.producer.empty()) {
    const uint64_t producer = producers_->id_of(name.producer);
    const Instant now = outlet_->clock().wall();
    const Admission admission = producers_->admit(producer, name.epoch, name.sequence, now);
    if (auto refused = refuse_number(admission, producers_->standing(producer, name.epoch).taken + 1)) return refused;
    repeat = admission == Admission::repeat;
    if (!repeat) batch.positions = producers_->positions_for(producer, name.epoch, name.sequence, now);
  } else if (!name.key.empty()) {
    const RequestKey request = requests_->request(name.key, body);
    const RequestBook::Known known = requests_->find(request, outlet_->clock().mono());
    if (known == RequestBook::Known::with_another_body) {
      return refusal(http::status::unprocessable_entity, "this Idempotency-Key came with another body before",
                     "make a new key for each request, and keep it for sending the same again");
    }
    repeat = known == RequestBook::Known::yes;
    if (!repeat) batch.requests.push_back(request);
  }
  if (repeat) {
    batch.repeats = static_cast<uint32_t>(batch.frames.size());
    batch.frames.clear();
    batch.bytes.clear();
  }
  return std::nullopt;
}

asio::awaitable<HttpResponse> HttpSource::Server::take(const HttpRequest& request) {
  const auto stopping = [] {
    return refusal(http::status::service_unavailable, "stopping", "try again once it has started anew");
  };
  if (stopping_) co_return stopping();
  Batch batch = outlet_->fresh();
  if (auto refused = take_body(request.body(), batch)) {
    outlet_->recycle(std::move(batch));
    co_return std::move(*refused);
  }
  const std::size_t records = batch.frames.size();
  RequestName name;
  std::optional<HttpResponse> unnamed = read_name(request.base(), name);
  if (!unnamed) unnamed = judge_name(name, request.body(), batch);
  if (unnamed) {
    outlet_->recycle(std::move(batch));
    co_return std::move(*unnamed);
  }
  const std::vector<ProducerPosition> positions = batch.positions;
  const std::vector<RequestKey> requests = batch.requests;
  batch.arrival = outlet_->clock().wall();
  batch.seal();

  const bool async = prefers_async(request.base());
  const uint64_t number = ++waiting_last_;
  if (!async) {
    batch.on_committed = [this, letterbox = letterbox_, number](const Receipt& receipt) {
      letterbox->put([this, number, receipt] { deliver(number, receipt); });
    };
  }
  if (!outlet_->try_push(batch)) {
    outlet_->recycle(std::move(batch));
    HttpResponse response =
        refusal(http::status::too_many_requests, "there is no room for more now", "try again in a second");
    response.set(http::field::retry_after, "1");
    co_return response;
  }
  // On its way: from here on the same again is a repeat.
  for (const ProducerPosition& position : positions) producers_->enter(position);
  for (const RequestKey& key : requests) requests_->enter(key, outlet_->clock().mono());
  outlet_->status().producers.store(producers_->size(), std::memory_order_relaxed);
  if (async) co_return accepted_for_later(records);
  co_return co_await receipt_of(number);
}

asio::awaitable<HttpResponse> HttpSource::Server::receipt_of(uint64_t number) {
  // A receipt is posted to this thread, so it cannot be delivered before the wait below has begun.
  Waiting waiting(io_);
  waiting_.emplace(number, &waiting);
  waiting.told.expires_after(options_.receipt_time);
  co_await waiting.told.async_wait(kNoThrow);
  waiting_.erase(number);
  if (waiting.receipt && waiting.receipt->committed) co_return accepted(waiting.receipt->ledger);
  co_return refusal(http::status::service_unavailable, "not committed, so it may or may not have been counted",
                    "send it again; messages with an id are counted once");
}

void HttpSource::Server::deliver(uint64_t number, const Receipt& receipt) {
  const auto found = waiting_.find(number);
  if (found == waiting_.end()) return;  // waited too long, and was answered
  found->second->receipt = receipt;
  found->second->told.cancel();
}

/// No more connections; those that wait for a receipt get it, if it comes in time.
void HttpSource::Server::drain() {
  stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  if (in_flight_ == 0) {
    io_.stop();
    return;
  }
  drained_.expires_after(options_.drain_time);
  drained_.async_wait([this](error_code) { io_.stop(); });
}

HttpSource::HttpSource(std::unique_ptr<Server> server) : server_(std::move(server)) {}
HttpSource::~HttpSource() = default;

Result<std::unique_ptr<Source>> HttpSource::open(HttpSourceOptions options) {
  auto server = std::make_unique<Server>(std::move(options));
  if (Result<void> opened = server->open(); !opened) return tl::unexpected<Error>(opened.error());
  return std::unique_ptr<Source>(new HttpSource(std::move(server)));
}

Result<void> HttpSource::run(Outlet& outlet, std::stop_token stop) {
  server_->run(outlet, stop);
  return {};
}

std::string HttpSource::describe() const { return server_->describe(); }

}  // namespace roomtone::ingest
