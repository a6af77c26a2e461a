#include "store/backup.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/hash.hpp"
#include "store/durable_file.hpp"

namespace roomtone::store {

namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "BACKUP";
constexpr std::string_view kHeading = "roomtone backup ";
constexpr uint64_t kVersion = 1;
constexpr std::size_t kFilesMax = 1'000'000;
constexpr std::size_t kNameBytes = 128;             // an archive's: the id of a topic, and a time
constexpr std::string_view kRules = "rules.toml";   // see app/catalog.hpp
constexpr std::string_view kSilences = "silences";  // see app/silence_book.hpp
constexpr std::string_view kEvents = "events";      // see app/event_archive.hpp
constexpr std::size_t kChunkBytes = 1 << 20;
constexpr SipKey kHashKey{0x726f6f6d746f6e65, 0x6261636b75703031};

/// Chained over chunks of 1 MiB, so that a file of any size is read in little memory.
uint64_t chained(uint64_t hash, std::string_view chunk) { return sip_hash({kHashKey.k0 ^ hash, kHashKey.k1}, chunk); }

std::string hex(uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016lx", static_cast<unsigned long>(value));
  return text.data();
}

template <typename Number>
bool parse(std::string_view text, Number& into, int base = 10) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into, base);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

/// Nothing that could lead out of a folder.
bool plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytes && name[0] != '.' && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '_' ||
           c == '-';
  });
}

/// RocksDB's own names, `rules.toml`, `silences`, and what is in the folder of archives.
bool name_of_ours(std::string_view name) {
  if (name.starts_with(kEvents) && name.substr(kEvents.size()).starts_with('/')) name.remove_prefix(kEvents.size() + 1);
  return plain_name(name);
}

tl::unexpected<Error> failed(const std::string& tried, const fs::path& file) {
  return fail(ErrorCode::io, tried + " " + file.string() + ": " + std::strerror(errno));
}

/// A file descriptor that closes itself.
struct Fd {
  int fd;
  explicit Fd(int opened) : fd(opened) {}
  ~Fd() {
    if (fd >= 0) ::close(fd);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
};

/// Reads a file to its end, and copies it on the way when `to` names a file.
Result<BackupManifest::File> read_through(const fs::path& from, const fs::path& to) {
  const Fd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.fd < 0) return failed("open", from);
  const Fd out(to.empty() ? -1 : ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!to.empty() && out.fd < 0) return failed("make", to);
  BackupManifest::File file{from.filename().string(), 0, 0};
  std::vector<char> chunk(kChunkBytes);
  for (;;) {
    std::size_t filled = 0;
    while (filled < chunk.size()) {
      const ssize_t got = ::read(in.fd, chunk.data() + filled, chunk.size() - filled);
      if (got < 0) return failed("read", from);
      if (got == 0) break;
      filled += static_cast<std::size_t>(got);
    }
    if (filled == 0) break;
    file.hash = chained(file.hash, {chunk.data(), filled});
    file.size += filled;
    for (std::size_t written = 0; out.fd >= 0 && written < filled;) {
      const ssize_t put = ::write(out.fd, chunk.data() + written, filled - written);
      if (put < 0) return failed("write", to);
      written += static_cast<std::size_t>(put);
    }
  }
  if (out.fd >= 0 && ::fsync(out.fd) != 0) return failed("sync", to);
  return file;
}

/// Makes the folder where there is none; one that holds something is refused.
Result<void> make_empty(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(ErrorCode::io, "make the folder " + folder.string() + ": " + error.message());
  if (!fs::is_empty(folder, error) || error)
    return fail(ErrorCode::invalid_argument, folder.string() + " is not empty; name a new folder");
  fs::permissions(folder, fs::perms::owner_all, error);
  return {};
}

/// Makes the folder that a file with this name is in, where it has one of its own.
Result<void> make_room_for(const std::string& name, const fs::path& to) {
  const fs::path folder = (to / name).parent_path();
  if (folder == to) return {};
  std::error_code error;
  if (fs::create_directory(folder, error)) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return fail(ErrorCode::io, "make the folder " + folder.string() + ": " + error.message());
  return {};
}

/// The files of a folder, ascending, but for what write_durably() has not finished.
Result<std::vector<std::string>> files_in(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file(error) && plain_name(name) && !name.ends_with(".new")) names.push_back(name);
  }
  if (error) return fail(ErrorCode::io, "list " + folder.string() + ": " + error.message());
  std::ranges::sort(names);
  return names;
}

/// Copies files from one folder to another, and adds them to the manifest.
Result<void> copy(const fs::path& from, const std::vector<std::string>& names, const fs::path& to,
                  BackupManifest& manifest) {
  for (const std::string& name : names) {
    if (auto made = make_room_for(name, to); !made) return made;
    auto copied = read_through(from / name, to / name);
    if (!copied) return tl::unexpected(std::move(copied.error()));
    copied->name = name;
    manifest.files.push_back(std::move(*copied));
  }
  const fs::path events = to / kEvents;
  if (std::error_code error; fs::exists(events, error)) return sync_folder(events);
  return {};
}

tl::unexpected<Error> malformed(const std::string& what) {
  return fail(ErrorCode::corrupt, std::string("read the manifest ") + kManifest + ": " + what);
}

}  // namespace

uint64_t BackupManifest::bytes() const {
  uint64_t sum = 0;
  for (const File& file : files) sum += file.size;
  return sum;
}

std::string encode(const BackupManifest& manifest) {
  std::string text = std::string(kHeading) + std::to_string(kVersion) + "\n";
  text += "epoch " + std::to_string(manifest.of.epoch) + "\n";
  text += "commit " + std::to_string(manifest.of.sequence) + "\n";
  for (const auto& file : manifest.files)
    text += "file " + std::to_string(file.size) + " " + hex(file.hash) + " " + file.name + "\n";
  return text + "end " + hex(chained(0, text)) + "\n";
}

Result<BackupManifest> decode_manifest(std::string_view text) {
  if (!text.starts_with(kHeading)) return malformed("it does not begin as one");
  uint64_t version = 0;
  if (!parse(text.substr(kHeading.size(), text.find('\n') - kHeading.size()), version)) return malformed("no version");
  if (version > kVersion)
    return fail(ErrorCode::unsupported, "a backup of version " + std::to_string(version) +
                                            ", this program reads up to " + std::to_string(kVersion) +
                                            ": use a newer roomtone");
  const std::size_t end = text.rfind("end ");
  uint64_t hash = 0;
  if (end == std::string_view::npos || !text.ends_with('\n') ||
      !parse(text.substr(end + 4, text.size() - end - 5), hash, 16) || hash != chained(0, text.substr(0, end)))
    return malformed("it is cut or changed");
  BackupManifest manifest;
  std::istringstream lines{std::string(text.substr(0, end))};
  std::string word;
  std::string number;
  std::getline(lines, word);  // the heading
  if (!(lines >> word >> number) || word != "epoch" || !parse(number, manifest.of.epoch)) return malformed("no epoch");
  if (!(lines >> word >> number) || word != "commit" || !parse(number, manifest.of.sequence))
    return malformed("no commit");
  while (lines >> word) {
    BackupManifest::File file;
    std::string digits;
    if (word != "file" || !(lines >> number >> digits >> file.name) || !parse(number, file.size) ||
        !parse(digits, file.hash, 16) || !name_of_ours(file.name) || manifest.files.size() >= kFilesMax)
      return malformed("a line that is none");
    manifest.files.push_back(std::move(file));
  }
  return manifest;
}

Result<BackupManifest> write_backup(const fs::path& checkpoint, const Checkpoint& facts, const fs::path& store_folder,
                                    const fs::path& to) {
  if (auto made = make_empty(to); !made) return tl::unexpected(std::move(made.error()));
  BackupManifest manifest;
  manifest.of = facts;
  auto files = files_in(checkpoint);
  if (!files) return tl::unexpected(std::move(files.error()));
  if (auto copied = copy(checkpoint, *files, to, manifest); !copied) return tl::unexpected(std::move(copied.error()));

  std::error_code nothing_there;
  std::vector<std::string> beside;
  for (const std::string_view name : {kRules, kSilences})
    if (fs::exists(store_folder / name, nothing_there)) beside.emplace_back(name);
  if (fs::exists(store_folder / kEvents, nothing_there)) {
    auto archives = files_in(store_folder / kEvents);
    if (!archives) return tl::unexpected(std::move(archives.error()));
    for (const std::string& name : *archives) beside.push_back(std::string(kEvents) + "/" + name);
  }
  if (auto copied = copy(store_folder, beside, to, manifest); !copied) return tl::unexpected(std::move(copied.error()));
  if (auto synced = sync_folder(to); !synced) return tl::unexpected(std::move(synced.error()));
  if (auto written = write_durably(to / kManifest, encode(manifest)); !written)
    return tl::unexpected(std::move(written.error()));
  return manifest;
}

Result<BackupManifest> verify_backup(const fs::path& backup) {
  std::ifstream in(backup / kManifest, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf()))
    return fail(ErrorCode::not_found, "no whole backup in " + backup.string() + ": it has no readable " + kManifest);
  auto manifest = decode_manifest(text.view());
  if (!manifest) return fail(std::move(manifest.error()), backup.string());
  for (const auto& file : manifest->files) {
    auto read = read_through(backup / file.name, {});
    if (!read) return tl::unexpected(std::move(read.error()));
    if (read->size != file.size || read->hash != file.hash)
      return fail(ErrorCode::corrupt, "verify the backup " + backup.string() + ": " + file.name + " has changed");
  }
  return manifest;
}

Result<BackupManifest> restore_backup(const fs::path& backup, const fs::path& to) {
  auto manifest = verify_backup(backup);
  if (!manifest) return manifest;
  if (auto made = make_empty(to); !made) return tl::unexpected(std::move(made.error()));
  // CURRENT last: without it nobody takes the folder for a store.
  auto files = manifest->files;
  std::stable_partition(files.begin(), files.end(), [](const auto& file) { return file.name != "CURRENT"; });
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const auto& file : files) names.push_back(file.name);
  BackupManifest restored;
  if (auto copied = copy(backup, names, to, restored); !copied) return tl::unexpected(std::move(copied.error()));
  for (std::size_t i = 0; i < files.size(); ++i)
    if (restored.files[i].size != files[i].size || restored.files[i].hash != files[i].hash)
      return fail(ErrorCode::corrupt, "restore " + files[i].name + ": it has changed meanwhile");
  if (auto synced = sync_folder(to); !synced) return tl::unexpected(std::move(synced.error()));
  if (auto renewed = Store::renew(to); !renewed) return tl::unexpected(std::move(renewed.error()));
  return manifest;
}

}  // namespace roomtone::store
