#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <optional>
#include <string_view>

#include "ingest/producer_book.hpp"
#include "model/batch.hpp"
#include "model/ledger.hpp"

/// The rules of HTTP ingest that need no socket: which requests are taken, and how answers are written. Included by
/// .cpp files only.
namespace roomtone::ingest {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;
using HttpResponse = boost::beast::http::response<boost::beast::http::string_body>;

/// `{"error": ..., "hint": ...}`.
[[nodiscard]] HttpResponse refusal(boost::beast::http::status status, std::string_view error, std::string_view hint);

/// 200 with the account of a batch: records and every column.
[[nodiscard]] HttpResponse accepted(const Ledger& ledger);
/// 202: taken, not yet committed.
[[nodiscard]] HttpResponse accepted_for_later(std::size_t records);

/// Why a peer is not heard: its Host or Origin is not ours. `loopback` is whether we listen on it.
[[nodiscard]] std::optional<HttpResponse> refuse_peer(const boost::beast::http::request_header<>& header,
                                                      bool loopback);
/// Why a header cannot be taken, before its body is read; nothing when it can.
[[nodiscard]] std::optional<HttpResponse> refuse_header(const boost::beast::http::request_header<>& header);

/// 401 and 429 for tokens that are wrong, or were too often.
[[nodiscard]] HttpResponse unauthorized();
[[nodiscard]] HttpResponse too_many_wrong_tokens();

/// How a client names a request, so that it is counted once however often it is sent. Views point into the header.
struct RequestName {
  std::string_view key;       // Idempotency-Key; or
  std::string_view producer;  // these three
  uint64_t epoch = 0;
  uint64_t sequence = 0;
};
/// Fills `name`, which stays empty for a request that has none; or says what is wrong with it.
[[nodiscard]] std::optional<HttpResponse> read_name(const boost::beast::http::request_header<>& header,
                                                    RequestName& name);
/// Why a numbered request is not taken; nothing for Admission::next and repeat. `expected` is the number that is due.
[[nodiscard]] std::optional<HttpResponse> refuse_number(Admission admission, uint64_t expected);

/// Puts the lines of a body into `batch`, or says why not.
[[nodiscard]] std::optional<HttpResponse> take_body(std::string_view body, Batch& batch);

/// Whether the client asked not to wait for the commit.
[[nodiscard]] bool prefers_async(const boost::beast::http::request_header<>& header);

}  // namespace roomtone::ingest
