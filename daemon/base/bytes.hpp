#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace roomtone {

/// Appends numbers and strings to a byte string, in the encodings that our rows and journals use: fixed big-endian (it
/// sorts), base-128 varints (low group first) and zigzag for signed ones.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  void u8(uint8_t v) { out_.push_back(static_cast<char>(v)); }
  void u64_be(uint64_t v) {
    const uint64_t swapped = __builtin_bswap64(v);
    out_.append(reinterpret_cast<const char*>(&swapped), 8);
  }
  /// The lower 48 bits.
  void u48_be(uint64_t v) {
    const uint64_t swapped = __builtin_bswap64(v << 16);
    out_.append(reinterpret_cast<const char*>(&swapped), 6);
  }
  void varint(uint64_t v) {
    char buffer[10];
    std::size_t size = 0;
    while (v >= 0x80) {
      buffer[size++] = static_cast<char>(v | 0x80);
      v >>= 7;
    }
    buffer[size++] = static_cast<char>(v);
    out_.append(buffer, size);
  }
  void zigzag(int64_t v) { varint((static_cast<uint64_t>(v) << 1) ^ static_cast<uint64_t>(v >> 63)); }
  void string(std::string_view v) {
    varint(v.size());
    out_.append(v);
  }

  /// Begins a length-prefixed part whose size is not known yet; `end` writes the prefix.
  [[nodiscard]] std::size_t begin() {
    out_.push_back('\0');
    return out_.size();
  }
  void end(std::size_t begun) {
    const std::size_t size = out_.size() - begun;
    if (size < 0x80) {
      out_[begun - 1] = static_cast<char>(size);
      return;
    }
    char buffer[10];
    std::size_t width = 0;
    for (uint64_t v = size; width == 0 || v != 0; v >>= 7)
      buffer[width++] = static_cast<char>((v & 0x7f) | (v >= 0x80 ? 0x80 : 0));
    out_.insert(begun, width - 1, '\0');
    std::memcpy(out_.data() + begun - 1, buffer, width);
  }

 private:
  std::string& out_;
};

/// Reads what ByteWriter wrote. Failure is sticky: after a read past the end or a malformed number, every read
/// gives zero or empty and `ok()` is false, so that callers check once at the end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return at_ == end_; }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  uint8_t u8() {
    if (at_ == end_) return static_cast<uint8_t>(bad());
    return static_cast<uint8_t>(*at_++);
  }
  uint64_t u64_be() {
    if (left() < 8) return bad();
    uint64_t v;
    std::memcpy(&v, at_, 8);
    at_ += 8;
    return __builtin_bswap64(v);
  }
  uint64_t u48_be() {
    if (left() < 6) return bad();
    uint64_t v = 0;
    std::memcpy(&v, at_, 6);
    at_ += 6;
    return __builtin_bswap64(v) >> 16;
  }
  uint64_t varint() {
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ == end_) return bad();
      const auto byte = static_cast<uint8_t>(*at_++);
      if (shift == 63 && byte > 1) return bad();
      v |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return v;
    }
    return bad();
  }
  int64_t zigzag() {
    const uint64_t v = varint();
    return static_cast<int64_t>((v >> 1) ^ (~(v & 1) + 1));
  }
  std::string_view string() {
    const uint64_t size = varint();
    if (!ok_ || size > left()) {
      bad();
      return {};
    }
    const std::string_view v(at_, size);
    at_ += size;
    return v;
  }

  /// For what reads well and means nothing.
  void fail() { bad(); }

 private:
  uint64_t bad() {
    ok_ = false;
    at_ = end_;
    return 0;
  }

  const char* at_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace roomtone
