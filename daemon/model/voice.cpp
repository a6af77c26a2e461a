#include "model/voice.hpp"

namespace roomtone {

namespace {

enum Flag : uint8_t { kReply = 1, kReshare = 2, kQuestion = 4, kLink = 8, kTold = 16, kExpected = 32 };

}  // namespace

void encode_voice(const VoiceNote& note, std::string& out) {
  ByteWriter to(out);
  const auto flag = [](bool set, Flag which) { return set ? static_cast<unsigned>(which) : 0U; };
  to.u8(static_cast<uint8_t>(flag(note.traits.reply, kReply) | flag(note.traits.reshare, kReshare) |
                             flag(note.traits.question, kQuestion) | flag(note.traits.link, kLink) |
                             flag(note.told, kTold) | flag(note.expected, kExpected)));
  to.varint(note.record);
  to.u64_be(note.member);
  to.string(note.list);
  to.string(note.role);
  to.zigzag(micros(note.time));
  to.zigzag(micros(note.seen));
  to.string(note.lang);
  to.string(note.author);
  to.varint(note.topics.size());
  for (const std::string_view topic : note.topics) to.string(topic);
}

void read_voice(ByteReader& in, VoiceNote& into) {
  const uint8_t flags = in.u8();
  into.traits = {(flags & kReply) != 0, (flags & kReshare) != 0, (flags & kQuestion) != 0, (flags & kLink) != 0};
  into.told = (flags & kTold) != 0;
  into.expected = (flags & kExpected) != 0;
  into.record = static_cast<uint32_t>(in.varint());
  into.member = in.u64_be();
  into.list = in.string();
  into.role = in.string();
  into.time = instant_of_micros(in.zigzag());
  into.seen = instant_of_micros(in.zigzag());
  into.lang = in.string();
  into.author = in.string();
  into.topics.clear();
  const uint64_t topics = in.varint();
  for (uint64_t i = 0; i < topics && in.ok(); ++i) into.topics.push_back(in.string());
}

VoiceEvent event_of(const VoiceNote& note) {
  VoiceEvent event;
  event.list = note.list;
  event.role = note.role;
  event.time = note.time;
  event.seen = note.seen;
  event.traits = note.traits;
  event.lang = note.lang;
  event.author = note.author;
  event.topics.assign(note.topics.begin(), note.topics.end());
  return event;
}

}  // namespace roomtone
