#include "wire.hpp"

#include <algorithm>
#include <cstdint>

namespace roomtone::client {

namespace {

constexpr std::size_t kHeaderBytes = 40;
constexpr uint64_t kMagic = 0x5254;
constexpr unsigned kVersion = 1;

uint64_t big_endian(std::string_view frame, std::size_t at, std::size_t size) {
  uint64_t value = 0;
  for (const char c : frame.substr(at, size)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

HeaderResult parse_header(std::string_view frame, Header& out, unsigned& version) {
  if (frame.size() != kHeaderBytes || big_endian(frame, 0, 2) != kMagic) return HeaderResult::garbage;
  version = static_cast<unsigned>(big_endian(frame, 2, 1));
  if (version != kVersion) return HeaderResult::other_version;
  out.flags = static_cast<uint8_t>(frame[3]);
  out.epoch = big_endian(frame, 8, 8);
  out.global_seq = big_endian(frame, 16, 8);
  out.key_seq = big_endian(frame, 24, 8);
  out.publish_time_us = big_endian(frame, 32, 8);
  return HeaderResult::header;
}

bool valid_key(std::string_view frame) {
  // `~/` is the check frame of those who read everything.
  return frame.size() <= kKeyBytesMax && is_ascii(frame) && frame.ends_with('/') &&
         (frame.starts_with('/') || frame == kCheckSuffix);
}

bool valid_prefix(std::string_view prefix) {
  if (prefix.empty()) return true;
  return prefix.size() <= kPrefixBytesMax && is_ascii(prefix) && prefix.front() == '/' && prefix.back() == '/' &&
         prefix.find(kCheckSuffix) == std::string_view::npos;
}

std::string_view name_of(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::complete: return "complete";
    case NoticeKind::gap: return "gap";
    case NoticeKind::loss: return "loss";
    case NoticeKind::recovered: return "recovered";
    case NoticeKind::lost: return "lost";
    case NoticeKind::epoch: return "epoch";
    case NoticeKind::stale: return "stale";
    case NoticeKind::fresh: return "fresh";
    case NoticeKind::shutdown: return "shutdown";
    case NoticeKind::source: return "source";
    case NoticeKind::slow: return "slow";
    case NoticeKind::losing: return "losing";
    case NoticeKind::refused: return "refused";
    case NoticeKind::version: return "version";
    case NoticeKind::full: return "full";
  }
  return "";
}

std::string_view name_of(Origin origin) {
  switch (origin) {
    case Origin::feed: return "feed";
    case Origin::snapshot: return "snapshot";
    case Origin::replay: return "replay";
  }
  return "";
}

std::string_view name_of(State state) {
  switch (state) {
    case State::joining: return "joining";
    case State::filling: return "filling";
    case State::live: return "live";
    case State::recovering: return "recovering";
    case State::refused: return "refused";
  }
  return "";
}

}  // namespace roomtone::client
