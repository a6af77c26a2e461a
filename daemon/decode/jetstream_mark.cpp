#include "decode/jetstream_mark.hpp"

#include "base/hash.hpp"
#include "decode/json.hpp"

namespace roomtone::decode {

namespace {

// Fixed, because marks are kept in the position of a source and compared after a restart. Nobody gains by colliding
// with an event of their own, and to collide with another's they would have to know its revision beforehand.
constexpr SipKey kMarkKey{0x6a65747374726561, 0x6d206d61726b2031};

/// Adds a part so that parts cannot run into each other.
void add(std::string_view part, std::string& name) {
  name.append(std::to_string(part.size()));
  name.push_back(':');
  name.append(part);
}

bool name_commit(const JsonObject& commit, std::string& name) {
  std::string_view rev, operation, collection, rkey;
  for (const auto field : commit) {
    if (is(field.key, "rev")) rev = text_of(field.value);
    if (is(field.key, "operation")) operation = text_of(field.value);
    if (is(field.key, "collection")) collection = text_of(field.value);
    if (is(field.key, "rkey")) rkey = text_of(field.value);
  }
  for (const std::string_view part : {rev, operation, collection, rkey}) add(part, name);
  return !rev.empty() && !rkey.empty();
}

bool name_numbered(const JsonObject& event, std::string& name) {
  uint64_t number = 0;
  if (!find(event, "seq").read(number)) return false;
  add(std::to_string(number), name);
  return true;
}

}  // namespace

struct JetstreamMarker::State {
  JsonParser parser;
  std::string name;
};

JetstreamMarker::JetstreamMarker() : state_(std::make_unique<State>()) {}
JetstreamMarker::JetstreamMarker(JetstreamMarker&&) noexcept = default;
JetstreamMarker& JetstreamMarker::operator=(JetstreamMarker&&) noexcept = default;
JetstreamMarker::~JetstreamMarker() = default;

EventMark JetstreamMarker::mark(std::string_view frame) {
  EventMark mark;
  std::string& name = state_->name;
  name.clear();
  JsonObject event;
  if (!state_->parser.parse(frame, event)) return {kNoInstant, sip_hash(kMarkKey, frame)};
  Member did, kind, time_us, commit, identity, account;
  for (const auto field : event) {
    if (is(field.key, "did")) did = field.value;
    if (is(field.key, "kind")) kind = field.value;
    if (is(field.key, "time_us")) time_us = field.value;
    if (is(field.key, "commit")) commit = field.value;
    if (is(field.key, "identity")) identity = field.value;
    if (is(field.key, "account")) account = field.value;
  }
  int64_t us = 0;
  if (time_us.read(us) && us >= kMicrosMin && us <= kMicrosMax) mark.time = instant_of_micros(us);

  add(did.text(), name);
  add(kind.text(), name);
  JsonObject inner;
  const bool named = !did.text().empty() && ((commit.read(inner) && name_commit(inner, name)) ||
                                             (identity.read(inner) && name_numbered(inner, name)) ||
                                             (account.read(inner) && name_numbered(inner, name)));
  mark.event = sip_hash(kMarkKey, named ? std::string_view(name) : frame);
  return mark;
}

}  // namespace roomtone::decode
