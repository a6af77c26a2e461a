#include "ingest/tcp_source.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <tuple>
#include <unordered_set>
#include <vector>

#include "ingest/acceptor.hpp"
#include "ingest/frame_reader.hpp"

namespace roomtone::ingest {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kReadBytes = 256 * 1024;
constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

}  // namespace

/// One thread does everything, in coroutines. When no ticket is free that thread waits inside a push, and so nothing
/// is read from anybody: that is the backpressure.
class TcpSource::Server {
 public:
  explicit Server(TcpSourceOptions options) : options_(std::move(options)), acceptor_(io_), flush_timer_(io_) {}

  Result<void> open() {
    Result<tcp::acceptor> acceptor = listen(io_, options_.listen, options_.insecure_bind);
    if (!acceptor) return tl::unexpected<Error>(acceptor.error());
    acceptor_ = std::move(*acceptor);
    return {};
  }

  void run(Outlet& outlet, const std::stop_token& stop) {
    outlet_ = &outlet;
    stop_ = stop;
    batcher_.emplace(outlet, options_.frames_max, limits::kNetworkFrameBytes);
    const std::stop_callback on_stop(stop, [this] { io_.stop(); });
    asio::co_spawn(io_, accept(), asio::detached);
    io_.run();
    static_cast<void>(batcher_->flush(stop_));
    error_code ignored;
    acceptor_.close(ignored);
    for (tcp::socket* socket : open_) socket->close(ignored);
    outlet.status().connected.store(false, std::memory_order_relaxed);
  }

  [[nodiscard]] std::string describe() const { return options_.listen.text(); }

 private:
  asio::awaitable<void> accept();
  asio::awaitable<void> serve(tcp::socket socket);
  bool take(FrameReader& lines, std::string_view bytes);
  void flush_soon();

  /// Enters a connection in the list of those that are open, for as long as it lives.
  class Entry {
   public:
    Entry(Server& server, tcp::socket& socket) : server_(server), socket_(socket) {
      server_.open_.insert(&socket_);
      server_.tell_connected();
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() { server_.open_.erase(&socket_); }

   private:
    Server& server_;
    tcp::socket& socket_;
  };
  void tell_connected() { outlet_->status().connected.store(!open_.empty(), std::memory_order_relaxed); }

  TcpSourceOptions options_;
  std::unordered_set<tcp::socket*> open_;  // before io_, whose end takes the last connections with it
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer flush_timer_;
  bool flush_coming_ = false;
  Outlet* outlet_ = nullptr;
  std::stop_token stop_;
  std::optional<Batcher> batcher_;
  std::vector<char> buffer_ = std::vector<char>(kReadBytes);  // one for all: nobody keeps bytes in it across a wait
};

asio::awaitable<void> TcpSource::Server::accept() {
  asio::steady_timer breather(io_);
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(kNoThrow);
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of file descriptors, most likely: some connection has to end first.
      breather.expires_after(100ms);
      co_await breather.async_wait(kNoThrow);
      continue;
    }
    if (open_.size() >= options_.connections_max) continue;  // closes it
    detect_dead_peer(socket);
    asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> TcpSource::Server::serve(tcp::socket socket) {
  std::optional<Entry> entry(std::in_place, *this, socket);
  FrameReader lines(limits::kNetworkFrameBytes);
  error_code error;
  socket.non_blocking(true, error);
  while (!error) {
    // Waits without a buffer, so that an idle connection costs next to nothing.
    std::tie(error) = co_await socket.async_wait(tcp::socket::wait_read, kNoThrow);
    if (error) break;
    const std::size_t got = socket.read_some(asio::buffer(buffer_), error);
    if (error == asio::error::would_block) {
      error.clear();
      continue;
    }
    if (!error && !take(lines, {buffer_.data(), got})) co_return;
  }
  std::string_view frame;
  if (error == asio::error::eof) {
    const Split split = lines.finish(frame);
    if (split == Split::oversized) batcher_->count_oversized();
    if (split == Split::frame && !batcher_->add(frame, stop_)) co_return;
    flush_soon();
  }
  entry.reset();
  tell_connected();
}

/// False when stopped.
bool TcpSource::Server::take(FrameReader& lines, std::string_view bytes) {
  for (;;) {
    std::string_view frame;
    const Split split = lines.next(bytes, frame);
    if (split == Split::need_more) break;
    if (split == Split::oversized) batcher_->count_oversized();
    if (split == Split::frame && !batcher_->add(frame, stop_)) return false;
  }
  flush_soon();
  return true;
}

/// Sees to it that the waiting frames go out in time, with no company needed.
void TcpSource::Server::flush_soon() {
  if (batcher_->empty() || flush_coming_) return;
  flush_coming_ = true;
  flush_timer_.expires_after(std::max<Mono::duration>(batcher_->due() - outlet_->clock().mono(), 0ms));
  flush_timer_.async_wait([this](error_code) {
    flush_coming_ = false;
    // Another batch may have begun since; it has its own 20 ms. False: stopped, and run() is about to return.
    if (batcher_->flush_if_due(stop_)) flush_soon();
  });
}

TcpSource::TcpSource(std::unique_ptr<Server> server) : server_(std::move(server)) {}
TcpSource::~TcpSource() = default;

Result<std::unique_ptr<Source>> TcpSource::open(TcpSourceOptions options) {
  auto server = std::make_unique<Server>(std::move(options));
  if (Result<void> opened = server->open(); !opened) return tl::unexpected<Error>(opened.error());
  return std::unique_ptr<Source>(new TcpSource(std::move(server)));
}

Result<void> TcpSource::run(Outlet& outlet, std::stop_token stop) {
  server_->run(outlet, stop);
  return {};
}

std::string TcpSource::describe() const { return server_->describe(); }

}  // namespace roomtone::ingest
