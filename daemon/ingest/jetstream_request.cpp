#include "ingest/jetstream_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/hash.hpp"
#include "base/loopback.hpp"
#include "ingest/listen_address.hpp"

namespace roomtone::ingest {
namespace {

constexpr std::size_t kHostBytes = 253;  // of a name in the domain name system
constexpr std::size_t kDidBytes = 2048;
constexpr std::size_t kCollectionBytes = 317;

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool only(std::string_view text, std::string_view also) {
  return std::ranges::all_of(text, [also](char c) { return is_letter_or_digit(c) || also.find(c) != also.npos; });
}

bool is_did(std::string_view did) {
  constexpr std::string_view kScheme = "did:";
  return did.starts_with(kScheme) && did.size() > kScheme.size() && did.size() <= kDidBytes && only(did, ".-_:%");
}

bool is_collection(std::string_view collection) {
  if (collection.ends_with(".*")) collection.remove_suffix(2);
  return !collection.empty() && collection.size() <= kCollectionBytes && only(collection, ".-") &&
         collection.front() != '.' && collection.back() != '.';
}

void sort_and_unite(std::vector<std::string>& items) {
  std::ranges::sort(items);
  items.erase(std::unique(items.begin(), items.end()), items.end());  // clang 14 cannot read std::ranges::unique
}

/// As a value in a query. What a checked filter holds needs no escape but for '%'.
std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '%') {
      out += "%25";
    } else {
      out += c;
    }
  }
  return out;
}

std::string json_array(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ',';
    out += '"' + item + '"';  // letters, digits and .-_:%* need no escape
  }
  return out + "]";
}

std::string options_message(const JetstreamFilter& filter) {
  return R"({"type":"options_update","payload":{"wantedCollections":)" + json_array(filter.collections) +
         R"(,"wantedDids":)" + json_array(filter.dids) + "}}";
}

}  // namespace

std::string JetstreamHost::text() const {
  return (tls ? "wss://" : "ws://") + ListenAddress{.host = name, .port = port}.text();
}

Result<JetstreamHost> parse_jetstream_host(std::string_view text) {
  const auto refuse = [text](const char* expected) {
    return fail(ErrorCode::invalid_argument, fmt::format("got \"{}\", expected {}", text.substr(0, 300), expected));
  };
  constexpr const char* kExpected = "a server such as wss://jetstream1.us-east.bsky.network";
  JetstreamHost host;
  std::string_view rest = text;
  if (rest.starts_with("wss://")) {
    rest.remove_prefix(6);
  } else if (rest.starts_with("ws://")) {
    rest.remove_prefix(5);
    host.tls = false;
    host.port = 80;
  } else {
    return refuse(kExpected);
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const bool bracketed = rest.starts_with('[');
  const std::size_t closing = rest.find(']');
  if (bracketed && closing == rest.npos) return refuse(kExpected);
  const std::size_t colon = rest.find(':', bracketed ? closing : 0);
  if (colon != rest.npos) {
    const std::string_view digits = rest.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), host.port);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || host.port == 0)
      return refuse(kExpected);
    rest = rest.substr(0, colon);
  }
  if (bracketed && rest.size() != closing + 1) return refuse(kExpected);
  host.name = bracketed ? rest.substr(1, closing - 1) : rest;
  if (host.name.empty() || host.name.size() > kHostBytes || !only(host.name, bracketed ? ":." : ".-"))
    return refuse(kExpected);
  if (!host.tls && !is_loopback(host.name)) return refuse("wss://: without TLS only this machine itself is trusted");
  return host;
}

Result<JetstreamFilter> checked(JetstreamFilter filter) {
  const auto refuse = [](std::string what) { return fail(ErrorCode::invalid_argument, std::move(what)); };
  for (const std::string& collection : filter.collections) {
    if (!is_collection(collection))
      return refuse(
          fmt::format("collections: got \"{}\", expected names such as app.bsky.feed.post or app.bsky.graph.*",
                      std::string_view(collection).substr(0, 80)));
  }
  for (const std::string& did : filter.dids) {
    if (!is_did(did))
      return refuse(fmt::format("dids: got \"{}\", expected names such as did:plc:z72i7hdynmk6r22z27h6tvur",
                                std::string_view(did).substr(0, 80)));
  }
  sort_and_unite(filter.collections);
  sort_and_unite(filter.dids);
  if (filter.collections.size() > kCollectionsMax)
    return refuse(fmt::format("collections: got {}, expected at most {}", filter.collections.size(), kCollectionsMax));
  if (filter.dids.size() > kDidsMax)
    return refuse(fmt::format("dids: got {}, expected at most {}", filter.dids.size(), kDidsMax));
  if (options_message(filter).size() > kOptionsMessageBytes)
    return refuse(fmt::format("dids: together longer than {} bytes", kOptionsMessageBytes));
  return filter;
}

uint64_t fingerprint(const JetstreamFilter& filter) { return word_hash(options_message(filter)); }

JetstreamRequest jetstream_request(const JetstreamFilter& filter, std::optional<Instant> cursor, bool compress) {
  std::string fixed;
  const auto add = [](std::string& target, std::string_view name, std::string_view value) {
    target += target.empty() ? '?' : '&';
    target += name;
    target += '=';
    target += value;
  };
  if (compress) add(fixed, "compress", "true");
  if (cursor) add(fixed, "cursor", std::to_string(micros(*cursor)));

  std::string full = fixed;
  for (const std::string& collection : filter.collections) add(full, "wantedCollections", collection);
  for (const std::string& did : filter.dids) {
    add(full, "wantedDids", escaped(did));
    if (full.size() > kTargetBytes) break;
  }
  if (full.size() <= kTargetBytes) return {"/subscribe" + full, {}};
  add(fixed, "requireHello", "true");
  return {"/subscribe" + fixed, options_message(filter)};
}

}  // namespace roomtone::ingest
