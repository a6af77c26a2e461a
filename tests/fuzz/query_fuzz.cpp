// What strangers may send to the two sockets, and what a reader may be sent: queries, keys, headers and bodies.
// The input is split into frames at line ends; the first is the peer's routing id.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "publish/feed_key.hpp"
#include "publish/header.hpp"
#include "publish/query.hpp"
#include "publish/query_service.hpp"
#include "publish/room_view.hpp"
#include "publish/socket.hpp"

namespace {

using namespace roomtone;
using namespace roomtone::publish;

std::vector<std::string> split(std::string_view bytes) {
  std::vector<std::string> frames;
  while (frames.size() < Socket::kFramesMax) {
    const std::size_t end = bytes.find('\n');
    frames.emplace_back(bytes.substr(0, end));
    if (end == std::string_view::npos) break;
    bytes.remove_prefix(end + 1);
  }
  return frames;
}

/// Every question with a routing id gets an answer, whatever it is.
void answer(const std::vector<std::string>& frames) {
  LastValueCache cache(4);
  for (uint64_t i = 1; i <= 3; ++i)
    (void)cache.apply("/a/t/k" + std::to_string(i) + "/60s/", {.global_seq = i, .key_seq = i}, kNoInstant, "{}");
  RecentUpdates recent(1000);
  recent.add("/a/t/k1/60s/", {.global_seq = 1, .key_seq = 1}, "{}");
  const AllowList allowed({{"reader", std::string(40, '0'), {"/a/t/k1/"}}});
  Wake wake;
  HistoryDesk history({}, 1, wake);
  FeedCounters counters;
  int answers = 0;
  QueryService service({.epoch = 1, .body = BodyFormat::json, .snapshots_max = 1}, {cache, recent, allowed, history},
                       counters, [&](std::span<const std::string_view> reply) {
                         ROOMTONE_ASSERT(reply.size() >= 4 && reply[0] == frames[0]);
                         ++answers;
                         return Sent::yes;
                       });
  for (const char* user : {"reader", "stranger"}) {
    answers = 0;
    service.answer(frames, user, Mono{});
    ROOMTONE_ASSERT(answers > 0);
  }
}

void read(const std::string& frame) {
  if (const auto key = parse_feed_key(frame)) ROOMTONE_ASSERT(feed_key(key->key, key->window) == frame);
  if (const auto header = decode_header(frame)) {
    const auto bytes = encode_header(*header);
    ROOMTONE_ASSERT(decode_header({bytes.data(), bytes.size()}).value() == *header);
  }
  for (const uint8_t flags : {uint8_t{0}, uint8_t{kFlagProtobuf}}) {
    const Header header{.flags = flags};
    if (const auto view = read_room(header, frame)) {
      std::string body;
      append_json(body, view->atmosphere);
      // A reader can read what it would write, except for text that protobuf let through although it is not UTF-8.
      if (flags == 0) ROOMTONE_ASSERT(read_room({}, body).has_value());
    }
    (void)read_heartbeat(header, frame);
    (void)read_check(header, frame);
  }
  (void)read_snapshot_end(frame);
  (void)read_json_text(frame, "id");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> frames = split(bytes);
  answer(frames);
  for (const std::string& frame : frames) read(frame);
  return 0;
}
