#include "ingest/tcp_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ingest/acceptor.hpp"
#include "ingest/frame_reader.hpp"
#include "ingest/hello.hpp"
#include "ingest/letterbox.hpp"
#include "ingest/producer_book.hpp"
#include "ingest/token_gate.hpp"

namespace roomtone::ingest {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kReadBytes = 256 * 1024;
constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);

/// One connection. Shared by the coroutine that reads it and the one that writes to it.
struct Connection {
  explicit Connection(tcp::socket&& connected)
      : socket(std::move(connected)),
        deadline(socket.get_executor()),
        parting(socket.get_executor()),
        lines(limits::kNetworkFrameBytes) {}

  tcp::socket socket;
  asio::steady_timer deadline;  // of the hello, then of each write
  asio::steady_timer parting;   // cancelled when something was told to a peer that will send no more
  FrameReader lines;
  bool first_line = true;
  bool numbered = false;  // lines have numbers, and are acknowledged
  uint64_t producer = 0;
  uint64_t epoch = 0;
  uint64_t next = 0;          // number of the next line
  std::size_t place = 0;      // in the batch, of this producer's position
  std::string answer;         // to be written
  uint64_t acknowledged = 0;  // the last number to tell of
  uint64_t told = 0;          // the last told
  bool writing = false;
  bool closing = false;  // once everything is written
};
using Connected = std::shared_ptr<Connection>;

}  // namespace

/// One thread does everything, in coroutines. When no ticket is free that thread waits inside a push, and so nothing
/// is read from anybody: that is the backpressure.
class TcpSource::Server {
 public:
  explicit Server(TcpSourceOptions options)
      : options_(std::move(options)), gate_(options_.reach.tokens), acceptor_(io_), flush_timer_(io_) {}

  Result<void> open() {
    Result<tcp::acceptor> acceptor = listen(io_, options_.listen, options_.reach);
    if (!acceptor) return tl::unexpected<Error>(acceptor.error());
    acceptor_ = std::move(*acceptor);
    return {};
  }

  void run(Outlet& outlet, const std::stop_token& stop) {
    outlet_ = &outlet;
    stop_ = stop;
    producers_.emplace(outlet.remembered().key, outlet.remembered().producers);
    letterbox_->open(io_);
    batcher_.emplace(outlet, options_.frames_max, limits::kNetworkFrameBytes);
    batcher_->set_acknowledge([this](const std::vector<ProducerPosition>& positions) -> OnCommitted {
      return [this, letterbox = letterbox_, positions](const Receipt& receipt) {
        if (receipt.committed) letterbox->put([this, positions] { acknowledge(positions); });
      };
    });
    const std::stop_callback on_stop(stop, [this] { io_.stop(); });
    asio::co_spawn(io_,
                   accept_connections(
                       acceptor_, [this] { return open_.size() >= options_.connections_max; },
                       [this](tcp::socket socket) {
                         asio::co_spawn(io_, serve(std::make_shared<Connection>(std::move(socket))), asio::detached);
                       }),
                   asio::detached);
    io_.run();
    static_cast<void>(batcher_->flush(stop_));
    letterbox_->close();
    speakers_.clear();
    error_code ignored;
    acceptor_.close(ignored);
    for (Connection* connection : open_) connection->socket.close(ignored);
    outlet.status().connected.store(false, std::memory_order_relaxed);
  }

  [[nodiscard]] std::string describe() const { return options_.listen.text(); }

 private:
  asio::awaitable<void> serve(Connected connection);
  asio::awaitable<void> write(Connected connection);
  asio::awaitable<void> close_without_hello(Connected connection);
  bool take(Connection& connection, std::string_view bytes);
  bool take_line(Connection& connection, Split split, std::string_view frame);
  void greet(Connection& connection, std::string_view line);
  void write_soon(const Connected& connection);
  void refuse(Connection& connection, std::string_view error, std::string_view hint);
  void acknowledge(const std::vector<ProducerPosition>& positions);
  void flush_soon();

  /// Enters a connection in the list of those that are open, for as long as it lives.
  class Entry {
   public:
    Entry(Server& server, Connection& connection) : server_(server), connection_(connection) {
      server_.open_.insert(&connection_);
      server_.tell_connected();
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() {
      server_.open_.erase(&connection_);
      const auto found = server_.speakers_.find(connection_.producer);
      if (found != server_.speakers_.end() && found->second.get() == &connection_) server_.speakers_.erase(found);
    }

   private:
    Server& server_;
    Connection& connection_;
  };
  void tell_connected() { outlet_->status().connected.store(!open_.empty(), std::memory_order_relaxed); }

  TcpSourceOptions options_;
  TokenGate gate_;
  const std::shared_ptr<Letterbox> letterbox_ = std::make_shared<Letterbox>();
  std::unordered_set<Connection*> open_;              // before io_, whose end takes the last connections with it
  std::unordered_map<uint64_t, Connected> speakers_;  // by producer: the connection that speaks for it now
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer flush_timer_;
  bool flush_coming_ = false;
  Outlet* outlet_ = nullptr;
  std::stop_token stop_;
  std::optional<ProducerBook> producers_;
  std::optional<Batcher> batcher_;
  std::vector<char> buffer_ = std::vector<char>(kReadBytes);  // one for all: nobody keeps bytes in it across a wait
};

asio::awaitable<void> TcpSource::Server::serve(Connected connection) {
  std::optional<Entry> entry(std::in_place, *this, *connection);
  tcp::socket& socket = connection->socket;
  if (gate_.asks()) asio::co_spawn(io_, close_without_hello(connection), asio::detached);
  error_code error;
  socket.non_blocking(true, error);
  while (!error && !connection->closing) {
    // Waits without a buffer, so that an idle connection costs next to nothing.
    std::tie(error) = co_await socket.async_wait(tcp::socket::wait_read, kNoThrow);
    if (error) break;
    const std::size_t got = socket.read_some(asio::buffer(buffer_), error);
    if (error == asio::error::would_block) {
      error.clear();
      continue;
    }
    if (!error && !take(*connection, {buffer_.data(), got})) co_return;
    if (connection->numbered) speakers_[connection->producer] = connection;
    if (!connection->answer.empty()) write_soon(connection);
  }
  std::string_view frame;
  if (error == asio::error::eof && !connection->numbered && !connection->closing) {
    const Split split = connection->lines.finish(frame);
    if (split != Split::need_more && !take_line(*connection, split, frame)) co_return;
  }
  // A peer that has said all may still want to hear that it is on disk.
  flush_soon();
  connection->parting.expires_after(options_.write_time);
  while (error == asio::error::eof && connection->numbered && connection->told + 1 < connection->next) {
    const auto [more] = co_await connection->parting.async_wait(kNoThrow);
    if (!more || !connection->socket.is_open()) break;
  }
  connection->closing = true;
  entry.reset();
  tell_connected();
}

/// Writes answers and acknowledgements, as long as there are any. Of acknowledgements only the newest is kept, so that
/// a peer which does not read costs no memory.
void TcpSource::Server::write_soon(const Connected& connection) {
  if (!std::exchange(connection->writing, true)) asio::co_spawn(io_, write(connection), asio::detached);
}

asio::awaitable<void> TcpSource::Server::write(Connected connection) {
  error_code error;
  while (!error) {
    std::string bytes = std::exchange(connection->answer, {});
    if (connection->acknowledged > connection->told) {
      connection->told = connection->acknowledged;
      bytes += fmt::format("{{\"ack\":{}}}\n", connection->told);
    }
    if (bytes.empty()) break;
    connection->deadline.expires_after(options_.write_time);
    connection->deadline.async_wait([connection](error_code over) {
      error_code ignored;
      if (over) return;
      connection->socket.close(ignored);
      connection->parting.cancel();
    });
    std::size_t written = 0;
    std::tie(error, written) = co_await asio::async_write(connection->socket, asio::buffer(bytes), kNoThrow);
    connection->deadline.cancel();
    connection->parting.cancel();
  }
  connection->writing = false;
  if (connection->closing) {
    error_code ignored;
    connection->socket.shutdown(tcp::socket::shutdown_both, ignored);
  }
}

/// Where tokens are asked for, nobody may hold a connection without having shown one.
asio::awaitable<void> TcpSource::Server::close_without_hello(Connected connection) {
  connection->deadline.expires_after(options_.hello_time);
  const auto [cancelled] = co_await connection->deadline.async_wait(kNoThrow);
  if (cancelled || !connection->first_line) co_return;
  error_code ignored;
  connection->socket.close(ignored);
}

/// False when stopped.
bool TcpSource::Server::take(Connection& connection, std::string_view bytes) {
  while (!connection.closing) {
    std::string_view frame;
    const Split split = connection.lines.next(bytes, frame);
    if (split == Split::need_more) break;
    if (!take_line(connection, split, frame)) return false;
  }
  flush_soon();
  return true;
}

bool TcpSource::Server::take_line(Connection& connection, Split split, std::string_view frame) {
  const bool blank = split == Split::frame && frame.find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (blank) return true;
  if (std::exchange(connection.first_line, false)) {
    connection.deadline.cancel();
    if (split == Split::frame && is_hello(frame)) {
      greet(connection, frame);
      return true;
    }
    if (gate_.asks()) {
      outlet_->status().refused_tokens.fetch_add(1, std::memory_order_relaxed);
      refuse(connection, "this source asks for a token", "begin with ROOMTONE/1 token=TOKEN");
      return true;
    }
  }
  if (split == Split::oversized) batcher_->count_oversized();
  if (split == Split::frame && !batcher_->add(frame, stop_)) return false;
  if (!connection.numbered) return true;
  const ProducerPosition position{connection.producer, connection.epoch, connection.next++, outlet_->clock().wall()};
  producers_->enter(position);
  connection.place = batcher_->stand_at(position, connection.place);
  return true;
}

/// The first line of a connection: who it is, and where it goes on.
void TcpSource::Server::greet(Connection& connection, std::string_view line) {
  const Result<Hello> hello = read_hello(line);
  if (!hello) return refuse(connection, "this hello cannot be read", hello.error().context);
  switch (gate_.judge(peer_address(connection.socket), hello->token, outlet_->clock().mono())) {
    case TokenGate::Verdict::welcome: break;
    case TokenGate::Verdict::wrong:
      outlet_->status().refused_tokens.fetch_add(1, std::memory_order_relaxed);
      return refuse(connection, "no token that is known here", "'roomtone token' makes one");
    case TokenGate::Verdict::wait:
      outlet_->status().limited_peers.fetch_add(1, std::memory_order_relaxed);
      return refuse(connection, "too many wrong tokens came from your address", "wait, then send a right one");
  }
  if (hello->producer.empty()) {
    connection.answer += "{\"hello\":{}}\n";
    return;
  }
  const uint64_t producer = producers_->id_of(hello->producer);
  switch (producers_->open(producer, hello->epoch, outlet_->clock().wall())) {
    case Admission::old_epoch:
      return refuse(connection, "a later epoch of this producer has begun",
                    "somebody else sends under this name, or the epoch went back");
    case Admission::full:
      return refuse(connection, "too many producers are known here",
                    "use one producer name for a program rather than for a run");
    default: break;
  }
  // Whoever spoke for this producer is cut off, so that no line of it can come after one of ours.
  if (const auto found = speakers_.find(producer); found != speakers_.end()) {
    error_code ignored;
    found->second->closing = true;
    found->second->socket.close(ignored);
    found->second->parting.cancel();
    speakers_.erase(found);
  }
  for (const ProducerPosition& position :
       producers_->positions_for(producer, hello->epoch, 0, outlet_->clock().wall())) {
    if (position.producer == producer) continue;
    producers_->enter(position);  // put out of the book to make room
    static_cast<void>(batcher_->stand_at(position, 0));
  }
  const Standing standing = producers_->standing(producer, hello->epoch);
  connection.numbered = true;
  connection.producer = producer;
  connection.epoch = hello->epoch;
  connection.next = standing.taken + 1;
  connection.acknowledged = connection.told = standing.committed;
  connection.answer +=
      fmt::format("{{\"hello\":{{\"committed\":{},\"next\":{}}}}}\n", standing.committed, connection.next);
  outlet_->status().producers.store(producers_->size(), std::memory_order_relaxed);
}

void TcpSource::Server::refuse(Connection& connection, std::string_view error, std::string_view hint) {
  // Texts of ours, without quotes, so that nothing needs escaping.
  connection.answer += fmt::format("{{\"error\":\"{}\",\"hint\":\"{}\"}}\n", error, hint);
  connection.closing = true;
}

/// What is on disk now, told to those who sent it and still are there.
void TcpSource::Server::acknowledge(const std::vector<ProducerPosition>& positions) {
  for (const ProducerPosition& position : positions) {
    producers_->committed(position);
    const auto found = speakers_.find(position.producer);
    if (found == speakers_.end() || found->second->epoch != position.epoch) continue;
    Connection& connection = *found->second;
    connection.acknowledged = std::max(connection.acknowledged, position.sequence);
    write_soon(found->second);
  }
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
