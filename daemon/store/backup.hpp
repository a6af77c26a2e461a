#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/store.hpp"

namespace roomtone::store {

/// What a backup consists of: the text file BACKUP in its folder, see FORMAT.md. It is written last, so that a folder
/// with one is a whole backup.
struct BackupManifest {
  Checkpoint of;
  struct File {
    std::string name;  // beside RocksDB's files: rules.toml, events/NAME.json
    uint64_t size = 0;
    uint64_t hash = 0;
  };
  std::vector<File> files;  // by name
  [[nodiscard]] uint64_t bytes() const;
};

[[nodiscard]] std::string encode(const BackupManifest& manifest);
/// `corrupt` for anything that was not written by encode(), `unsupported` for a later version of it.
[[nodiscard]] Result<BackupManifest> decode_manifest(std::string_view text);

/// Copies a checkpoint's files, and from the store's folder what is kept beside RocksDB (rules that were put, archives
/// of events), to `to`, which must be empty or not be there, and writes the manifest; all synced. Rules and archives
/// are files that are replaced whole, so they may be a moment newer than the checkpoint and are never half ones.
[[nodiscard]] Result<BackupManifest> write_backup(const std::filesystem::path& checkpoint, const Checkpoint& facts,
                                                  const std::filesystem::path& store_folder,
                                                  const std::filesystem::path& to);

/// Reads the manifest and compares size and hash of every file with it.
[[nodiscard]] Result<BackupManifest> verify_backup(const std::filesystem::path& backup);

/// Verifies a backup and copies it to `to`, which must be empty or not be there, as a store with a new epoch. A
/// restore that was broken off leaves a folder that no store opens.
[[nodiscard]] Result<BackupManifest> restore_backup(const std::filesystem::path& backup,
                                                    const std::filesystem::path& to);

}  // namespace roomtone::store
