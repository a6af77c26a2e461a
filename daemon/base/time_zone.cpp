#include "base/time_zone.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <optional>
#include <sstream>

namespace roomtone {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFileBytes = 1 << 20;
constexpr std::size_t kNameBytes = 64;
constexpr std::size_t kHeaderBytes = 44;

/// No way out of the folder.
bool plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytes && name.front() != '/' &&
         name.find("..") == std::string_view::npos && std::ranges::all_of(name, [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '_' || c == '-' || c == '+';
         });
}

/// "+02:00", "-05:30".
std::optional<int32_t> fixed_offset(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : 99; };
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const int hours = digit(1) * 10 + digit(2);
  const int minutes = digit(4) * 10 + digit(5);
  if (hours > 14 || minutes > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

int64_t big_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  if (bytes.size() == 4) return static_cast<int32_t>(value);
  return static_cast<int64_t>(value);
}

/// Reads a rule from its beginning, part by part.
class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_(text) {}
  [[nodiscard]] bool at_end() const { return text_.empty(); }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  /// "CET", "<+0330>".
  bool take_name() {
    const bool quoted = take('<');
    std::size_t size = 0;
    while (size < text_.size() &&
           (quoted ? text_[size] != '>' : std::isalpha(static_cast<unsigned char>(text_[size])) != 0))
      ++size;
    if (size < 3) return false;
    text_.remove_prefix(size);
    return !quoted || take('>');
  }
  std::optional<int> take_number() {
    std::size_t size = 0;
    int value = 0;
    while (size < text_.size() && size < 4 && text_[size] >= '0' && text_[size] <= '9')
      value = value * 10 + text_[size++] - '0';
    if (size == 0) return std::nullopt;
    text_.remove_prefix(size);
    return value;
  }
  /// "-1", "3:30", "+2:00:00", in seconds.
  std::optional<int32_t> take_time() {
    const bool minus = take('-');
    if (!minus) take('+');
    int32_t seconds = 0;
    int32_t unit = 3600;
    do {
      const auto part = take_number();
      if (!part || unit == 0) return std::nullopt;
      seconds += *part * unit;
      unit /= 60;
    } while (take(':'));
    return minus ? -seconds : seconds;
  }

 private:
  std::string_view text_;
};

}  // namespace

Result<TimeZone> TimeZone::named(std::string_view name, const fs::path& folder) {
  TimeZone zone;
  if (name == "UTC") return zone;
  if (const auto offset = fixed_offset(name)) {
    zone.first_offset_s_ = *offset;
    return zone;
  }
  const auto refuse = [&] {
    return fail(ErrorCode::invalid_argument,
                "expected \"UTC\", an offset such as \"+02:00\", or a name such as \"Europe/Berlin\" that " +
                    folder.string() + " has");
  };
  if (!plain_name(name)) return refuse();
  const fs::path file = folder / name;
  std::error_code error;
  if (!fs::is_regular_file(file, error) || fs::file_size(file, error) > kFileBytes) return refuse();
  std::ostringstream bytes;
  const std::ifstream in(file, std::ios::binary);
  if (!in || !(bytes << in.rdbuf()) || !zone.read_tzif(bytes.view())) return refuse();
  return zone;
}

std::chrono::seconds TimeZone::offset(Instant at) const {
  const int64_t second = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
  const auto after = std::ranges::upper_bound(changes_, second, {}, &Change::second);
  if (after == changes_.end() && has_rule_) return std::chrono::seconds(by_rule(second));
  return std::chrono::seconds(after == changes_.begin() ? first_offset_s_ : (after - 1)->offset_s);
}

/// The second block, whose times have 64 bits; programs that write TZif have all done so since 2005.
bool TimeZone::read_tzif(std::string_view bytes) {
  struct Counts {
    std::size_t utc, standard, leaps, times, types, chars;
    [[nodiscard]] std::size_t body(std::size_t time_bytes) const {
      return times * (time_bytes + 1) + types * 6 + chars + leaps * (time_bytes + 4) + standard + utc;
    }
  };
  const auto header = [](std::string_view at) -> std::optional<Counts> {
    if (at.size() < kHeaderBytes || !at.starts_with("TZif") || at[4] < '2') return std::nullopt;
    std::size_t counts[6];
    for (std::size_t i = 0; i < 6; ++i) {
      const int64_t count = big_endian(at.substr(20 + 4 * i, 4));
      if (count < 0 || count > static_cast<int64_t>(kFileBytes)) return std::nullopt;
      counts[i] = static_cast<std::size_t>(count);
    }
    return Counts{counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
  };
  const auto old = header(bytes);
  if (!old || bytes.size() < kHeaderBytes + old->body(4)) return false;
  bytes.remove_prefix(kHeaderBytes + old->body(4));
  const auto counts = header(bytes);
  if (!counts || counts->types == 0 || bytes.size() < kHeaderBytes + counts->body(8)) return false;
  bytes.remove_prefix(kHeaderBytes);
  const std::string_view times = bytes.substr(0, counts->times * 8);
  const std::string_view indices = bytes.substr(times.size(), counts->times);
  const std::string_view types = bytes.substr(times.size() + indices.size(), counts->types * 6);
  const auto offset_of = [&](std::size_t type) { return static_cast<int32_t>(big_endian(types.substr(type * 6, 4))); };
  first_offset_s_ = offset_of(0);
  for (std::size_t i = 0; i < counts->times; ++i) {
    const auto type = static_cast<std::size_t>(static_cast<unsigned char>(indices[i]));
    if (type >= counts->types) return false;
    changes_.push_back({big_endian(times.substr(i * 8, 8)), offset_of(type)});
  }
  if (!std::ranges::is_sorted(changes_, {}, &Change::second)) return false;
  std::string_view rule = bytes.substr(counts->body(8));
  if (rule.size() < 2 || rule.front() != '\n' || rule.back() != '\n') return false;
  rule = rule.substr(1, rule.size() - 2);
  return rule.empty() || read_rule(rule);
}

/// "CET-1CEST,M3.5.0,M10.5.0/3" as POSIX has it; its offsets count westwards.
bool TimeZone::read_rule(std::string_view text) {
  RuleReader in(text);
  if (!in.take_name()) return false;
  const auto standard = in.take_time();
  if (!standard) return false;
  standard_s_ = -*standard;
  has_rule_ = true;
  if (in.at_end()) return true;
  if (!in.take_name()) return false;
  summer_s_ = standard_s_ + 3600;
  if (!in.take(',')) {
    const auto summer = in.take_time();
    if (!summer || !in.take(',')) return false;
    summer_s_ = -*summer;
  }
  const auto change = [&in](YearlyChange& to) {
    if (!in.take('M')) return false;
    const auto month = in.take_number();
    if (!month || !in.take('.')) return false;
    const auto week = in.take_number();
    if (!week || !in.take('.')) return false;
    const auto weekday = in.take_number();
    if (!weekday || *month < 1 || *month > 12 || *week < 1 || *week > 5 || *weekday > 6) return false;
    to = {*month, *week, *weekday, 7200};
    if (!in.take('/')) return true;
    const auto time = in.take_time();
    if (time) to.time_s = *time;
    return time.has_value();
  };
  has_summer_ = true;
  return change(to_summer_) && in.take(',') && change(to_standard_) && in.at_end();
}

int32_t TimeZone::by_rule(int64_t second) const {
  if (!has_summer_) return standard_s_;
  namespace c = std::chrono;
  const c::sys_days day = c::floor<c::days>(c::sys_seconds(c::seconds(second + standard_s_)));
  const c::year year = c::year_month_day(day).year();
  const auto moment = [year](const YearlyChange& change, int32_t offset_before_s) {
    const c::month month(static_cast<unsigned>(change.month));
    const c::weekday weekday(static_cast<unsigned>(change.weekday));
    const c::sys_days on = change.week == 5 ? c::sys_days(year / month / weekday[c::last])
                                            : c::sys_days(year / month / weekday[static_cast<unsigned>(change.week)]);
    return c::sys_seconds(on).time_since_epoch().count() + change.time_s - offset_before_s;
  };
  const int64_t summer = moment(to_summer_, standard_s_);
  const int64_t standard = moment(to_standard_, summer_s_);
  // South of the equator summer is what lies outside.
  const bool is_summer =
      summer < standard ? second >= summer && second < standard : second >= summer || second < standard;
  return is_summer ? summer_s_ : standard_s_;
}

}  // namespace roomtone
