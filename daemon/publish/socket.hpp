#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "publish/sent.hpp"

namespace roomtone::publish {

/// A ZeroMQ context: its I/O threads. Outlives its sockets; the destructor waits for what they linger on.
class Context {
 public:
  explicit Context(int io_threads = 1);
  [[nodiscard]] void* handle() const { return handle_.get(); }

 private:
  struct Terminate {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Terminate> handle_;
};

/// Who sent a message, as far as ZeroMQ knows.
struct Sender {
  int connection = -1;  // the file handle of the peer's connection; -1 where there is none (inproc)
  std::string user;     // the name its key has on the allow-list; empty without CURVE
};

/// A ZeroMQ socket. Used by one thread at a time; never waits.
class Socket {
 public:
  /// No more than this many frames of a message are kept: whoever sends more is refused by the count alone.
  static constexpr std::size_t kFramesMax = 8;

  /// `type` and options are those of zmq.h. Stops the process when the system has no more file handles at all.
  Socket(const Context& context, int type);

  /// All that it sends and receives passes through the context's I/O thread of this number, from 0. Before bind and
  /// connect; otherwise ZeroMQ chooses one for each connection.
  void use_io_thread(int number);
  void set(int option, int value);
  void set(int option, std::string_view value);
  [[nodiscard]] Result<void> bind(const std::string& endpoint);
  [[nodiscard]] Result<void> connect(const std::string& endpoint);
  /// Where it is bound, with the port the system chose.
  [[nodiscard]] std::string endpoint() const;

  /// All frames or none. `full` and `gone` come from ROUTER sockets with ROUTER_MANDATORY; XPUB drops instead.
  [[nodiscard]] Sent send(std::span<const std::string_view> frames);

  /// Takes one message if one is there. `frames` gets its first kFramesMax frames; its strings' memory is reused.
  [[nodiscard]] bool receive(std::vector<std::string>& frames) { return receive(frames, nullptr); }
  [[nodiscard]] bool receive(std::vector<std::string>& frames, Sender& sender) { return receive(frames, &sender); }

  [[nodiscard]] void* handle() const { return handle_.get(); }
  void close() { handle_.reset(); }

 private:
  [[nodiscard]] bool receive(std::vector<std::string>& frames, Sender* sender);

  struct Close {
    void operator()(void* socket) const;
  };
  std::unique_ptr<void, Close> handle_;
};

}  // namespace roomtone::publish
