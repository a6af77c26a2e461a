#include "gateway/admin_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>

#include "base/loopback.hpp"

namespace roomtone::gateway {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr std::chrono::seconds kRequestTime{5};
constexpr std::chrono::seconds kWriteTime{10};
constexpr std::size_t kHeaderBytes = 8 * 1024;

using Request = http::request<http::empty_body>;
using Response = http::response<http::string_body>;

Response make_response(const Request& request, const AdminServer::Pages& pages, bool loopback) {
  const auto view = [](auto text) { return std::string_view(text.data(), text.size()); };
  AdminAnswer answer;
  const std::string_view target = view(request.target());
  const std::string_view path = target.substr(0, target.find('?'));
  const bool readable = request.method() == http::verb::get || request.method() == http::verb::head;
  if (loopback && !names_this_machine(view(request[http::field::host]))) {
    answer = {403, "text/plain; charset=utf-8", "this port answers to localhost only\n"};
  } else if (!readable) {
    answer = {405, "text/plain; charset=utf-8", "GET and HEAD only\n"};
  } else if (path == "/metrics") {
    answer = pages.metrics();
  } else if (path == "/healthz" || path == "/-/healthy") {
    answer = pages.health();
  } else if (path == "/readyz" || path == "/-/ready") {
    answer = pages.ready(view(request[http::field::accept]).find("application/json") != std::string_view::npos);
  } else {
    answer = {404, "text/plain; charset=utf-8", "here are /metrics, /healthz and /readyz\n"};
  }

  Response response{static_cast<http::status>(answer.status), request.version()};
  response.set(http::field::content_type, answer.content_type);
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  if (answer.status == 405) response.set(http::field::allow, "GET, HEAD");
  response.keep_alive(request.keep_alive());
  response.body() = std::move(answer.body);
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  return response;
}

/// One connection: requests one after the other, each under a deadline.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket&& socket, const AdminServer::Pages& pages, bool loopback, std::size_t& open)
      : stream_(std::move(socket)), pages_(pages), loopback_(loopback), open_(open) {
    ++open_;
  }
  ~Connection() { --open_; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void read() {
    parser_.emplace();
    parser_->header_limit(kHeaderBytes);
    parser_->body_limit(0);
    stream_.expires_after(kRequestTime);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error) self->answer();
    });
  }

 private:
  void answer() {
    response_ = make_response(parser_->get(), pages_, loopback_);
    stream_.expires_after(kWriteTime);
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (error) return;
      if (self->response_.keep_alive()) {
        self->read();
      } else {
        self->stream_.socket().shutdown(tcp::socket::shutdown_send, error);
      }
    });
  }

  beast::tcp_stream stream_;
  const AdminServer::Pages& pages_;
  const bool loopback_;
  std::size_t& open_;
  beast::flat_buffer buffer_{kHeaderBytes * 2};
  std::optional<http::request_parser<http::empty_body>> parser_;
  Response response_;
};

}  // namespace

class AdminServer::Server {
 public:
  Server(AdminOptions options, Pages pages) : options_(std::move(options)), pages_(std::move(pages)) {}

  Result<void> bind() {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(options_.host == "localhost" ? "127.0.0.1" : options_.host, error);
    const std::string where = options_.host + ":" + std::to_string(options_.port);
    if (error) return fail(ErrorCode::invalid_argument, "listen on " + where + ": expected a numeric address");
    loopback_ = address.is_loopback();
    if (!loopback_ && !options_.insecure_bind) {
      return fail(ErrorCode::invalid_argument,
                  "listen on " + where +
                      ": other machines could reach it and nobody is asked who they are; use 127.0.0.1, or "
                      "set insecure_bind = true if a firewall or proxy protects it");
    }
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fail(ErrorCode::unavailable, "listen on " + where + ": " + error.message());
    return {};
  }

  void run(std::stop_token stop) {
    accept();
    const std::stop_callback stopper(stop, [this] { io_.stop(); });
    if (!stop.stop_requested()) io_.run();
  }

  [[nodiscard]] std::string address() const {
    return options_.host + ":" + std::to_string(acceptor_.local_endpoint().port());
  }

 private:
  void accept() {
    acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
      // One over the limit is closed at once; a failed accept (out of descriptors) is tried again with the next.
      if (!error && open_ < options_.connections_max)
        std::make_shared<Connection>(std::move(socket), pages_, loopback_, open_)->read();
      if (acceptor_.is_open()) accept();
    });
  }

  const AdminOptions options_;
  const Pages pages_;
  bool loopback_ = true;
  std::size_t open_ = 0;  // connections; outlives io_ and what waits in it
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
};

AdminServer::AdminServer(std::unique_ptr<Server> server) : server_(std::move(server)) {}
AdminServer::~AdminServer() = default;

Result<std::unique_ptr<AdminServer>> AdminServer::open(AdminOptions options, Pages pages) {
  auto server = std::make_unique<Server>(std::move(options), std::move(pages));
  if (auto bound = server->bind(); !bound) return tl::unexpected(std::move(bound.error()));
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(server)));
}

void AdminServer::run(std::stop_token stop) { server_->run(std::move(stop)); }
std::string AdminServer::address() const { return server_->address(); }

}  // namespace roomtone::gateway
