#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace roomtone {

/// Bytes one after the other that grow like a std::string, but whose new memory is not filled before it is written to:
/// a read(2) writes it anyway. Moved, never copied by accident. Owned by one thread at a time.
class RawBuffer {
 public:
  RawBuffer() = default;
  RawBuffer(RawBuffer&& other) noexcept
      : memory_(std::move(other.memory_)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  RawBuffer& operator=(RawBuffer&& other) noexcept {
    memory_ = std::move(other.memory_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }

  [[nodiscard]] const char* data() const { return memory_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::string_view view() const { return {memory_.get(), size_}; }

  /// `size` bytes behind the end to write to; they are not part of it before take(). Valid until the next change.
  [[nodiscard]] std::span<char> room(std::size_t size) {
    if (size > capacity_ - size_) reserve(size_ + size);
    return {memory_.get() + size_, size};
  }
  /// The first `size` bytes of the last room() become the end.
  void take(std::size_t size) { size_ += size; }

  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(room(bytes.size()).data(), bytes.data(), bytes.size());
    take(bytes.size());
  }
  void append(std::size_t count, char value) {
    std::memset(room(count).data(), value, count);
    take(count);
  }
  /// Forgets what is past `size`, which is at most what there is. The memory stays.
  void cut(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }

 private:
  void reserve(std::size_t size) {
    const std::size_t grown = std::max(size, capacity_ + capacity_ / 2);
    auto memory = std::make_unique_for_overwrite<char[]>(grown);
    if (size_ > 0) std::memcpy(memory.get(), memory_.get(), size_);
    memory_ = std::move(memory);
    capacity_ = grown;
  }

  std::unique_ptr<char[]> memory_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace roomtone
