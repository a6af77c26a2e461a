#pragma once

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace roomtone {

enum class LogLevel : uint8_t { debug, info, warning, error };
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view name);

/// One fact of a log line.
struct LogField {
  std::string_view name;
  std::string value;

  LogField(std::string_view n, std::string v) : name(n), value(std::move(v)) {}
  LogField(std::string_view n, std::string_view v) : name(n), value(v) {}
  LogField(std::string_view n, const char* v) : name(n), value(v) {}
  template <typename Number>
  requires std::is_arithmetic_v<Number> LogField(std::string_view n, Number v) : name(n), value(std::to_string(v)) {}
};

/// Writes what an operator should know: one line an event, as text on a terminal, else one JSON object.
///
/// Values are data from outside: control and direction-changing characters are escaped, and what is longer than
/// kValueBytes is cut, so that one event is one line. Message text is never logged. The same event more than kBurst
/// times in kWindow is held back; the next line let through says how many were. Any thread; not for hot paths.
class Log {
 public:
  /// `out` stays the caller's. `json` defaults to "not a terminal".
  Log(std::FILE* out, LogLevel lowest, const Clock& clock, std::optional<bool> json = std::nullopt);

  void debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::debug, event, fields);
  }
  void info(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::info, event, fields);
  }
  void warning(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::warning, event, fields);
  }
  void error(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::error, event, fields);
  }

  static constexpr std::size_t kValueBytes = 256;
  static constexpr int kBurst = 10;
  static constexpr std::chrono::seconds kWindow{10};

 private:
  struct Rate {
    Mono since{};
    int written = 0;
    int held_back = 0;
  };
  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);

  std::FILE* out_;
  const LogLevel lowest_;
  const Clock& clock_;
  const bool json_;
  const bool colour_;
  std::mutex mutex_;
  std::map<std::string, Rate, std::less<>> rates_;  // events are literals of ours: few
};

/// `text` with everything that could leave its line or change a terminal escaped as \u00XX, cut to `bytes_max`.
[[nodiscard]] std::string printable(std::string_view text, std::size_t bytes_max);

}  // namespace roomtone
