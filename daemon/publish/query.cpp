#include "publish/query.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cctype>
#include <optional>
#include <utility>

#include "model/key.hpp"
#include "publish/feed_key.hpp"
#include "publish/json_fields.hpp"

namespace roomtone::publish {

namespace json = boost::json;

namespace {

constexpr std::array<std::pair<std::string_view, Verb>, 8> kVerbs = {{
    {"SNAPSHOT", Verb::snapshot},
    {"MORE", Verb::more},
    {"REPLAY", Verb::replay},
    {"KEYS", Verb::keys},
    {"HISTORY", Verb::history},
    {"EXPLAIN", Verb::explain},
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

/// Puts a whole number into `to`; false when it is there and is not within 1..`most`. `most` is far below 2^53, so
/// that a valid number need not be a string.
bool read_count(const json::object& from, std::string_view name, std::size_t most, std::size_t& to) {
  const json::value* value = from.if_contains(json::string_view(name.data(), name.size()));
  if (value == nullptr) return true;
  const int64_t* number = value->if_int64();
  if (number == nullptr || *number < 1 || *number > static_cast<int64_t>(most)) return false;
  to = static_cast<std::size_t>(*number);
  return true;
}

/// Puts a whole number that has to be there, written as one or as a string, into `to`.
template <typename T>
bool read_needed(const json::object& from, std::string_view name, T& to) {
  if (!from.contains(json::string_view(name.data(), name.size()))) return false;
  JsonFields fields(from);
  fields.number(name, to);
  return fields.ok() && !from.at(json::string_view(name.data(), name.size())).is_null();
}

tl::expected<void, Refusal> read_replay(const json::object& from, Query& query) {
  const auto bad = [&query](const char* what) { return refuse(QueryError::bad_arguments, what, query.id); };
  if (!from.contains("key") || !read_string(from, "key", kPrefixBytes, query.key))
    return bad("key is a string of at most 256 bytes, and needed");
  if (!read_needed(from, "epoch", query.epoch)) return bad("epoch is a whole number, and needed");
  if (!read_needed(from, "from_key_seq", query.from_key_seq) || query.from_key_seq == 0)
    return bad("from_key_seq is a whole number from 1, and needed");
  if (!is_sequenced_key(query.key))
    return refuse(QueryError::bad_key, "a key is the whole first frame of an atmosphere, a voice event or an alert",
                  query.id);
  return {};
}

tl::expected<void, Refusal> read_history(const json::object& from, Query& query) {
  const auto bad = [&query](const char* what) { return refuse(QueryError::bad_arguments, what, query.id); };
  if (!from.contains("key") || !read_string(from, "key", kPrefixBytes, query.key))
    return bad("key is a string of at most 256 bytes, and needed");
  int64_t from_us = 0;
  int64_t to_us = 0;
  if (!read_needed(from, "from_us", from_us) || !read_needed(from, "to_us", to_us))
    return bad("from_us and to_us are whole microseconds since 1970, and needed");
  if (from_us < kMicrosMin || to_us > kMicrosMax || from_us >= to_us)
    return bad("from_us is before to_us, both within 0..9214646400000000");
  std::size_t step_s = 60;
  if (!read_count(from, "step_s", 86400, step_s) || step_s % 10 != 0)
    return bad("step_s is a multiple of 10 within 10..86400");
  query.limit = kHistoryRowsMax;
  if (!read_count(from, "limit", kHistoryRowsMax, query.limit)) return bad("limit is a whole number within 1..1000");
  if (!valid_key(query.key)) return refuse(QueryError::bad_key, "a room is called 'room', 't/derby' ...", query.id);
  query.from = instant_of_micros(from_us);
  query.to = instant_of_micros(to_us);
  query.step = std::chrono::seconds(step_s);
  return {};
}

tl::expected<void, Refusal> read_explain(const json::object& from, Query& query) {
  const auto bad = [&query](const char* what) { return refuse(QueryError::bad_arguments, what, query.id); };
  if (!from.contains("key") || !read_string(from, "key", kPrefixBytes, query.key))
    return bad("key is a string of at most 256 bytes, and needed");
  std::string window(spec_of(query.window).name);
  const bool is_text = read_string(from, "window", kPrefixBytes, window);
  const auto spec = std::ranges::find(kWindows, window, &WindowSpec::name);
  if (!is_text || spec == kWindows.end()) return bad("window is 60s, 300s, 3600s or 86400s");
  query.window = static_cast<WindowSize>(spec - kWindows.begin());
  if (from.contains("end_us")) {
    int64_t end_us = 0;
    if (!read_needed(from, "end_us", end_us) || end_us < kMicrosMin || end_us > kMicrosMax)
      return bad("end_us is whole microseconds since 1970, within 0..9214646400000000");
    query.end = instant_of_micros(end_us);
  }
  if (!valid_key(query.key)) return refuse(QueryError::bad_key, "a room is called 'room', 't/derby' ...", query.id);
  return {};
}

}  // namespace

std::string_view code_of(QueryError error) {
  switch (error) {
    case QueryError::bad_protocol: return "bad_protocol";
    case QueryError::bad_request: return "bad_request";
    case QueryError::bad_arguments: return "bad_arguments";
    case QueryError::bad_prefix: return "bad_prefix";
    case QueryError::bad_key: return "bad_key";
    case QueryError::unsupported_verb: return "unsupported_verb";
    case QueryError::no_snapshot: return "no_snapshot";
    case QueryError::busy: return "busy";
    case QueryError::forbidden: return "forbidden";
    case QueryError::unavailable: return "unavailable";
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
  if (query.verb == Verb::replay || query.verb == Verb::history || query.verb == Verb::explain) {
    auto read = query.verb == Verb::replay    ? read_replay(object, query)
                : query.verb == Verb::history ? read_history(object, query)
                                              : read_explain(object, query);
    if (!read) return tl::unexpected(std::move(read.error()));
    return query;
  }

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
