#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace roomtone::net {

/// Finds the addresses of a name without ever holding up whoever asks. Included by .cpp files only.
///
/// The system's lookup can hang for half a minute when the network is gone, and cannot be broken off; Asio's own
/// resolver waits for it when it is destroyed, so that the process could not be stopped just when it is most likely to
/// be. Here it runs on a thread that is left to itself when nobody waits any more; at most one is under way.
class HostLookup {
 public:
  using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;
  /// Blocks. The addresses of a name, or why there are none.
  using Resolve = std::function<Result<Endpoints>(const std::string& name, uint16_t port)>;
  /// What the system knows.
  [[nodiscard]] static Result<Endpoints> of_system(const std::string& name, uint16_t port);

  explicit HostLookup(boost::asio::io_context& io, Resolve resolve = of_system);
  HostLookup(const HostLookup&) = delete;
  HostLookup& operator=(const HostLookup&) = delete;
  ~HostLookup();

  /// `unavailable` when there is no such name, when no answer came in time, or when the last lookup still hangs.
  [[nodiscard]] boost::asio::awaitable<Result<Endpoints>> find(std::string name, uint16_t port,
                                                               std::chrono::milliseconds within);

 private:
  struct Shared;
  const Resolve resolve_;
  boost::asio::steady_timer answered_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace roomtone::net
