// The wire format of protobuf, as far as reading known fields and stepping over unknown ones goes: so that following a
// feed needs no protobuf library.
#include <bit>
#include <cstddef>
#include <vector>

#include "members.hpp"

namespace roomtone::client {

namespace {

enum WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct Field {
  uint64_t number = 0;
  uint8_t wire_type = 0;
  uint64_t whole = 0;      // of kVarint and kFixed64
  std::string_view bytes;  // of kBytes
};

[[nodiscard]] bool take_varint(std::string_view& body, uint64_t& out) {
  out = 0;
  for (unsigned shift = 0; shift < 70 && !body.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(body.front());
    body.remove_prefix(1);
    if (shift < 64) out |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

[[nodiscard]] bool take_fixed(std::string_view& body, std::size_t size, uint64_t& out) {
  if (body.size() < size) return false;
  out = 0;
  for (std::size_t i = size; i-- > 0;) out = out << 8 | static_cast<unsigned char>(body[i]);
  body.remove_prefix(size);
  return true;
}

[[nodiscard]] bool take_field(std::string_view& body, Field& out) {
  uint64_t tag = 0;
  if (!take_varint(body, tag)) return false;
  out.number = tag >> 3;
  out.wire_type = tag & 7;
  switch (out.wire_type) {
    case kVarint: return take_varint(body, out.whole);
    case kFixed64: return take_fixed(body, 8, out.whole);
    case kFixed32: return take_fixed(body, 4, out.whole);
    case kBytes: {
      uint64_t size = 0;
      if (!take_varint(body, size) || size > body.size()) return false;
      out.bytes = body.substr(0, size);
      body.remove_prefix(size);
      return true;
    }
    default: return false;
  }
}

class ProtobufMembers final : public Members {
 public:
  using Members::real;
  using Members::whole;

  explicit ProtobufMembers(std::string_view body) {
    while (!body.empty() && !bad_) {
      Field field;
      bad_ = !take_field(body, field);
      fields_.push_back(field);
    }
  }

  void whole(uint32_t number, std::string_view /*name*/, uint64_t& out) override {
    each(number, kVarint, [&](const Field& field) { out = field.whole; });
  }

  void real(uint32_t number, std::string_view /*name*/, std::optional<double>& out) override {
    each(number, kFixed64, [&](const Field& field) { out = std::bit_cast<double>(field.whole); });
  }

  void text(uint32_t number, std::string_view /*name*/, std::string& out) override {
    each(number, kBytes, [&](const Field& field) { out = field.bytes; });
  }

  void texts(uint32_t number, std::string_view /*name*/, std::vector<std::string>& out) override {
    each(number, kBytes, [&](const Field& field) { out.emplace_back(field.bytes); });
  }

  void choice(uint32_t number, std::string_view /*name*/, std::span<const std::string_view> names,
              std::string& out) override {
    out = names.front();
    each(number, kVarint, [&](const Field& field) { out = names[field.whole < names.size() ? field.whole : 0]; });
  }

  void message(uint32_t number, std::string_view /*name*/, const Read& read) override {
    each(number, kBytes, [&](const Field& field) { inner(field.bytes, read); });
  }

  /// A message that is repeated on the wire is a list here, and the last of them there.
  void messages(uint32_t number, std::string_view name, const Read& read) override { message(number, name, read); }

  void entries(uint32_t number, std::string_view /*name*/, const ReadEntry& read) override {
    each(number, kBytes, [&](const Field& field) {
      inner(field.bytes, [&](Members& entry) {
        std::string key;
        entry.text(1, "", key);
        entry.message(2, "", [&](Members& value) { read(key, value); });
      });
    });
  }

 private:
  template <typename Use>
  void each(uint32_t number, WireType wire_type, Use use) {
    for (const Field& field : fields_)
      if (field.number == number && field.wire_type == wire_type) use(field);
  }

  void inner(std::string_view bytes, const Read& read) {
    ProtobufMembers members(bytes);
    if (!members.bad_) read(members);
    bad_ = bad_ || members.bad_;
  }

  std::vector<Field> fields_;
};

}  // namespace

bool read_protobuf(std::string_view body, const Members::Read& read) {
  ProtobufMembers members(body);
  if (!members.bad()) read(members);
  return !members.bad();
}

}  // namespace roomtone::client
