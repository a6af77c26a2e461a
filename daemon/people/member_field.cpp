#include "people/member_field.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/limits.hpp"
#include "base/time.hpp"
#include "model/key.hpp"
#include "model/silence.hpp"

namespace roomtone::people {

namespace {

constexpr std::array<std::string_view, 4> kNetworkNames = {"own", "atproto", "fediverse", "x"};

/// UTF-8 without blanks and control characters: it may be shown.
bool is_plain(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t size = c < 0x80                ? 1
                             : c >= 0xc2 && c < 0xe0 ? 2
                             : c >= 0xe0 && c < 0xf0 ? 3
                             : c >= 0xf0 && c < 0xf5 ? 4
                                                     : 0;
    if (c <= 0x20 || c == 0x7f || size == 0 || text.size() - i < size) return false;
    uint32_t value = size == 1 ? c : c & (0x7fU >> size);
    for (std::size_t k = 1; k < size; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0) != 0x80) return false;
      value = value << 6 | (next & 0x3f);
    }
    constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < kLeast[size] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return false;
    i += size;
  }
  return true;
}

}  // namespace

std::optional<MemberField> member_field(std::string_view name) {
  const auto at = std::ranges::find(kMemberFieldNames, name);
  if (at == std::end(kMemberFieldNames)) return std::nullopt;
  return static_cast<MemberField>(at - std::begin(kMemberFieldNames));
}

std::optional<uint32_t> parse_weight(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view part = point == std::string_view::npos ? "" : text.substr(point + 1);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (whole.empty() || whole.size() > 4 || part.size() > 3 || (point != std::string_view::npos && part.empty()) ||
      !std::ranges::all_of(whole, digit) || !std::ranges::all_of(part, digit))
    return std::nullopt;
  uint32_t thousandths = 0;
  for (const char c : whole) thousandths = 10 * thousandths + static_cast<uint32_t>(c - '0');
  for (std::size_t i = 0; i < 3; ++i)
    thousandths = 10 * thousandths + (i < part.size() ? static_cast<uint32_t>(part[i] - '0') : 0);
  if (thousandths > 1000 * Weights::kOne) return std::nullopt;
  return thousandths;
}

std::optional<std::chrono::seconds> parse_gap(std::string_view text) {
  if (text == "own") return Expectation::kOwnHabit;
  const auto gap = parse_duration(text);
  using namespace std::chrono_literals;
  if (!gap || (*gap != 0ms && (*gap < 1min || *gap > 90 * 24h))) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(*gap);
}

std::optional<std::string> set_field(MemberSpec& member, MemberField field, std::string_view text) {
  if (text.empty()) return std::nullopt;
  switch (field) {
    case MemberField::id:
      if (text.size() > limits::kMemberIdBytes || !is_plain(text))
        return "an id without blanks of at most " + std::to_string(limits::kMemberIdBytes) + " bytes";
      member.id = text;
      return std::nullopt;
    case MemberField::handle:
      if (text.starts_with('@')) text.remove_prefix(1);
      if (text.empty() || text.starts_with('@') || text.size() > limits::kMemberHandleBytes || !is_plain(text))
        return "a handle without blanks of at most " + std::to_string(limits::kMemberHandleBytes) + " bytes";
      member.handle = text;
      return std::nullopt;
    case MemberField::network: {
      const auto at = std::ranges::find(kNetworkNames, text);
      if (at == kNetworkNames.end()) return "one of own, atproto, fediverse, x";
      member.network = static_cast<Network>(at - kNetworkNames.begin());
      return std::nullopt;
    }
    case MemberField::role:
      if (!valid_topic_id(text)) return "1 to 64 of a-z, 0-9, - and _";
      member.role = text;
      return std::nullopt;
    case MemberField::weight:
      member.weight = parse_weight(text);
      return member.weight ? std::nullopt : std::optional<std::string>(kWeightExpected);
    case MemberField::expected_gap:
      member.expected_gap = parse_gap(text);
      return member.expected_gap ? std::nullopt : std::optional<std::string>(kGapExpected);
  }
  return std::nullopt;
}

}  // namespace roomtone::people
