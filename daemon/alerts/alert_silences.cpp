#include "alerts/alert_silences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace roomtone::alerts {
namespace {

constexpr std::string_view kTitle = "roomtone silences 1";
constexpr std::string_view kEverywhere = "*";
constexpr std::size_t kWhereBytes = 256;
constexpr std::size_t kRuleBytes = 64;

/// Text of one line, of which a column can be made.
bool one_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool of_key(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '/';
  });
}

tl::unexpected<Error> refuse(std::string what) { return fail(ErrorCode::invalid_argument, std::move(what)); }

std::optional<uint64_t> number_of(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::string_view cut(std::string_view& text, char at) {
  const std::string_view first = text.substr(0, text.find(at));
  text.remove_prefix(std::min(text.size(), first.size() + 1));
  return first;
}

}  // namespace

bool AlertSilence::covers(const Alert& alert) const {
  if (!rule.empty() && rule != alert.rule) return false;
  if (where == kEverywhere) return true;
  if (where.ends_with('/')) return alert.key.starts_with(where);
  return alert.key == where ||
         (alert.key.size() > where.size() && alert.key.starts_with(where) && alert.key[where.size()] == '/');
}

Result<AlertSilences> AlertSilences::parse(std::string_view text) {
  const auto broken = [](std::size_t line) {
    return fail(ErrorCode::corrupt, fmt::format("line {} is none that this version has written", line));
  };
  AlertSilences read;
  if (cut(text, '\n') != kTitle) return broken(1);
  const auto next = number_of(cut(text, '\n'));
  if (!next || *next == 0) return broken(2);
  read.next_ = *next;
  for (std::size_t line = 3; !text.empty(); ++line) {
    std::string_view rest = cut(text, '\n');
    std::array<std::string_view, 7> columns;
    for (std::string_view& column : columns) column = cut(rest, '\t');
    const auto begins = parse_rfc3339(columns[3]);
    const auto ends = parse_rfc3339(columns[4]);
    if (columns[0].empty() || columns[1].empty() || !begins || !ends || read.all_.size() >= kMax) return broken(line);
    read.all_.push_back({.id = std::string(columns[0]),
                         .where = std::string(columns[1]),
                         .rule = std::string(columns[2]),
                         .begins = *begins,
                         .ends = *ends,
                         .by = std::string(columns[5]),
                         .reason = std::string(columns[6])});
  }
  return read;
}

std::string AlertSilences::text() const {
  std::string text = fmt::format("{}\n{}\n", kTitle, next_);
  for (const AlertSilence& one : all_)
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\n", one.id, one.where, one.rule, format_rfc3339(one.begins),
                        format_rfc3339(one.ends), one.by, one.reason);
  return text;
}

Result<AlertSilence> AlertSilences::add(const SilenceRequest& request, Instant now) {
  const std::string& where = request.where;
  if (where.empty() || where.size() > kWhereBytes || (where != kEverywhere && (!of_key(where) || where[0] == '/')))
    return refuse("the room: expected a room's key such as t/derby, the beginning of some such as t/, or *");
  if (request.rule.size() > kRuleBytes || !of_key(request.rule))
    return refuse("the rule: expected its name, such as tone-shift");
  if (request.reason.empty() || request.reason.size() > kReasonBytes || !one_line(request.reason))
    return refuse(fmt::format("the reason: expected a line of 1 to {} bytes", kReasonBytes));
  if (request.by.empty() || request.by.size() > kByBytes || !one_line(request.by))
    return refuse(fmt::format("by whom: expected a line of 1 to {} bytes", kByBytes));
  if (request.ends <= now) return refuse("the end: expected one that is still to come");
  if (request.ends > now + kLongest)
    return refuse(fmt::format("the end: expected it within {} days", kLongest / std::chrono::hours(24)));
  forget_what_is_over(now);
  if (all_.size() >= kMax) return refuse(fmt::format("there are {} silences already, which is the most", kMax));
  AlertSilence made{.id = fmt::format("s{}", next_++),
                    .where = where,
                    .rule = request.rule,
                    .begins = now,
                    .ends = request.ends,
                    .by = request.by,
                    .reason = request.reason};
  all_.push_back(made);
  return made;
}

Result<AlertSilence> AlertSilences::remove(std::string_view id, Instant now) {
  forget_what_is_over(now);
  const auto found = std::ranges::find(all_, id, &AlertSilence::id);
  if (found == all_.end()) return fail(ErrorCode::not_found, "there is no such silence, or it is over");
  AlertSilence removed = std::move(*found);
  all_.erase(found);
  return removed;
}

const AlertSilence* AlertSilences::covering(const Alert& alert, Instant now) const {
  const AlertSilence* found = nullptr;
  for (const AlertSilence& one : all_)
    if (one.ends > now && one.covers(alert) && (found == nullptr || one.ends > found->ends)) found = &one;
  return found;
}

std::vector<AlertSilence> AlertSilences::active(Instant now) const {
  std::vector<AlertSilence> active;
  for (const AlertSilence& one : all_)
    if (one.ends > now) active.push_back(one);
  return active;
}

std::optional<Instant> AlertSilences::next_end(Instant now) const {
  std::optional<Instant> next;
  for (const AlertSilence& one : all_)
    if (one.ends > now && (!next || one.ends < *next)) next = one.ends;
  return next;
}

void AlertSilences::forget_what_is_over(Instant now) {
  std::erase_if(all_, [now](const AlertSilence& one) { return one.ends <= now; });
}

}  // namespace roomtone::alerts
