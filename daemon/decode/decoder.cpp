#include "decode/decoder.hpp"

#include <optional>

#include "decode/detect.hpp"
#include "decode/jetstream.hpp"
#include "decode/json.hpp"
#include "decode/mastodon.hpp"
#include "decode/own.hpp"
#include "decode/plain_text.hpp"
#include "decode/scratch.hpp"
#include "decode/x_v11.hpp"
#include "decode/x_v2.hpp"

namespace roomtone::decode {

struct Decoder::State {
  JsonParser parser;
  std::optional<JsonParser> payload_parser;  // Mastodon's second reading; made when the format may need it
  Scratch scratch;
};

Decoder::Decoder(Format format) : format_(format), state_(std::make_unique<State>()) {
  if (format == Format::mastodon || format == Format::detect) state_->payload_parser.emplace();
}

Decoder::~Decoder() = default;

Decoded Decoder::decode(std::string_view frame, Message& message) {
  message.clear();
  // A file may start with a byte order mark, which is no part of its first line.
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (frame.starts_with(kByteOrderMark)) frame.remove_prefix(kByteOrderMark.size());

  JsonObject object;
  if (!state_->parser.parse_padded(frame, object)) {
    // X keeps its streams alive with empty lines.
    const bool keeps_alive = (format_ == Format::x_v2 || format_ == Format::x_v11) && is_blank(frame);
    return keeps_alive ? Decoded::skip(Ignored::control) : Decoded::end(Column::malformed);
  }

  const Format format = format_ == Format::detect ? detect(object) : format_;
  switch (format) {
    case Format::jetstream: return read_jetstream(object, state_->scratch, message);
    case Format::mastodon: return read_mastodon(object, *state_->payload_parser, state_->scratch, message);
    case Format::x_v2: return read_x_v2(object, state_->scratch, message);
    case Format::x_v11: return read_x_v11(object, state_->scratch, message);
    case Format::own:
    case Format::detect: break;
  }
  return read_own(object, state_->scratch, message);
}

}  // namespace roomtone::decode
