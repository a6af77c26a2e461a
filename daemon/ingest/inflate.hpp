#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace roomtone::ingest {

/// How a file is written on disk, told by its first bytes, never by its name.
enum class Coding { plain, gzip, zstd };
[[nodiscard]] Coding coding_of(std::string_view head);

/// The bytes of an open file from its start, decompressed on the way where that is needed: gzip with any number of
/// members, zstd with any number of frames.
///
/// Memory is bounded: a read buffer and the decoder's window (limits::kZstdWindowLog). What was decoded before a fault
/// is given out before the fault is told.
class Inflate {
 public:
  /// Reads from `fd`, which must outlive this, from its start. `name` is for errors.
  [[nodiscard]] static Result<Inflate> open(int fd, std::string name);
  Inflate(Inflate&&) noexcept;
  Inflate& operator=(Inflate&&) noexcept;
  ~Inflate();

  [[nodiscard]] Coding coding() const;

  /// Fills the front of `to` and says how much; 0 at the end of the file, for now: a plain file may grow and be read
  /// on. `corrupt` for compressed bytes that are damaged or cut off, and for a stream that expands more than
  /// limits::kInflateRatio times; names the file and the offset in it.
  [[nodiscard]] Result<std::size_t> read(std::span<char> to);

  /// Moves a plain file to `offset`; reads and drops as much of a compressed one. False when the file is shorter.
  [[nodiscard]] Result<bool> skip_to(uint64_t offset);

  /// Bytes of the file, as on disk, that were read.
  [[nodiscard]] uint64_t file_offset() const;

 private:
  struct State;
  explicit Inflate(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace roomtone::ingest
