#include "delivery/http_url.hpp"

#include <algorithm>
#include <charconv>

namespace roomtone::delivery {
namespace {

constexpr std::size_t kUrlBytes = 2048;
constexpr std::size_t kHostBytes = 253;  // of a name in the domain name system

bool only(std::string_view text, std::string_view also) {
  return std::ranges::all_of(text, [also](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || also.find(c) != also.npos;
  });
}

uint16_t usual_port(bool tls) { return tls ? 443 : 80; }

}  // namespace

std::string HttpUrl::authority() const {
  const bool v6 = host.find(':') != host.npos;
  std::string text = v6 ? "[" + host + "]" : host;
  if (port != usual_port(tls)) text += ":" + std::to_string(port);
  return text;
}

std::string HttpUrl::below(std::string_view path) const {
  std::string_view base = target;
  while (base.ends_with('/')) base.remove_suffix(1);
  return std::string(base) + std::string(path);
}

Result<HttpUrl> parse_http_url(std::string_view text) {
  const auto refuse = [](const char* why) { return fail(ErrorCode::invalid_argument, why); };
  if (text.size() > kUrlBytes) return refuse("expected a URL of at most 2048 bytes");
  HttpUrl url;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    url.tls = false;
  } else {
    return refuse("expected a URL that begins with https:// or http://");
  }
  url.port = usual_port(url.tls);
  const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, path);
  if (authority.find('@') != authority.npos)
    return refuse("expected a URL without name and password: those belong in a file of mode 0600");
  const bool bracketed = authority.starts_with('[');
  const std::size_t closing = authority.find(']');
  if (bracketed && closing == authority.npos) return refuse("expected ']' behind the address");
  const std::size_t colon = authority.find(':', bracketed ? closing : 0);
  if (colon != authority.npos) {
    const std::string_view digits = authority.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || url.port == 0)
      return refuse("expected a port from 1 to 65535 behind the host");
    authority = authority.substr(0, colon);
  }
  if (bracketed && authority.size() != closing + 1) return refuse("expected a port or a path behind the address");
  url.host = bracketed ? authority.substr(1, closing - 1) : authority;
  if (url.host.empty() || url.host.size() > kHostBytes || !only(url.host, bracketed ? ":." : ".-_"))
    return refuse("expected a host in the URL, as in https://hooks.example/roomtone");
  url.target = rest.substr(path);
  if (url.target.find('#') != url.target.npos) return refuse("expected a URL without a fragment (#)");
  if (!only(url.target, "-._~!$&'()*+,;=:@/?%"))
    return refuse("expected a path of plain characters; write others as %XX");
  if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
  return url;
}

}  // namespace roomtone::delivery
