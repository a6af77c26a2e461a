#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ingest/http_source.hpp"
#include "unit/ingest/receiver.hpp"
#include "unit/ingest/socket_client.hpp"

namespace roomtone::ingest {

inline HttpSourceOptions any_port() {
  HttpSourceOptions options;
  options.listen.port = 0;
  options.drain_time = 0ms;  // most tests leave a receipt out
  return options;
}

/// A server on its own thread and a connection to it.
struct Fixture {
  explicit Fixture(const HttpSourceOptions& options = any_port(), std::size_t ticket_count = 64,
                   const Remembered& remembered = {})
      : receiver({}, ticket_count, remembered),
        source(std::move(HttpSource::open(options).value())),
        running(std::in_place, *source, receiver.outlet),
        client(port_of(source->describe())) {}

  std::string exchange(std::string_view request) const {
    client.send(request);
    return response();
  }
  /// One whole response.
  std::string response() const { return response_of(client); }
  static std::string response_of(const SocketClient& client) {
    std::string text;
    for (;;) {
      const std::size_t header = text.find("\r\n\r\n");
      const std::size_t length = text.find("Content-Length: ");
      if (header != std::string::npos && length < header &&
          text.size() >= header + 4 + std::stoul(text.substr(length + 16))) {
        return text;
      }
      const std::string more = client.receive();
      if (more.empty()) return text;
      text += more;
    }
  }
  void commit(const Batch& batch, int64_t counted) const {
    Receipt receipt{.committed = true, .ledger = {}};
    receipt.ledger[Column::counted] = counted;
    batch.on_committed(receipt);
  }

  Receiver receiver;
  std::unique_ptr<Source> source;
  std::optional<Running> running;
  SocketClient client;
};

inline std::string post(std::string_view body, std::string_view headers = "") {
  return "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace roomtone::ingest
