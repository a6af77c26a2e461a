#include "ingest/http_answer.hpp"

#include <fmt/format.h>

#include <boost/beast/core/string.hpp>
#include <iterator>

#include "base/limits.hpp"
#include "base/loopback.hpp"
#include "ingest/frame_reader.hpp"
#include "ingest/hello.hpp"

namespace roomtone::ingest {
namespace {

namespace http = boost::beast::http;
using boost::beast::iequals;

constexpr std::string_view kPath = "/v1/messages";

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

HttpResponse json(http::status status, std::string body) {
  HttpResponse response;
  response.result(status);
  response.set(http::field::content_type, "application/json");
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  response.body() = std::move(body);
  return response;
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// "http://localhost:3000" -> "localhost:3000"; nothing for "null" and what is no origin.
std::string_view authority_of(std::string_view origin) {
  const std::size_t scheme = origin.find("://");
  return scheme == std::string_view::npos ? std::string_view() : origin.substr(scheme + 3);
}

bool type_is_read(std::string_view content_type) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  return type.empty() || iequals(type, "application/x-ndjson") || iequals(type, "application/json");
}

}  // namespace

HttpResponse refusal(http::status status, std::string_view error, std::string_view hint) {
  // Both are texts of ours, without quotes, so that nothing needs escaping.
  return json(status, fmt::format("{{\"error\":\"{}\",\"hint\":\"{}\"}}\n", error, hint));
}

HttpResponse accepted(const Ledger& ledger) {
  std::string body = fmt::format("{{\"records\":{}", ledger.records());
  for (std::size_t i = 0; i < kColumns; ++i) {
    fmt::format_to(std::back_inserter(body), ",\"{}\":{}", kColumnNames[i], ledger.columns[i]);
  }
  body += "}\n";
  return json(http::status::ok, std::move(body));
}

HttpResponse accepted_for_later(std::size_t records) {
  HttpResponse response = json(http::status::accepted, fmt::format("{{\"records\":{}}}\n", records));
  response.set("Preference-Applied", "respond-async");
  return response;
}

std::optional<HttpResponse> refuse_peer(const http::request_header<>& header, bool loopback) {
  if (header.count(http::field::host) > 1 || (header.version() >= 11 && header.count(http::field::host) == 0)) {
    return refusal(http::status::bad_request, "a request needs exactly one Host header", "send Host: localhost");
  }
  const std::string_view host = trim(view(header[http::field::host]));
  if (loopback && header.count(http::field::host) == 1 && !names_this_machine(host)) {
    return refusal(http::status::forbidden, "this Host is not ours", "use localhost, 127.0.0.1 or [::1]");
  }
  if (header.count(http::field::origin) > 0) {
    const std::string_view origin = authority_of(trim(view(header[http::field::origin])));
    if (loopback ? !names_this_machine(origin) : !iequals(origin, host)) {
      return refusal(http::status::forbidden, "this Origin is foreign",
                     "pages of other sites may not post here; send from a program, without an Origin header");
    }
  }
  return std::nullopt;
}

std::optional<HttpResponse> refuse_header(const http::request_header<>& header) {
  const std::string_view target = view(header.target());
  if (target.substr(0, target.find('?')) != kPath) {
    return refusal(http::status::not_found, "there is nothing at this path", "POST JSON lines to /v1/messages");
  }
  if (header.method() != http::verb::post) {
    HttpResponse response =
        refusal(http::status::method_not_allowed, "only POST is taken here", "POST JSON lines to /v1/messages");
    response.set(http::field::allow, "POST");
    return response;
  }
  const std::string_view coding = trim(view(header[http::field::content_encoding]));
  if (!coding.empty() && !iequals(coding, "identity")) {
    return refusal(http::status::unsupported_media_type, "compressed bodies are not read",
                   "send it without Content-Encoding");
  }
  if (!type_is_read(view(header[http::field::content_type]))) {
    return refusal(http::status::unsupported_media_type, "this Content-Type is not read",
                   "send Content-Type: application/x-ndjson");
  }
  return std::nullopt;
}

HttpResponse unauthorized() {
  HttpResponse response = refusal(http::status::unauthorized, "no token that is known here",
                                  "send Authorization: Bearer TOKEN; 'roomtone token' makes one");
  response.set(http::field::www_authenticate, "Bearer");
  return response;
}

HttpResponse too_many_wrong_tokens() {
  HttpResponse response = refusal(http::status::too_many_requests, "too many wrong tokens came from your address",
                                  "wait, then send a right one");
  response.set(http::field::retry_after, std::to_string(limits::kWrongTokenWindow.count()));
  return response;
}

std::optional<HttpResponse> read_name(const http::request_header<>& header, RequestName& name) {
  constexpr std::string_view kProducer = "Roomtone-Producer";
  constexpr std::string_view kEpoch = "Roomtone-Epoch";
  constexpr std::string_view kSequence = "Roomtone-Sequence";
  constexpr std::string_view kKey = "Idempotency-Key";
  const auto times = [&header](std::string_view field) { return header.count({field.data(), field.size()}); };
  const auto value = [&header](std::string_view field) { return trim(view(header[{field.data(), field.size()}])); };
  const std::size_t numbered = times(kProducer) + times(kEpoch) + times(kSequence);
  if (times(kKey) == 1 && numbered == 0) {
    name.key = value(kKey);
    if (valid_name(name.key, limits::kRequestKeyBytes)) return std::nullopt;
  } else if (numbered == 3 && times(kKey) == 0 && times(kProducer) == 1 && times(kEpoch) == 1) {
    name.producer = value(kProducer);
    const bool good = valid_name(name.producer, limits::kProducerNameBytes) &&
                      read_whole_number(value(kEpoch), name.epoch) &&
                      read_whole_number(value(kSequence), name.sequence);
    if (good && name.sequence > 0) return std::nullopt;
  } else if (numbered == 0 && times(kKey) == 0) {
    return std::nullopt;
  }
  return refusal(
      http::status::bad_request, "the name of this request cannot be read",
      "send one Idempotency-Key, or Roomtone-Producer, Roomtone-Epoch and Roomtone-Sequence from 1, or neither");
}

std::optional<HttpResponse> refuse_number(Admission admission, uint64_t expected) {
  switch (admission) {
    case Admission::next:
    case Admission::repeat: return std::nullopt;
    case Admission::gap:
      return json(
          http::status::conflict,
          fmt::format("{{\"error\":\"a sequence is missing before this one\",\"hint\":\"send in order, one at a "
                      "time\",\"expected\":{}}}\n",
                      expected));
    case Admission::old_epoch:
      return refusal(http::status::conflict, "a later epoch of this producer has begun",
                     "somebody else sends under this name, or the epoch went back");
    case Admission::full: break;
  }
  return refusal(http::status::too_many_requests, "too many producers number their requests here",
                 "use an Idempotency-Key, or one producer name for a program rather than for a run");
}

std::optional<HttpResponse> take_body(std::string_view body, Batch& batch) {
  FrameReader lines(limits::kNetworkFrameBytes);
  for (std::size_t number = 1;; ++number) {
    std::string_view frame;
    Split split = lines.next(body, frame);
    if (split == Split::need_more) split = lines.finish(frame);
    if (split == Split::need_more) break;
    if (split == Split::oversized) {
      return refusal(http::status::payload_too_large,
                     fmt::format("line {} is longer than {} bytes", number, limits::kNetworkFrameBytes),
                     "nothing of this request was taken; leave that line out");
    }
    if (frame.find_first_not_of(" \t\r") != std::string_view::npos) batch.append(frame);
  }
  if (batch.frames.empty()) {
    return refusal(http::status::bad_request, "there is no line in the body", "send one JSON object a line");
  }
  return std::nullopt;
}

bool prefers_async(const http::request_header<>& header) {
  const auto [begin, end] = header.equal_range(http::field::prefer);
  for (auto field = begin; field != end; ++field) {
    std::string_view rest = view(field->value());
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      const std::string_view preference = rest.substr(0, comma);
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
      if (iequals(trim(preference.substr(0, preference.find_first_of(";="))), "respond-async")) return true;
    }
  }
  return false;
}

}  // namespace roomtone::ingest
