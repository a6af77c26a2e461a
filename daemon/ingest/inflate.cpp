#include "ingest/inflate.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/assert.hpp"
#include "base/limits.hpp"

namespace roomtone::ingest {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;
constexpr uint64_t kRatioFreeBytes = 1024 * 1024;  // an ordinary file may begin with very even bytes

struct ZstdFree {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

}  // namespace

struct Inflate::State {
  State(int fd_read, std::string file_name) : fd(fd_read), name(std::move(file_name)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (gzip_open) inflateEnd(&gzip);
  }

  tl::unexpected<Error> broken(std::string_view what) {
    return fail(ErrorCode::corrupt, fmt::format("{}: {} at byte {}", name, what, file_offset - input.size()));
  }
  Result<std::size_t> read_file(std::span<char> to);
  Result<void> fill();
  Result<std::size_t> step(std::span<char> to);
  Result<std::size_t> step_gzip(std::span<char> to);
  Result<std::size_t> step_zstd(std::span<char> to);

  int fd;
  std::string name;
  Coding coding = Coding::plain;
  uint64_t file_offset = 0;
  uint64_t given_out = 0;

  std::vector<char> buffer;  // compressed files only
  std::string_view input;    // what of the buffer is not yet decoded
  bool file_ended = false;
  bool between = true;         // at the start of the file or just after a member or frame
  std::optional<Error> fault;  // told once all that was decoded before it has been given out
  z_stream gzip{};
  bool gzip_open = false;
  std::unique_ptr<ZSTD_DStream, ZstdFree> zstd;
};

Coding coding_of(std::string_view head) {
  constexpr std::string_view kGzip = "\x1f\x8b";
  constexpr std::string_view kZstd = "\x28\xb5\x2f\xfd";
  if (head.starts_with(kGzip)) return Coding::gzip;
  if (head.starts_with(kZstd)) return Coding::zstd;
  // A zstd file may begin with a skippable frame (pzstd writes one): 0x184D2A5x, little-endian.
  if (head.size() >= 4 && (static_cast<unsigned char>(head[0]) & 0xf0) == 0x50 && head.substr(1, 3) == "\x2a\x4d\x18") {
    return Coding::zstd;
  }
  return Coding::plain;
}

Inflate::Inflate(std::unique_ptr<State> state) : state_(std::move(state)) {}
Inflate::Inflate(Inflate&&) noexcept = default;
Inflate& Inflate::operator=(Inflate&&) noexcept = default;
Inflate::~Inflate() = default;

Coding Inflate::coding() const { return state_->coding; }
uint64_t Inflate::file_offset() const { return state_->file_offset - state_->input.size(); }

Result<Inflate> Inflate::open(int fd, std::string name) {
  auto state = std::make_unique<State>(fd, std::move(name));
  std::array<char, 4> head{};
  const ssize_t got = ::pread(fd, head.data(), head.size(), 0);
  if (got < 0) {
    return fail(ErrorCode::io, fmt::format("read {}: {}", state->name, std::generic_category().message(errno)));
  }
  state->coding = coding_of({head.data(), static_cast<std::size_t>(got)});
  if (state->coding == Coding::gzip) {
    constexpr int kGzipOnly = 16;  // added to the window bits: a gzip header, not zlib's own
    state->gzip_open = inflateInit2(&state->gzip, MAX_WBITS + kGzipOnly) == Z_OK;
    if (!state->gzip_open) return fail(ErrorCode::io, state->name + ": zlib cannot start");
  }
  if (state->coding == Coding::zstd) {
    state->zstd.reset(ZSTD_createDStream());
    if (!state->zstd) return fail(ErrorCode::io, state->name + ": zstd cannot start");
    ZSTD_DCtx_setParameter(state->zstd.get(), ZSTD_d_windowLogMax, static_cast<int>(limits::kZstdWindowLog));
  }
  if (state->coding != Coding::plain) state->buffer.resize(kReadBytes);
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return Inflate(std::move(state));
}

Result<std::size_t> Inflate::read(std::span<char> to) {
  ROOMTONE_ASSERT(!to.empty());
  if (state_->coding == Coding::plain) return state_->read_file(to);
  if (state_->fault) return tl::unexpected<Error>(*state_->fault);
  std::size_t filled = 0;
  while (filled < to.size()) {
    Result<std::size_t> got = state_->step(to.subspan(filled));
    if (!got) {
      if (filled == 0) return got;
      state_->fault = got.error();
      break;
    }
    if (*got == 0) break;
    filled += *got;
  }
  return filled;
}

Result<bool> Inflate::skip_to(uint64_t offset) {
  if (state_->coding == Coding::plain) {
    struct stat about {};
    if (::fstat(state_->fd, &about) != 0 || ::lseek(state_->fd, static_cast<off_t>(offset), SEEK_SET) < 0) {
      return fail(ErrorCode::io, fmt::format("seek {}: {}", state_->name, std::generic_category().message(errno)));
    }
    state_->file_offset = offset;
    return static_cast<uint64_t>(about.st_size) >= offset;
  }
  std::vector<char> dropped(kReadBytes);
  while (state_->given_out < offset) {
    const std::size_t wanted = std::min<uint64_t>(dropped.size(), offset - state_->given_out);
    const Result<std::size_t> got = read({dropped.data(), wanted});
    if (!got) return tl::unexpected<Error>(got.error());
    if (*got == 0) return false;
  }
  return true;
}

Result<std::size_t> Inflate::State::read_file(std::span<char> to) {
  for (;;) {
    const ssize_t got = ::read(fd, to.data(), to.size());
    if (got >= 0) {
      file_offset += static_cast<uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
    if (errno != EINTR) {
      return fail(ErrorCode::io, fmt::format("read {}: {}", name, std::generic_category().message(errno)));
    }
  }
}

Result<void> Inflate::State::fill() {
  if (!input.empty() || file_ended) return {};
  const Result<std::size_t> got = read_file(buffer);
  if (!got) return tl::unexpected<Error>(got.error());
  input = {buffer.data(), *got};
  file_ended = *got == 0;
  return {};
}

/// Decodes some bytes: at least one unless the file is at its end.
Result<std::size_t> Inflate::State::step(std::span<char> to) {
  for (;;) {
    if (const Result<void> filled = fill(); !filled) return tl::unexpected<Error>(filled.error());
    if (input.empty() && between) return 0;
    Result<std::size_t> got = coding == Coding::gzip ? step_gzip(to) : step_zstd(to);
    if (!got) return got;
    given_out += *got;
    if (given_out > kRatioFreeBytes && given_out / limits::kInflateRatio > file_offset - input.size()) {
      return broken(fmt::format("expands more than {} times", limits::kInflateRatio));
    }
    if (*got > 0) return got;
    if (input.empty() && file_ended && !between) return broken("compressed file is cut off");
  }
}

Result<std::size_t> Inflate::State::step_gzip(std::span<char> to) {
  if (between) {
    // Zeros after the last member are padding (of tapes and block devices), as gzip itself takes them.
    while (given_out > 0 && !input.empty() && input.front() == '\0') input.remove_prefix(1);
    if (input.empty()) return 0;
    inflateReset(&gzip);
    between = false;
  }
  gzip.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
  gzip.avail_in = static_cast<uInt>(input.size());
  gzip.next_out = reinterpret_cast<Bytef*>(to.data());
  gzip.avail_out = static_cast<uInt>(to.size());
  const int status = ::inflate(&gzip, Z_NO_FLUSH);
  const std::size_t made = to.size() - gzip.avail_out;
  input.remove_prefix(input.size() - gzip.avail_in);
  if (status == Z_STREAM_END) {
    between = true;
  } else if (status != Z_OK && status != Z_BUF_ERROR && made == 0) {
    return broken("gzip data is damaged");  // zlib says so again when asked again, so bytes made before go out first
  }
  return made;
}

Result<std::size_t> Inflate::State::step_zstd(std::span<char> to) {
  ZSTD_inBuffer in{input.data(), input.size(), 0};
  ZSTD_outBuffer out{to.data(), to.size(), 0};
  const std::size_t status = ZSTD_decompressStream(zstd.get(), &out, &in);
  input.remove_prefix(in.pos);
  if (ZSTD_isError(status) != 0) {
    if (ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge) {
      return broken("zstd window is larger than is accepted");
    }
    return broken(fmt::format("zstd data is damaged ({})", ZSTD_getErrorName(status)));
  }
  between = status == 0;
  return out.pos;
}

}  // namespace roomtone::ingest
