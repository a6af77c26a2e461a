#include "ingest/http_answer.hpp"

#include <fmt/format.h>

#include <boost/beast/core/string.hpp>
#include <iterator>

#include "base/limits.hpp"
#include "ingest/frame_reader.hpp"

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

/// "localhost:5574" -> "localhost", "[::1]:5574" -> "[::1]".
std::string_view without_port(std::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  const std::size_t bracket = authority.rfind(']');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return authority;
  return authority.substr(0, colon);
}

bool names_this_machine(std::string_view authority) {
  const std::string_view host = without_port(authority);
  return iequals(host, "localhost") || host == "127.0.0.1" || host == "[::1]";
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

std::optional<HttpResponse> refuse_header(const http::request_header<>& header, bool loopback) {
  if (auto refused = refuse_peer(header, loopback)) return refused;
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
