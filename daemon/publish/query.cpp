#include "publish/query.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cctype>
#include <optional>
#include <utility>

#include "publish/feed_key.hpp"

namespace roomtone::publish {

namespace json = boost::json;

namespace {

constexpr std::array<std::pair<std::string_view, Verb>, 5> kVerbs = {{
    {"SNAPSHOT", Verb::snapshot},
    {"MORE", Verb::more},
    {"KEYS", Verb::keys},
    {"STATUS", Verb::status},
    {"PING", Verb::ping},
}};

tl::unexpected<Refusal> refuse(QueryError code, std::string message, std::string id = {}) {
  return tl::unexpected<Refusal>(Refusal{code, std::move(message), std::move(id)});
}

/// At most 16 printable bytes of what a stranger sent, fit for a message.
std::string cleaned(std::string_view text) {
  std::string out(text.substr(0, 16));
  std::ranges::replace_if(
      out, [](char c) { return std::isgraph(static_cast<unsigned char>(c)) == 0 || c == '"' || c == '\\'; }, '?');
  return out;
}

/// Puts a string member into `to`; false when it is there and is not a string of at most `bytes_max`.
bool read_string(const json::object& from, std::string_view name, std::size_t bytes_max, std::string& to) {
  const json::value* value = from.if_contains(json::string_view(name.data(), name.size()));
  if (value == nullptr) return true;
  const json::string* text = value->if_string();
  if (text == nullptr || text->size() > bytes_max) return false;
  to.assign(text->data(), text->size());
  return true;
}

/// Puts a whole number into `to`; false when it is there and is not within 1..`most`. `most` is 10,000 at the most,
/// so that a valid number is always an int64 to the parser.
bool read_count(const json::object& from, std::string_view name, std::size_t most, std::size_t& to) {
  const json::value* value = from.if_contains(json::string_view(name.data(), name.size()));
  if (value == nullptr) return true;
  const int64_t* number = value->if_int64();
  if (number == nullptr || *number < 1 || *number > static_cast<int64_t>(most)) return false;
  to = static_cast<std::size_t>(*number);
  return true;
}

}  // namespace

std::string_view code_of(QueryError error) {
  switch (error) {
    case QueryError::bad_protocol: return "bad_protocol";
    case QueryError::bad_request: return "bad_request";
    case QueryError::bad_arguments: return "bad_arguments";
    case QueryError::bad_prefix: return "bad_prefix";
    case QueryError::unsupported_verb: return "unsupported_verb";
    case QueryError::no_snapshot: return "no_snapshot";
    case QueryError::busy: return "busy";
  }
  return "bad_request";
}

tl::expected<Query, Refusal> parse_query(std::span<const std::string_view> frames) {
  if (frames.empty()) return refuse(QueryError::bad_request, "empty query");
  if (frames[0] != kProtocol) return refuse(QueryError::bad_protocol, "a query begins with the frame RTN1");
  if (frames.size() < 2 || frames.size() > 3)
    return refuse(QueryError::bad_request, "a query is RTN1, a verb and at most one frame of arguments");

  Query query;
  json::value arguments;
  if (frames.size() == 3 && !frames[2].empty()) {
    boost::system::error_code error;
    arguments = json::parse(json::string_view(frames[2].data(), frames[2].size()), error);
    if (error || !arguments.is_object()) return refuse(QueryError::bad_arguments, "arguments are not a JSON object");
  } else {
    arguments.emplace_object();
  }
  const json::object& object = arguments.get_object();
  if (!read_string(object, "id", kQueryIdBytes, query.id))
    return refuse(QueryError::bad_arguments, "id is a string of at most 64 bytes");

  const auto verb = std::ranges::find(kVerbs, frames[1], &std::pair<std::string_view, Verb>::first);
  if (verb == kVerbs.end())
    return refuse(QueryError::unsupported_verb, "no such verb here: " + cleaned(frames[1]), query.id);
  query.verb = verb->second;

  if (!read_string(object, "prefix", SIZE_MAX, query.prefix))
    return refuse(QueryError::bad_arguments, "prefix is a string", query.id);
  if (!read_string(object, "after", kPrefixBytes, query.after))
    return refuse(QueryError::bad_arguments, "after is a string of at most 256 bytes", query.id);
  if (!read_count(object, "credit", kCreditMax, query.credit))
    return refuse(QueryError::bad_arguments, "credit is a whole number within 1..1000", query.id);
  if (!read_count(object, "limit", kKeysLimitMax, query.limit))
    return refuse(QueryError::bad_arguments, "limit is a whole number within 1..10000", query.id);
  if (!valid_prefix(query.prefix))
    return refuse(QueryError::bad_prefix, "a prefix is empty, or begins and ends with '/' and has at most 256 bytes",
                  query.id);
  return query;
}

}  // namespace roomtone::publish
