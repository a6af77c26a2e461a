#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string_view>

namespace roomtone::bench {

/// What the floor found: a simdjson DOM parse of each line, and did, time_us, createdAt, text and langs of it.
struct Seen {
  uint64_t lines = 0;
  uint64_t posts = 0;
  uint64_t bytes = 0;
  uint64_t sum = 0;  // of what was read, so that reading it cannot be left out
};

/// `line` has padding after it.
inline void look_at(simdjson::dom::parser& parser, std::string_view line, Seen& seen) {
  ++seen.lines;
  seen.bytes += line.size();
  simdjson::dom::element root, record;
  if (parser.parse(line.data(), line.size(), false).get(root) != simdjson::SUCCESS) return;
  std::string_view did, created_at, text, lang;
  int64_t time_us = 0;
  if (root["did"].get(did) || root["time_us"].get(time_us) || root["commit"]["record"].get(record) ||
      record["createdAt"].get(created_at) || record["text"].get(text))
    return;
  if (record["langs"].at(0).get(lang)) lang = {};
  ++seen.posts;
  seen.sum += did.size() + created_at.size() + text.size() + lang.size() + static_cast<uint64_t>(time_us & 1);
}

}  // namespace roomtone::bench
