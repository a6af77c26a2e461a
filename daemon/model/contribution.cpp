#include "model/contribution.hpp"

namespace roomtone {

namespace {

constexpr uint8_t kScored = 1;
constexpr uint8_t kPositive = 2;
constexpr uint8_t kNegative = 4;
constexpr uint8_t kHasAlias = 8;
constexpr uint8_t kRetraction = 16;
constexpr uint8_t kRenames = 32;
constexpr uint8_t kMoods = 64;
constexpr uint8_t kMark = 128;

uint8_t mood_flags(Mood mood) {
  return static_cast<uint8_t>((mood.scored ? kScored : 0) | (mood.label == MoodLabel::positive ? kPositive : 0) |
                              (mood.label == MoodLabel::negative ? kNegative : 0));
}

/// All of a mood but its valence.
Mood mood_of(uint8_t flags) {
  Mood mood;
  mood.scored = (flags & kScored) != 0;
  mood.label = (flags & kPositive) != 0   ? MoodLabel::positive
               : (flags & kNegative) != 0 ? MoodLabel::negative
                                          : MoodLabel::neutral;
  return mood;
}

/// A hash that may be 0 for nobody and nothing.
uint64_t named_hash(uint64_t hash) { return hash == 0 ? 0 : sketch_hash(hash); }

/// Reads the rooms in which a message has a mood of its own. They must be rooms of it, in the same order.
bool read_moods(ByteReader& in, const std::vector<uint32_t>& rooms, std::vector<RoomMood>& moods) {
  const uint64_t count = in.varint();
  auto room = rooms.begin();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    const uint64_t place = in.varint();
    while (room != rooms.end() && *room != place) ++room;
    if (room == rooms.end()) return false;
    RoomMood own{*room++, mood_of(in.u8())};
    if (own.mood.scored) own.mood.valence_micro = static_cast<int32_t>(in.zigzag());
    moods.push_back(own);
  }
  return in.ok();
}

}  // namespace

void begin_block(const std::vector<std::string_view>& keys, std::string& block) {
  ByteWriter out(block);
  out.varint(keys.size());
  for (const std::string_view key : keys) out.string(key);
}

void encode_contribution(const Contribution& c, std::string& block) {
  ByteWriter out(block);
  const uint8_t flags = static_cast<uint8_t>(mood_flags(c.part.mood) | (c.alias != 0 ? kHasAlias : 0) |
                                             (c.moods.empty() ? 0 : kMoods) | (c.part.mark != 0 ? kMark : 0));
  out.u64_be(c.id);
  if (c.retraction) {
    out.u8(static_cast<uint8_t>(kRetraction | (c.alias != 0 ? kHasAlias : 0)));
    if (c.alias != 0) out.u64_be(c.alias);
    out.varint(c.version);
    return;
  }
  if (c.renames) {
    out.u8(kRenames | kHasAlias);
    out.u64_be(c.alias);
    return;
  }
  out.u8(flags);
  if (c.alias != 0) out.u64_be(c.alias);
  out.varint(c.version);
  out.zigzag(c.pane);
  out.u64_be(c.part.author);
  out.u64_be(c.part.signature);
  if (c.part.mood.scored) out.zigzag(c.part.mood.valence_micro);
  out.u8(c.part.traits);
  if (c.part.mark != 0) out.varint(c.part.mark);
  out.varint(c.rooms.size());
  for (const uint32_t room : c.rooms) out.varint(room);
  if (c.moods.empty()) return;
  out.varint(c.moods.size());
  for (const RoomMood& own : c.moods) {
    out.varint(own.room);
    out.u8(mood_flags(own.mood));
    if (own.mood.scored) out.zigzag(own.mood.valence_micro);
  }
}

BlockReader::BlockReader(std::string_view block) : block_(block) {
  ByteReader in(block);
  const uint64_t count = in.varint();
  for (uint64_t i = 0; i < count && in.ok(); ++i) keys_.push_back(in.string());
  ok_ = in.ok();
  at_ = block.size() - in.left();
}

bool BlockReader::next(Contribution& c) {
  if (at_ > block_.size()) return ok_ = false;
  ByteReader in(block_.substr(at_));
  c.id = in.u64_be();
  const uint8_t flags = in.u8();
  c.retraction = (flags & kRetraction) != 0;
  c.renames = (flags & kRenames) != 0;
  c.alias = (flags & kHasAlias) != 0 ? in.u64_be() : 0;
  if (c.retraction || c.renames) {
    c.version = c.retraction ? in.varint() : 0;
    c.rooms.clear();
    c.moods.clear();
    at_ = block_.size() - in.left();
    return ok_ = in.ok();
  }
  c.version = in.varint();
  c.pane = in.zigzag();
  // Blocks before format 4 have hashes of 64 bits.
  c.part.author = named_hash(in.u64_be());
  c.part.signature = named_hash(in.u64_be());
  c.part.mood = mood_of(flags);
  if (c.part.mood.scored) c.part.mood.valence_micro = static_cast<int32_t>(in.zigzag());
  c.part.traits = in.u8();
  c.part.mark = (flags & kMark) != 0 ? in.varint() : 0;
  const uint64_t rooms = in.varint();
  c.rooms.clear();
  for (uint64_t i = 0; i < rooms && in.ok(); ++i) {
    const uint64_t room = in.varint();
    if (room >= keys_.size()) return ok_ = false;
    c.rooms.push_back(static_cast<uint32_t>(room));
  }
  c.moods.clear();
  if ((flags & kMoods) != 0 && !read_moods(in, c.rooms, c.moods)) return ok_ = false;
  at_ = block_.size() - in.left();
  return ok_ = in.ok();
}

}  // namespace roomtone
