#include "alerts/alert_book.hpp"
#include "alerts/alert_bytes.hpp"
#include "alerts/state_bytes.hpp"

// The book as rows of the store: FORMAT.md has their fields.

namespace roomtone::alerts {
namespace {

constexpr uint8_t kVersion = kAlertBytes;
constexpr uint8_t kOldest = 1;  // without what was told of an alert

}  // namespace

std::vector<AlertStateRow> AlertBook::take_rows(uint64_t now, uint64_t before, std::size_t rows_max) {
  now_ = now;
  std::vector<AlertStateRow> rows;
  const auto take = [&](Watched& room) {
    room.queued = false;
    rows.push_back({room.key, encode_room(room)});
  };
  for (const Place place : urgent_) {
    rooms_[place].urgent = false;
    take(rooms_[place]);  // where it stands in unwritten_ it is passed over below
  }
  urgent_.clear();
  while (!unwritten_.empty() && rows.size() < rows_max) {
    const auto [place, since] = unwritten_.front();
    if (since > before) break;
    unwritten_.pop_front();
    Watched& room = rooms_[place];
    if (room.queued && room.unwritten_since == since) take(room);
  }
  if (!rows.empty()) rows.push_back({std::string(), encode_shared()});
  return rows;
}

bool AlertBook::recover(std::string_view key, std::string_view bytes) {
  if (key.empty()) return decode_shared(bytes);
  Watched read;
  if (!decode_room(bytes, read)) return false;
  const auto place = place_of(key);
  if (!place) return true;
  read.key = key;
  bool alive = false;
  if (read.lives) {
    for (const auto& life : read.lives->of) {
      if (!life) continue;
      alive = true;
      if (life->open()) ++open_[static_cast<std::size_t>(life->kind())];
    }
  }
  if (alive) alive_.insert(*place);
  rooms_[*place] = std::move(read);
  return true;
}

std::string AlertBook::encode_shared() const {
  std::string bytes;
  ByteWriter out(bytes);
  out.u8(kVersion);
  for (const int64_t v : {row_, row_messages_, static_cast<int64_t>(row_spoilt_), second_, looked_}) put(out, v);
  pool_.encode(out);
  return bytes;
}

bool AlertBook::decode_shared(std::string_view bytes) {
  ByteReader in(bytes);
  AlertBook read(rules_);
  int64_t spoilt = 0;
  const uint8_t version = in.u8();
  if (version < kOldest || version > kVersion || !get(in, read.row_) || !get(in, read.row_messages_) ||
      !get(in, spoilt) || !get(in, read.second_) || !get(in, read.looked_) || !read.pool_.decode(in) || !in.ok() ||
      !in.at_end())
    return false;
  if (!is_second(read.row_) || !is_second(read.second_) || !is_second(read.looked_) || read.row_messages_ < 0)
    return false;
  row_ = read.row_;
  row_messages_ = read.row_messages_;
  row_spoilt_ = spoilt != 0;
  second_ = read.second_;
  looked_ = read.looked_;
  pool_ = read.pool_;
  return true;
}

std::string AlertBook::encode_room(const Watched& room) const {
  std::string bytes;
  ByteWriter out(bytes);
  out.u8(kVersion);
  put(out, row_);
  put(out, room.row_messages);
  const std::size_t begun = out.begin();
  room.detectors.encode(bytes);
  out.end(begun);
  out.u8(room.lives != nullptr);
  if (!room.lives) return bytes;
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    out.varint(room.lives->key_seq[kind]);
    const auto& life = room.lives->of[kind];
    out.u8(life.has_value());
    if (life) life->encode(out);
  }
  return bytes;
}

bool AlertBook::decode_room(std::string_view bytes, Watched& room) {
  ByteReader in(bytes);
  int64_t row = 0;
  const uint8_t version = in.u8();
  if (version < kOldest || version > kVersion || !get(in, row) || !get(in, room.row_messages) || !is_second(row) ||
      room.row_messages < 0)
    return false;
  const auto detectors = RoomDetectors::decode(in.string());
  if (!detectors) return false;
  room.detectors = *detectors;
  // A row that has ended since was closed for this room, or would be wrong by what it heard after its row was taken.
  if (row != row_) room.row_messages = 0;
  if (in.u8() != 0) {
    room.lives = std::make_unique<Lives>();
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      room.lives->key_seq[kind] = in.varint();
      if (in.u8() == 0) continue;
      AlertLife& life = room.lives->of[kind].emplace();
      if (!life.decode(in, version) || static_cast<std::size_t>(life.kind()) != kind) return false;
    }
  }
  return in.ok() && in.at_end();
}

}  // namespace roomtone::alerts
