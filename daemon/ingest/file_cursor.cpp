#include "ingest/file_cursor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <iterator>
#include <system_error>

#include "base/hash.hpp"

namespace roomtone::ingest {
namespace {

constexpr std::string_view kFirstLine = "file 1";

std::string reason(int error) { return std::generic_category().message(error); }

struct Head {
  std::array<char, kHeadBytes> bytes;
  uint32_t size = 0;
};

Head read_head(int fd, uint32_t wanted) {
  Head head;
  while (head.size < wanted) {
    const ssize_t got = ::pread(fd, head.bytes.data() + head.size, wanted - head.size, head.size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    head.size += static_cast<uint32_t>(got);
  }
  return head;
}

/// Takes the text up to the next space off the front.
std::string_view word(std::string_view& line) {
  const std::size_t end = line.find(' ');
  const std::string_view taken = line.substr(0, end);
  line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  return taken;
}

template <typename Number>
bool number(std::string_view& line, Number& out, int base = 10) {
  const std::string_view digits = word(line);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out, base);
  return error == std::errc{} && end == digits.data() + digits.size();
}

bool identity(std::string_view line, FileIdentity& out) {
  if (!number(line, out.device) || !number(line, out.inode) || !number(line, out.head_bytes) ||
      !number(line, out.head_hash, 16) || out.head_bytes > kHeadBytes) {
    return false;
  }
  // A path may hold anything but LF, which percent coding hides; see encode.
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '%') {
      out.path.push_back(line[i]);
      continue;
    }
    unsigned char byte = 0;
    if (i + 2 >= line.size()) return false;
    const auto [end, error] = std::from_chars(line.data() + i + 1, line.data() + i + 3, byte, 16);
    if (error != std::errc{} || end != line.data() + i + 3) return false;
    out.path.push_back(static_cast<char>(byte));
    i += 2;
  }
  return true;
}

void encode_identity(std::string& out, const FileIdentity& file) {
  fmt::format_to(std::back_inserter(out), "{} {} {} {:016x} ", file.device, file.inode, file.head_bytes,
                 file.head_hash);
  for (const char c : file.path) {
    if (c == '%' || c == '\n') {
      fmt::format_to(std::back_inserter(out), "%{:02x}", static_cast<unsigned char>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('\n');
}

}  // namespace

Result<OpenFile> open_file(const std::string& path) {
  // O_NONBLOCK so that a FIFO put at the path cannot hang us before we see that it is one; it means nothing to a
  // regular file.
  OpenFile file;
  file.fd = FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.fd) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::unavailable;
    return fail(code, fmt::format("open {}: {}", path, reason(errno)));
  }
  struct stat about {};
  if (::fstat(file.fd.get(), &about) != 0) return fail(ErrorCode::io, fmt::format("stat {}: {}", path, reason(errno)));
  if (!S_ISREG(about.st_mode)) return fail(ErrorCode::invalid_argument, fmt::format("{} is not a regular file", path));
  file.identity.device = about.st_dev;
  file.identity.inode = about.st_ino;
  file.identity.path = path;
  file.size = static_cast<uint64_t>(about.st_size);
  refresh_head(file.fd.get(), file.identity);
  return file;
}

void refresh_head(int fd, FileIdentity& identity) {
  const Head head = read_head(fd, kHeadBytes);
  identity.head_bytes = head.size;
  identity.head_hash = word_hash({head.bytes.data(), head.size});
}

bool has_head(int fd, const FileIdentity& identity) {
  const Head head = read_head(fd, identity.head_bytes);
  return head.size == identity.head_bytes && word_hash({head.bytes.data(), head.size}) == identity.head_hash;
}

bool has_head(const FileIdentity& file, const FileIdentity& identity) {
  if (file.head_bytes == identity.head_bytes) return file.head_hash == identity.head_hash;
  if (file.head_bytes < identity.head_bytes) return false;
  const Result<OpenFile> opened = open_file(file.path);
  return opened && has_head(opened->fd.get(), identity);
}

std::string encode(const FileCursor& cursor) {
  std::string out(kFirstLine);
  out.push_back('\n');
  if (cursor.at) {
    fmt::format_to(std::back_inserter(out), "at {} ", cursor.offset);
    encode_identity(out, *cursor.at);
  }
  for (const FileIdentity& file : cursor.done) {
    out.append("done ");
    encode_identity(out, file);
  }
  return out;
}

Result<FileCursor> decode_file_cursor(std::string_view text) {
  FileCursor cursor;
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return fail(ErrorCode::corrupt, "file cursor: cut off");
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (first) {
      if (line != kFirstLine) return fail(ErrorCode::unsupported, "file cursor: not of a kind this version knows");
      first = false;
      continue;
    }
    const std::string_view what = word(line);
    FileIdentity file;
    if (what == "at" && !cursor.at && number(line, cursor.offset) && identity(line, file)) {
      cursor.at = std::move(file);
    } else if (what == "done" && identity(line, file)) {
      cursor.done.push_back(std::move(file));
    } else {
      return fail(ErrorCode::corrupt, "file cursor: a line that cannot be read");
    }
  }
  if (first) return fail(ErrorCode::corrupt, "file cursor: empty");
  return cursor;
}

FileClaims claim(const FileCursor& cursor, const std::vector<FileIdentity>& files) {
  std::vector<const FileIdentity*> wanted;
  if (cursor.at) wanted.push_back(&*cursor.at);
  for (const FileIdentity& file : cursor.done) wanted.push_back(&file);
  std::vector<std::optional<std::size_t>> found(wanted.size());
  std::vector<bool> taken(files.size(), false);

  using Same = bool (*)(const FileIdentity&, const FileIdentity&);
  const Same by_inode = [](const FileIdentity& a, const FileIdentity& b) {
    return a.device == b.device && a.inode == b.inode;
  };
  const Same by_path = [](const FileIdentity& a, const FileIdentity& b) { return a.path == b.path; };
  const Same by_head = [](const FileIdentity& a, const FileIdentity&) { return a.head_bytes >= kHeadBytesEnough; };
  for (const Same same : {by_inode, by_path, by_head}) {
    for (std::size_t w = 0; w < wanted.size(); ++w) {
      const bool is_done = !cursor.at || w > 0;
      if (is_done && wanted[w]->head_bytes == 0) continue;
      for (std::size_t f = 0; f < files.size() && !found[w]; ++f) {
        if (taken[f] || !same(*wanted[w], files[f]) || !has_head(files[f], *wanted[w])) continue;
        found[w] = f;
        taken[f] = true;
      }
    }
  }

  FileClaims claims;
  const std::size_t first_done = cursor.at ? 1 : 0;
  if (cursor.at) claims.at = found[0];
  for (std::size_t w = first_done; w < wanted.size(); ++w) {
    if (found[w]) claims.done.push_back(*found[w]);
  }
  return claims;
}

}  // namespace roomtone::ingest
