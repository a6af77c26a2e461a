#include "base/log.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>

namespace roomtone {

namespace {

constexpr std::array<std::string_view, 4> kLevelNames = {"debug", "info", "warning", "error"};
constexpr std::array<const char*, 4> kLevelColours = {"\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};

void append_escape(std::string& out, unsigned code) {
  std::array<char, 8> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "\\u%04x", code & 0xffff);
  out += buffer.data();
}

/// Length of the well-formed UTF-8 sequence at the front; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned lead = byte(0);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  return length;
}

/// Line and paragraph separators, and the marks that change the direction of text.
bool changes_lines(unsigned code) {
  return code == 0x2028 || code == 0x2029 || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
         code == 0x200e || code == 0x200f || (code >= 0x80 && code < 0xa0) || code == 0xfeff;
}

unsigned decode(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  switch (sequence.size()) {
    case 2: return ((byte(0) & 0x1fu) << 6) | (byte(1) & 0x3fu);
    case 3: return ((byte(0) & 0x0fu) << 12) | ((byte(1) & 0x3fu) << 6) | (byte(2) & 0x3fu);
    case 4: return 0x10000;  // none of those is special
    default: return byte(0);
  }
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view name) {
  for (std::size_t i = 0; i < kLevelNames.size(); ++i)
    if (kLevelNames[i] == name) return static_cast<LogLevel>(i);
  return std::nullopt;
}

std::string printable(std::string_view text, std::size_t bytes_max) {
  std::string out;
  while (!text.empty()) {
    if (out.size() >= bytes_max) {
      out += "...";
      break;
    }
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      out += "\\ufffd";
      text.remove_prefix(1);
      continue;
    }
    const unsigned code = decode(text.substr(0, length));
    if (code < 0x20 || code == 0x7f || changes_lines(code)) {
      append_escape(out, code);
    } else if (code == '"' || code == '\\') {
      out.push_back('\\');
      out.push_back(static_cast<char>(code));
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

Log::Log(std::FILE* out, LogLevel lowest, const Clock& clock, std::optional<bool> json)
    : out_(out),
      lowest_(lowest),
      clock_(clock),
      json_(json.value_or(::isatty(::fileno(out)) == 0)),
      colour_(!json_ && ::isatty(::fileno(out)) != 0 && std::getenv("NO_COLOR") == nullptr) {}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < lowest_) return;
  const auto name = kLevelNames[static_cast<std::size_t>(level)];
  const std::string time = format_rfc3339(clock_.wall());

  const std::lock_guard lock(mutex_);
  auto found = rates_.find(event);
  if (found == rates_.end()) found = rates_.emplace(std::string(event), Rate{clock_.mono()}).first;
  Rate& rate = found->second;
  if (clock_.mono() - rate.since >= kWindow) {
    rate.since = clock_.mono();
    rate.written = 0;
  }
  if (++rate.written > kBurst) {
    ++rate.held_back;
    return;
  }

  std::string line;
  if (json_) {
    line = "{\"time\":\"" + time + "\",\"level\":\"" + std::string(name) + "\",\"event\":\"" +
           printable(event, kValueBytes) + "\"";
    for (const LogField& field : fields)
      line += ",\"" + std::string(field.name) + "\":\"" + printable(field.value, kValueBytes) + "\"";
    if (rate.held_back > 0) line += ",\"held_back\":\"" + std::to_string(rate.held_back) + "\"";
    line += "}\n";
  } else {
    line = time.substr(11, 12) + " ";
    if (colour_) line += kLevelColours[static_cast<std::size_t>(level)];
    line += name;
    if (colour_) line += "\x1b[0m";
    line += " " + printable(event, kValueBytes);
    for (const LogField& field : fields)
      line += " " + std::string(field.name) + "=" + printable(field.value, kValueBytes);
    if (rate.held_back > 0) line += " held_back=" + std::to_string(rate.held_back);
    line += "\n";
  }
  rate.held_back = 0;
  std::fwrite(line.data(), 1, line.size(), out_);
  std::fflush(out_);
}

}  // namespace roomtone
