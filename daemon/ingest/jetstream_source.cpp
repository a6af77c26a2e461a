#include "ingest/jetstream_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <random>

#include "base/assert.hpp"
#include "ingest/backoff.hpp"
#include "ingest/dictionary_inflate.hpp"
#include "ingest/jetstream_connection.hpp"
#include "ingest/jetstream_progress.hpp"
#include "net/tls.hpp"

namespace roomtone::ingest {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr unsigned kFailuresPerHost = 2;  // in a row, then it is the next one's turn

double seconds(std::chrono::microseconds us) { return static_cast<double>(us.count()) / 1e6; }

}  // namespace

/// One thread does everything, in coroutines. When no ticket is free that thread waits inside a push, and so nothing
/// is read: that is the backpressure.
class JetstreamSource::Listener {
 public:
  Listener(JetstreamSourceOptions options, asio::ssl::context trusted, std::optional<DictionaryInflate> inflate)
      : options_(std::move(options)), trusted_(std::move(trusted)), inflate_(std::move(inflate)) {}

  void run(Outlet& outlet, const std::stop_token& stop);
  [[nodiscard]] std::string describe() const;

 private:
  asio::awaitable<void> listen();
  void begin_position();
  void opened(const JetstreamHost& host);
  bool take(std::string_view message, bool binary, bool oversized);
  bool hand_on(std::string_view frame);
  bool count_malformed();
  bool flush();
  void flush_soon();
  void watch_silence();
  std::chrono::milliseconds after(const Parting& parting, Mono began);

  [[nodiscard]] SourceStatus& status() { return outlet_->status(); }
  void notice(const std::string& what) const {
    if (options_.notice) options_.notice(what);
  }

  const JetstreamSourceOptions options_;
  asio::ssl::context trusted_;
  std::optional<DictionaryInflate> inflate_;
  asio::io_context io_{1};
  asio::steady_timer pause_{io_};
  asio::steady_timer flush_timer_{io_};
  asio::steady_timer silence_timer_{io_};
  std::optional<JetstreamConnection> connection_;
  std::optional<Backoff> backoff_;
  std::optional<JetstreamProgress> progress_;
  std::optional<Batcher> batcher_;
  Outlet* outlet_ = nullptr;
  std::stop_token stop_;
  std::size_t at_ = 0;          // whose turn it is, in options_.hosts
  unsigned host_failures_ = 0;  // in a row, of that one
  bool stalled_ = false;        // the last connection was given up as silent
  uint64_t heard_ = 0;          // messages on the present connection
  bool flush_coming_ = false;
  Mono last_heard_{};
};

void JetstreamSource::Listener::run(Outlet& outlet, const std::stop_token& stop) {
  outlet_ = &outlet;
  stop_ = stop;
  batcher_.emplace(outlet, options_.frames_max, options_.frame_bytes_max);
  backoff_.emplace(options_.retry_min, options_.retry_max, std::random_device{}());
  begin_position();
  // A compressed message is shorter than what comes out of it, or it would not be one.
  connection_.emplace(
      io_, trusted_,
      JetstreamConnection::Options{.handshake_time = options_.handshake_time,
                                   .idle_time = options_.idle_time,
                                   .message_bytes_max = options_.frame_bytes_max},
      JetstreamConnection::Handlers{.opened = [this] { opened(options_.hosts[at_]); },
                                    .message = [this](std::string_view message, bool binary,
                                                      bool oversized) { return take(message, binary, oversized); }});
  const std::stop_callback on_stop(stop, [this] { io_.stop(); });
  asio::co_spawn(io_, listen(), [](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);
  });
  io_.run();
  static_cast<void>(flush());
  connection_->drop(Loss::closed, "stopped");
  status().connected.store(false, std::memory_order_relaxed);
}

std::string JetstreamSource::Listener::describe() const {
  std::string all;
  for (const JetstreamHost& host : options_.hosts) all += (all.empty() ? "" : ", ") + host.text();
  return all;
}

/// Takes up the position of the last commit, and begins with the host that it is of.
void JetstreamSource::Listener::begin_position() {
  const std::string& cursor = outlet_->start_cursor();
  auto stored = parse_jetstream_position(cursor);
  if (!stored && !cursor.empty()) {
    status().gaps.fetch_add(1, std::memory_order_relaxed);
    notice("the position kept in the store is not one of a Jetstream; listening from now on");
  }
  if (stored) {
    const auto its_host = std::ranges::find(options_.hosts, stored->host, &JetstreamHost::text);
    if (its_host != options_.hosts.end()) at_ = static_cast<std::size_t>(its_host - options_.hosts.begin());
  }
  progress_.emplace(JetstreamProgress::Options{.rewind = options_.rewind,
                                               .rewind_other_host = options_.rewind_other_host,
                                               .filter = fingerprint(options_.filter)},
                    std::move(stored));
}

asio::awaitable<void> JetstreamSource::Listener::listen() {
  while (!stop_.stop_requested()) {
    const JetstreamHost& host = options_.hosts[at_];
    const auto cursor = progress_->connecting(host.text(), stalled_, outlet_->clock().wall());
    heard_ = 0;
    const Mono began = std::chrono::steady_clock::now();
    const JetstreamRequest request = jetstream_request(options_.filter, cursor, inflate_.has_value());
    const Parting parting = co_await connection_->converse(host, request);
    silence_timer_.cancel();
    status().connected.store(false, std::memory_order_relaxed);
    if (parting.stopped || stop_.stop_requested()) co_return;
    const auto wait = after(parting, began);
    notice(fmt::format("{}: {}; next try in {} ms with {}", host.text(), parting.why, wait.count(),
                       options_.hosts[at_].text()));
    if (wait.count() > 0) {
      pause_.expires_after(wait);
      co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }
}

/// Draws the conclusions from an ended conversation: whose turn it is, and how long to wait before.
std::chrono::milliseconds JetstreamSource::Listener::after(const Parting& parting, Mono began) {
  status().losses[static_cast<std::size_t>(parting.loss)].fetch_add(1, std::memory_order_relaxed);
  stalled_ = parting.loss == Loss::silent;
  // One that delivered, and not just for a moment, has earned an immediate second try.
  if (heard_ > 0 && std::chrono::steady_clock::now() - began >= options_.retry_min) {
    backoff_->succeeded();
    host_failures_ = 0;
  }
  ++host_failures_;
  const auto wait = backoff_->failed();
  if (stalled_ || host_failures_ >= kFailuresPerHost) {
    at_ = (at_ + 1) % options_.hosts.size();
    host_failures_ = 0;
  }
  if (stalled_ || backoff_->failures() >= kFailuresPerHost) status().stalled.store(true, std::memory_order_relaxed);
  return wait;
}

void JetstreamSource::Listener::opened(const JetstreamHost& host) {
  status().connected.store(true, std::memory_order_relaxed);
  // Where silence may be right, the answers to pings are all that can be asked for.
  if (options_.silence.count() == 0) status().stalled.store(false, std::memory_order_relaxed);
  last_heard_ = std::chrono::steady_clock::now();
  watch_silence();
  if (options_.news) options_.news("connected to " + host.text());
}

void JetstreamSource::Listener::watch_silence() {
  if (options_.silence.count() == 0) return;
  silence_timer_.expires_at(last_heard_ + options_.silence);
  silence_timer_.async_wait([this](const error_code& error) {
    if (error) return;
    // What was heard meanwhile did not touch the timer: that would cost more than looking again here.
    if (std::chrono::steady_clock::now() - last_heard_ < options_.silence) return watch_silence();
    connection_->drop(Loss::silent, fmt::format("connected, and nothing came for {} ms", options_.silence.count()));
  });
}

/// A whole message. False when stopped, or when the connection is to be given up.
bool JetstreamSource::Listener::take(std::string_view message, bool binary, bool oversized) {
  ++heard_;
  status().stalled.store(false, std::memory_order_relaxed);
  bool going = true;
  if (oversized) {
    going = count_malformed();
  } else if (!binary || !inflate_) {
    going = hand_on(message);  // a binary message that nobody asked for is malformed in the decoder's eyes
  } else {
    std::string_view frame;
    switch (inflate_->inflate(message, frame)) {
      case DictionaryInflate::Outcome::ok: going = hand_on(frame); break;
      case DictionaryInflate::Outcome::too_large:
      case DictionaryInflate::Outcome::broken: going = count_malformed(); break;
      case DictionaryInflate::Outcome::other_dictionary:
        connection_->drop(Loss::bad_frame, fmt::format("it compresses with dictionary {}, the configured one is {}",
                                                       dictionary_of(message), inflate_->dictionary_id()));
        return false;
    }
  }
  // Last, so that a long wait for a ticket is not taken for the peer's silence.
  last_heard_ = std::chrono::steady_clock::now();
  return going;
}

bool JetstreamSource::Listener::hand_on(std::string_view frame) {
  const EventMark mark = options_.mark(frame);
  // The position after the frames that wait: what is sent to make room must not carry this frame's.
  if (batcher_->full() && !flush()) return false;
  const auto judged = progress_->judge(mark, outlet_->clock().wall());
  if (judged.gap) {
    status().gaps.fetch_add(1, std::memory_order_relaxed);
    status().gap_us.fetch_add(judged.gap->length().count(), std::memory_order_relaxed);
    notice(fmt::format("{} no longer has what came after {}, and began at {}: {:.3f} s of the stream are missing",
                       options_.hosts[at_].text(), format_rfc3339(judged.gap->from), format_rfc3339(judged.gap->to),
                       seconds(judged.gap->length())));
  }
  if (judged.repeat) {
    status().repeats.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  const bool added = batcher_->add(frame, stop_);
  flush_soon();
  return added;
}

/// Counted where the ledger counts what is not of its format.
bool JetstreamSource::Listener::count_malformed() {
  batcher_->count_oversized();
  flush_soon();
  return true;
}

/// Sends what waits, with the position after it.
bool JetstreamSource::Listener::flush() {
  if (batcher_->empty()) return true;
  if (progress_->position().time != kNoInstant) batcher_->set_cursor(encode(progress_->position()));
  return batcher_->flush(stop_);
}

/// Sees to it that the waiting frames go out in time, with no company needed.
void JetstreamSource::Listener::flush_soon() {
  if (batcher_->empty() || flush_coming_) return;
  flush_coming_ = true;
  flush_timer_.expires_after(std::max<Mono::duration>(batcher_->due() - outlet_->clock().mono(), 0ms));
  flush_timer_.async_wait([this](const error_code&) {
    flush_coming_ = false;
    // Another batch may have begun since; it has its own 20 ms.
    if (batcher_->empty()) return;
    const bool due = outlet_->clock().mono() >= batcher_->due();
    if (!due || flush()) flush_soon();
  });
}

JetstreamSource::JetstreamSource(std::unique_ptr<Listener> listener) : listener_(std::move(listener)) {}
JetstreamSource::~JetstreamSource() = default;

Result<std::unique_ptr<Source>> JetstreamSource::open(JetstreamSourceOptions options) {
  ROOMTONE_ASSERT(!options.hosts.empty() && options.mark);
  auto filter = checked(std::move(options.filter));
  if (!filter) return tl::unexpected<Error>(filter.error());
  options.filter = std::move(*filter);
  auto trusted = net::trust(options.ca_file);
  if (!trusted) return tl::unexpected<Error>(trusted.error());
  std::optional<DictionaryInflate> inflate;
  if (!options.zstd_dictionary.empty()) {
    auto opened = DictionaryInflate::open(options.zstd_dictionary, options.frame_bytes_max);
    if (!opened) return tl::unexpected<Error>(opened.error());
    inflate = std::move(*opened);
  }
  return std::unique_ptr<Source>(
      new JetstreamSource(std::make_unique<Listener>(std::move(options), std::move(*trusted), std::move(inflate))));
}

Result<void> JetstreamSource::run(Outlet& outlet, std::stop_token stop) {
  listener_->run(outlet, stop);
  return {};
}

std::string JetstreamSource::describe() const { return listener_->describe(); }

}  // namespace roomtone::ingest
