#include "store/acked_mark.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "store/durable_file.hpp"

namespace roomtone::store {

namespace {

constexpr std::string_view kMagic = "RTACKED1";
constexpr std::size_t kSlotBytes = 32;
constexpr off_t kSlotDistance = 4096;  // in pages, and sectors, of their own
constexpr SipKey kSlotKey{0x726f6f6d746f6e65, 0x61636b6564303031};

std::filesystem::path file_in(const std::filesystem::path& folder) { return folder / "ACKED"; }

std::string encode(const Mark& mark) {
  std::string slot(kMagic);
  ByteWriter out(slot);
  out.u64_be(mark.epoch);
  out.u64_be(mark.sequence);
  out.u64_be(sip_hash(kSlotKey, slot));
  return slot;
}

std::optional<Mark> decode(std::string_view slot) {
  ByteReader in(slot.substr(std::min(slot.size(), kMagic.size())));
  Mark mark;
  mark.epoch = in.u64_be();
  mark.sequence = in.u64_be();
  if (!in.ok() || slot != encode(mark)) return std::nullopt;
  return mark;
}

tl::unexpected<Error> failed(const std::string& tried) {
  return fail(ErrorCode::io, tried + " the acknowledged mark: " + std::strerror(errno));
}

}  // namespace

Result<std::optional<Mark>> AckedMark::read(const std::filesystem::path& folder) {
  const int fd = ::open(file_in(folder).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return std::optional<Mark>();
  if (fd < 0) return failed("open");
  std::optional<Mark> newest;
  for (int slot = 0; slot < 2; ++slot) {
    std::array<char, kSlotBytes> bytes{};
    const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), slot * kSlotDistance);
    if (got < 0) {
      auto error = failed("read");
      ::close(fd);
      return error;
    }
    const auto mark = decode({bytes.data(), static_cast<std::size_t>(got)});
    if (mark && (!newest || mark->sequence > newest->sequence)) newest = mark;
  }
  ::close(fd);
  if (!newest) return fail(ErrorCode::corrupt, "read the acknowledged mark " + file_in(folder).string() + ": damaged");
  return newest;
}

Result<std::unique_ptr<AckedMark>> AckedMark::open(const std::filesystem::path& folder, const Mark& mark) {
  std::string bytes(kSlotDistance + kSlotBytes, '\0');
  const std::string slot = encode(mark);
  bytes.replace(0, slot.size(), slot);
  bytes.replace(kSlotDistance, slot.size(), slot);
  // Written beside and renamed: at no moment is there a file without a slot that reads.
  if (auto written = write_durably(file_in(folder), bytes); !written) return tl::unexpected(std::move(written.error()));
  const int fd = ::open(file_in(folder).c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return failed("open");
  return std::unique_ptr<AckedMark>(new AckedMark(fd, mark));
}

AckedMark::~AckedMark() {
  if (unsynced_) ::fdatasync(fd_);  // an older mark is right as well, only less sharp
  ::close(fd_);
}

Result<void> AckedMark::note(uint64_t sequence, std::chrono::steady_clock::time_point now) {
  mark_.sequence = sequence;
  const std::string slot = encode(mark_);
  if (::pwrite(fd_, slot.data(), slot.size(), slot_ * kSlotDistance) != static_cast<ssize_t>(slot.size()))
    return failed("write");
  unsynced_ = true;
  if (now - synced_ < kSyncEvery) return {};
  if (::fdatasync(fd_) != 0) return failed("sync");
  unsynced_ = false;
  synced_ = now;
  slot_ ^= 1;
  return {};
}

}  // namespace roomtone::store
