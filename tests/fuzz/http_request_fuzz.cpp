// What a request from the network can make of the HTTP ingest before anything is pushed: header, rules, body.

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "ingest/http_answer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace roomtone;
  namespace http = boost::beast::http;
  http::request_parser<http::string_body> parser;
  parser.header_limit(limits::kHttpHeaderBytes);
  parser.body_limit(limits::kHttpBodyBytes);
  parser.eager(true);
  boost::system::error_code error;
  parser.put(boost::asio::const_buffer(data, size), error);
  if (!parser.is_header_done()) return 0;

  for (const bool loopback : {true, false}) {
    if (auto refused = ingest::refuse_peer(parser.get().base(), loopback)) {
      ROOMTONE_ASSERT(refused->result_int() >= 400);
    }
  }
  if (auto refused = ingest::refuse_header(parser.get().base())) ROOMTONE_ASSERT(refused->result_int() >= 400);
  ingest::RequestName name;
  if (!ingest::read_name(parser.get().base(), name)) {
    ROOMTONE_ASSERT(name.key.empty() || name.producer.empty());
    ROOMTONE_ASSERT(name.producer.empty() == (name.sequence == 0));
  }
  static_cast<void>(ingest::prefers_async(parser.get().base()));
  Batch batch;
  if (!ingest::take_body(parser.get().body(), batch)) {
    ROOMTONE_ASSERT(!batch.frames.empty());
    for (const Batch::Span span : batch.frames) {
      const std::string_view frame = batch.frame(span);
      ROOMTONE_ASSERT(!frame.empty() && frame.size() <= limits::kNetworkFrameBytes);
      ROOMTONE_ASSERT(frame.find('\n') == std::string_view::npos);
    }
  }
  return 0;
}
