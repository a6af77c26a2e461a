#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_text.hpp"
#include "model/alert.hpp"
#include "model/atmosphere.hpp"
#include "model/voice.hpp"

namespace roomtone::publish {

/// What a check frame says of the keys under one prefix.
struct PrefixSum {
  uint64_t keys = 0;
  uint64_t key_seq_sum = 0;
  friend bool operator==(const PrefixSum&, const PrefixSum&) = default;
};

/// At most so many campaigns of an atmosphere are on the feed: more are of no use to a reader, and a body stays small.
inline constexpr std::size_t kCampaignsPublished = 5;
[[nodiscard]] std::span<const Campaign> published(const std::vector<Campaign>& campaigns);

/// A campaign's id as it is published: the 48 bits of its hash.
inline constexpr std::size_t kCampaignIdDigits = 12;
[[nodiscard]] std::string campaign_id(const Campaign& campaign);

/// One English sentence for people, from the figures alone: no message text can be in it.
void write_sentence(std::string& out, const Atmosphere& atmosphere);

/// Bodies as JSON, appended to `out`. Doubles have six decimals and are null when not finite or absent; whole
/// numbers above 2^53 are strings, since many JSON readers keep doubles only.
void append_json(std::string& out, const Atmosphere& atmosphere);
/// The figures alone, with the names that an atmosphere has for them.
void append_json(std::string& out, const Figures& figures);
void append_json(std::string& out, const VoiceEvent& event);
void append_json(std::string& out, const Alert& alert);
/// `global_seq` is that of the newest published update, which may be behind pulse.global_seq.
void append_json(std::string& out, const Pulse& pulse, uint64_t epoch, uint64_t global_seq);
void append_json(std::string& out, const PrefixSum& sum, uint64_t epoch, uint64_t global_seq);
void append_control_json(std::string& out, std::string_view event);

/// A JSON number, or a string above 2^53.
void append_json_u64(std::string& out, uint64_t value);

}  // namespace roomtone::publish
