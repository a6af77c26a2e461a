#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <mutex>
#include <utility>

namespace roomtone::ingest {

/// Where receipts are put, from any thread, for a server whose thread runs an io_context. Shared by the server and the
/// receipts that are out, which it outlives: once closed, what comes is dropped. Included by .cpp files only.
class Letterbox {
 public:
  void open(boost::asio::io_context& io) {
    const std::lock_guard lock(mutex_);
    io_ = &io;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    io_ = nullptr;
  }
  /// Has `read` called on the server's thread, later.
  template <typename Read>
  void put(Read read) {
    const std::lock_guard lock(mutex_);
    if (io_ != nullptr) boost::asio::post(*io_, std::move(read));
  }

 private:
  std::mutex mutex_;
  boost::asio::io_context* io_ = nullptr;
};

}  // namespace roomtone::ingest
