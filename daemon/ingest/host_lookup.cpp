#include "ingest/host_lookup.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

namespace roomtone::ingest {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Endpoints = std::vector<tcp::endpoint>;

constexpr std::size_t kAddressesMax = 16;  // tried one after the other

/// Blocks. The error's text, or empty.
std::string look_up(const std::string& name, uint16_t port, Endpoints& into) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(name.c_str(), nullptr, &wanted, &found); error != 0) return ::gai_strerror(error);
  for (const addrinfo* at = found; at != nullptr && into.size() < kAddressesMax; at = at->ai_next) {
    tcp::endpoint endpoint;
    if (at->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), at->ai_addr, at->ai_addrlen);
    endpoint.resize(at->ai_addrlen);
    endpoint.port(port);
    into.push_back(endpoint);
  }
  ::freeaddrinfo(found);
  return into.empty() ? "no address" : "";
}

}  // namespace

/// What a lookup's thread and its asker share. The thread touches nothing else.
struct HostLookup::Shared {
  std::mutex mutex;
  bool busy = false;              // a thread is under way
  asio::io_context* io = nullptr;  // null: nobody is there any more
  asio::steady_timer* answered = nullptr;
  Endpoints endpoints;
  std::string error;

  void done(Endpoints found, std::string why, const std::shared_ptr<Shared>& self) {
    const std::lock_guard lock(mutex);
    busy = false;
    endpoints = std::move(found);
    error = std::move(why);
    if (io == nullptr) return;
    asio::post(*io, [self] {
      const std::lock_guard again(self->mutex);
      if (self->answered != nullptr) self->answered->cancel();
    });
  }
};

HostLookup::HostLookup(asio::io_context& io) : answered_(io), shared_(std::make_shared<Shared>()) {
  shared_->io = &io;
  shared_->answered = &answered_;
}

HostLookup::~HostLookup() {
  const std::lock_guard lock(shared_->mutex);
  shared_->io = nullptr;
  shared_->answered = nullptr;
}

asio::awaitable<Result<Endpoints>> HostLookup::find(std::string name, uint16_t port, std::chrono::milliseconds within) {
  boost::system::error_code not_an_address;
  const auto literal = asio::ip::make_address(name, not_an_address);
  if (!not_an_address) co_return Endpoints{tcp::endpoint(literal, port)};

  const auto busy = [this] {
    const std::lock_guard lock(shared_->mutex);
    return shared_->busy;
  };
  if (busy()) co_return fail(ErrorCode::unavailable, "look up " + name + ": the lookup before still hangs");
  shared_->busy = true;  // no thread is there yet
  try {
    std::thread([shared = shared_, name, port] {
      Endpoints found;
      std::string error = look_up(name, port, found);
      shared->done(std::move(found), std::move(error), shared);
    }).detach();
  } catch (const std::system_error& error) {
    shared_->busy = false;
    co_return fail(ErrorCode::unavailable, "look up " + name + ": " + error.what());
  }
  const auto deadline = std::chrono::steady_clock::now() + within;
  // An answer that nobody waited for in time may still wake this one, so it looks again.
  while (busy()) {
    if (std::chrono::steady_clock::now() >= deadline)
      co_return fail(ErrorCode::unavailable, "look up " + name + ": no answer in time");
    answered_.expires_at(deadline);
    co_await answered_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  const std::lock_guard lock(shared_->mutex);
  if (!shared_->error.empty()) co_return fail(ErrorCode::unavailable, "look up " + name + ": " + shared_->error);
  co_return std::exchange(shared_->endpoints, {});
}

}  // namespace roomtone::ingest
