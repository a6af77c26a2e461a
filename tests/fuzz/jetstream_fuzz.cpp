// What a Jetstream server, a store and a configuration may hand us, from arbitrary bytes: messages packed and not, a
// position, a host, names in a filter.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "decode/jetstream_mark.hpp"
#include "ingest/dictionary_inflate.hpp"
#include "ingest/jetstream_progress.hpp"
#include "ingest/jetstream_request.hpp"

namespace {

using namespace roomtone;

void resume(std::string_view bytes) {
  const auto position = ingest::parse_jetstream_position(bytes);
  if (!position) return;
  // What is written for it is read as the same.
  ROOMTONE_ASSERT(ingest::parse_jetstream_position(ingest::encode(*position)) == position);
  ingest::JetstreamProgress progress(
      {.rewind = 5s, .rewind_other_host = 30s, .filter = position->filter, .recent_max = 64}, position);
  const auto cursor = progress.connecting(position->host, false, position->time);
  ROOMTONE_ASSERT(cursor && *cursor <= position->time);
  for (const uint64_t event : position->at_time)
    ROOMTONE_ASSERT(progress.judge({position->time, event}, position->time).repeat);
  ROOMTONE_ASSERT(progress.position() == *position || position->at_time.size() > 1 || position->at_time.empty());
}

void ask(std::string_view bytes) {
  if (const auto host = ingest::parse_jetstream_host(bytes)) {
    const auto again = ingest::parse_jetstream_host(host->text());
    ROOMTONE_ASSERT(again && *again == *host);
  }
  ingest::JetstreamFilter filter;
  for (std::string_view left = bytes; !left.empty();) {
    const std::string_view word = left.substr(0, left.find('\n'));
    (word.starts_with("did:") ? filter.dids : filter.collections).emplace_back(word);
    left.remove_prefix(word.size() == left.size() ? word.size() : word.size() + 1);
  }
  const auto checked = ingest::checked(filter);
  if (!checked) return;
  const auto request = ingest::jetstream_request(*checked, instant_of_micros(1), true);
  // Nothing in it can end the request line or become another parameter.
  ROOMTONE_ASSERT(request.target.find_first_of(" \r\n\"#") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static decode::JetstreamMarker marker;
  const EventMark mark = marker.mark(bytes);
  ROOMTONE_ASSERT(marker.mark(bytes) == mark);
  resume(bytes);
  ask(bytes);
  static_cast<void>(ingest::dictionary_of(bytes));
  return 0;
}
