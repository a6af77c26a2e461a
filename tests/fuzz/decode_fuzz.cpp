// Any bytes in any format: a decoder never crashes, never reads past a frame's padding, and what it calls a message
// keeps the promises that the stages after it build on. The first byte chooses the format, the rest is the frame.

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "decode/decoder.hpp"
#include "decode/html_text.hpp"

namespace {

using namespace roomtone;

void check_list(const std::vector<std::string_view>& list) {
  ROOMTONE_ASSERT(list.size() <= limits::kListItems);
  for (const std::string_view item : list) ROOMTONE_ASSERT(!item.empty());
}

/// Reads every byte that a view claims, so that the sanitizer sees one that points nowhere.
std::size_t read_all(const Message& message) {
  std::size_t sum = 0;
  const auto read = [&sum](std::string_view view) {
    for (const char c : view) sum += static_cast<unsigned char>(c);
  };
  for (const std::string_view view : {message.id, message.target, message.text, message.lang, message.author,
                                      message.author_name, message.conversation, message.reply_to, message.client_app})
    read(view);
  for (const auto* list : {&message.tags, &message.mentions, &message.links})
    for (const std::string_view item : *list) read(item);
  return sum;
}

void check(const Decoded& decoded, const Message& message) {
  ROOMTONE_ASSERT((decoded.column == Column::ignored) == (decoded.ignored != Ignored::none));
  check_list(message.tags);
  check_list(message.mentions);
  check_list(message.links);
  for (const Instant time : {message.event_time, message.seen_time, message.account_created})
    ROOMTONE_ASSERT(time == kNoInstant || (micros(time) >= kMicrosMin && micros(time) <= kMicrosMax));
  if (decoded.column == Column::counted) {
    ROOMTONE_ASSERT(!message.text.empty() && message.text.size() <= limits::kTextBytes);
    ROOMTONE_ASSERT(message.op == Op::create || message.op == Op::edit || message.op == Op::reshare);
    if (message.op == Op::edit) ROOMTONE_ASSERT(message.id == message.target);
  }
  if (decoded.column == Column::retraction) ROOMTONE_ASSERT(message.op == Op::remove && !message.target.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static decode::Decoder decoders[] = {decode::Decoder(Format::detect),    decode::Decoder(Format::own),
                                       decode::Decoder(Format::jetstream), decode::Decoder(Format::mastodon),
                                       decode::Decoder(Format::x_v2),      decode::Decoder(Format::x_v11)};
  static Message message;

  const std::string_view frame(reinterpret_cast<const char*>(data) + 1, size - 1);
  // Its own allocation, so that one byte past the padding is an error.
  std::string padded;
  padded.reserve(frame.size() + limits::kFramePaddingBytes);
  padded.append(frame).append(limits::kFramePaddingBytes, '}');

  decode::Decoder& decoder = decoders[data[0] % std::size(decoders)];
  const Decoded decoded = decoder.decode(std::string_view(padded).substr(0, frame.size()), message);
  check(decoded, message);
  volatile std::size_t sum = read_all(message);
  (void)sum;

  std::string text;
  decode::append_html_text(frame, 4096, text);
  ROOMTONE_ASSERT(text.size() <= 4096);
  std::vector<std::string_view> links;
  decode::collect_html_links(frame, text, links);
  ROOMTONE_ASSERT(links.size() <= limits::kListItems);
  for (const std::string_view link : links)
    ROOMTONE_ASSERT(link.data() >= text.data() && link.data() + link.size() <= text.data() + text.size());
  return 0;
}
