#include "net/host_lookup.hpp"

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

namespace roomtone::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr std::size_t kAddressesMax = 16;  // tried one after the other

}  // namespace

/// What a lookup's thread and its asker share. The thread touches nothing else.
struct HostLookup::Shared {
  std::mutex mutex;
  bool busy = false;               // a thread is under way
  asio::io_context* io = nullptr;  // null: nobody is there any more
  asio::steady_timer* answered = nullptr;
  Result<Endpoints> found;

  void done(Result<Endpoints> answer, const std::shared_ptr<Shared>& self) {
    const std::lock_guard lock(mutex);
    busy = false;
    found = std::move(answer);
    if (io == nullptr) return;
    asio::post(*io, [self] {
      const std::lock_guard again(self->mutex);
      if (self->answered != nullptr) self->answered->cancel();
    });
  }
};

Result<HostLookup::Endpoints> HostLookup::of_system(const std::string& name, uint16_t port) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(name.c_str(), nullptr, &wanted, &found); error != 0)
    return fail(ErrorCode::unavailable, ::gai_strerror(error));
  Endpoints endpoints;
  for (const addrinfo* at = found; at != nullptr && endpoints.size() < kAddressesMax; at = at->ai_next) {
    tcp::endpoint endpoint;
    if (at->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), at->ai_addr, at->ai_addrlen);
    endpoint.resize(at->ai_addrlen);
    endpoint.port(port);
    endpoints.push_back(endpoint);
  }
  ::freeaddrinfo(found);
  if (endpoints.empty()) return fail(ErrorCode::unavailable, "no address");
  return endpoints;
}

HostLookup::HostLookup(asio::io_context& io, Resolve resolve)
    : resolve_(std::move(resolve)), answered_(io), shared_(std::make_shared<Shared>()) {
  shared_->io = &io;
  shared_->answered = &answered_;
}

HostLookup::~HostLookup() {
  const std::lock_guard lock(shared_->mutex);
  shared_->io = nullptr;
  shared_->answered = nullptr;
}

asio::awaitable<Result<HostLookup::Endpoints>> HostLookup::find(std::string name, uint16_t port,
                                                                std::chrono::milliseconds within) {
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
    std::thread([shared = shared_, resolve = resolve_, name, port] {
      shared->done(resolve(name, port), shared);
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
  if (!shared_->found) co_return fail(shared_->found.error(), "look up " + name);
  co_return std::exchange(shared_->found, Endpoints());
}

}  // namespace roomtone::net
