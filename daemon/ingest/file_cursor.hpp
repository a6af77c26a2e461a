#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ingest/file_descriptor.hpp"

namespace roomtone::ingest {

/// How a file is known again after a restart, a rename or a restore from a backup.
///
/// The inode alone is not enough (it is reused once a file is deleted), nor is the path (rotation renames), so the head
/// of the file is hashed: up to its first 4 KiB, as they are on disk.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t head_hash = 0;
  uint32_t head_bytes = 0;  // how many bytes the hash covers: a file that grows keeps its identity
  std::string path;

  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};
inline constexpr uint32_t kHeadBytes = 4096;
/// A head shorter than this is too little to know a file by when neither its inode nor its path agrees.
inline constexpr uint32_t kHeadBytesEnough = 256;

/// A file opened for reading, with what it was known by at that moment.
struct OpenFile {
  FileDescriptor fd;
  FileIdentity identity;
  uint64_t size = 0;  // as on disk
};
/// Opens a regular file. not_found when there is none, unavailable when it may not be read, invalid_argument for a
/// directory or a device.
[[nodiscard]] Result<OpenFile> open_file(const std::string& path);

/// Hashes the head again, for a file that was shorter than 4 KiB and has grown.
void refresh_head(int fd, FileIdentity& identity);

/// Whether the file begins with the bytes that `identity` was made from.
[[nodiscard]] bool has_head(int fd, const FileIdentity& identity);
/// The same for a file known as `file`, which is opened only when it was longer than `identity` saw.
[[nodiscard]] bool has_head(const FileIdentity& file, const FileIdentity& identity);

/// Where a file source stands: in one file, at the start of a line, with these files behind it.
///
/// Kept by the store as text, one line per file, so that a person can read it:
///
///     file 1
///     at OFFSET DEVICE INODE HEAD_BYTES HEAD_HASH PATH
///     done DEVICE INODE HEAD_BYTES HEAD_HASH PATH
struct FileCursor {
  std::optional<FileIdentity> at;
  uint64_t offset = 0;  // of the decompressed bytes
  std::vector<FileIdentity> done;

  friend bool operator==(const FileCursor&, const FileCursor&) = default;
};
[[nodiscard]] std::string encode(const FileCursor& cursor);
/// corrupt when the text is not a cursor of ours.
[[nodiscard]] Result<FileCursor> decode_file_cursor(std::string_view text);

/// Which of the files that are there now are the ones a cursor speaks of.
struct FileClaims {
  std::optional<std::size_t> at;  // index into the files
  std::vector<std::size_t> done;  // indices, in the order of cursor.done; those that are gone are left out
};
/// Matches by device and inode first, then by path, then by head alone (a copy elsewhere); the head must agree
/// always, and no file stands for two. A file that was empty when it was done is never claimed: lines may have come
/// since.
[[nodiscard]] FileClaims claim(const FileCursor& cursor, const std::vector<FileIdentity>& files);

}  // namespace roomtone::ingest
