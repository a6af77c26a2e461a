#include "decode/decoder.hpp"

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "decode/jetstream.hpp"
#include "decode/json.hpp"
#include "decode/own.hpp"
#include "decode/scratch.hpp"

namespace roomtone::decode {

static_assert(limits::kFramePaddingBytes >= simdjson::SIMDJSON_PADDING, "frames are parsed where they lie");

struct Decoder::State {
  simdjson::dom::parser parser;
  simdjson::dom::document document;
  Scratch scratch;
};

Decoder::Decoder(Format format) : format_(format), state_(std::make_unique<State>()) {
  // Memory for the largest usual frame up front, because growing would allocate in mid-stream; pages nobody touches
  // cost nothing. Larger frames, which Jetstream may send, make simdjson grow by itself. Without the memory
  // there is no depth limit either, so a worker must not start.
  constexpr std::size_t kCapacity = limits::kFileFrameBytes + limits::kFramePaddingBytes;
  ROOMTONE_ASSERT(state_->parser.allocate(kCapacity, limits::kJsonDepth) == simdjson::SUCCESS);
  ROOMTONE_ASSERT(state_->document.allocate(kCapacity) == simdjson::SUCCESS);
}

Decoder::~Decoder() = default;

Decoded Decoder::decode(std::string_view frame, Message& message) {
  message.clear();
  JsonObject object;
  if (state_->parser.parse_into_document(state_->document, frame.data(), frame.size(), false).get(object) !=
      simdjson::SUCCESS)
    return Decoded::end(Column::malformed);
  if (format_ == Format::jetstream) return read_jetstream(object, state_->scratch, message);
  return read_own(object, state_->scratch, message);
}

}  // namespace roomtone::decode
