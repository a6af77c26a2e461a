#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/tiers.hpp"

/// Keys of the store's rows, see FORMAT.md. The first byte is the family; numbers are big-endian so that they sort.
namespace roomtone::store {

inline constexpr char kMetaFamily = 'm';
inline constexpr char kSourceFamily = 's';
inline constexpr char kRoomFamily = 'r';
inline constexpr char kPaneFamily = 'p';
inline constexpr char kSampleFamily = 'w';
inline constexpr char kJournalFamily = 'j';
inline constexpr char kContributionFamily = 'c';
inline constexpr char kProducerFamily = 'n';
inline constexpr char kRequestFamily = 'i';

inline constexpr char kForgottenFamily = 'f';
inline constexpr char kVoiceFamily = 'v';
inline constexpr char kSilenceFamily = 'q';
inline constexpr char kHeardFamily = 'h';
inline constexpr char kAlertFamily = 'a';
inline constexpr char kSeasonFamily = 'u';

[[nodiscard]] std::string meta_key();
[[nodiscard]] std::string forgotten_key();
[[nodiscard]] std::string source_key(std::string_view name);
[[nodiscard]] std::string room_key(std::string_view key);
[[nodiscard]] std::string journal_key(uint64_t commit);
[[nodiscard]] std::string contribution_key(uint64_t commit);
[[nodiscard]] std::string request_key(uint64_t commit);
[[nodiscard]] std::string heard_key(uint64_t commit);
[[nodiscard]] std::string voice_key(std::string_view list);
[[nodiscard]] std::string alert_key(std::string_view room);
[[nodiscard]] std::string season_key(std::string_view room);
/// `q`, list, 0, the member's hash.
[[nodiscard]] std::string silence_key(std::string_view list, uint64_t member);

/// `n`, source, 0, the producer's hash.
[[nodiscard]] std::string producer_key(std::string_view source, uint64_t producer);

/// `p`, room key, 0, tier, index: one room's rows of one tier lie together, in time order.
[[nodiscard]] std::string pane_key(std::string_view key, Tier tier, SpanIndex index);
/// `w`, and the rest of the pane's key.
[[nodiscard]] std::string sample_key(std::string_view pane_key);

/// The number at the end of a journal, contribution or pane key.
[[nodiscard]] uint64_t trailing_number(std::string_view key);
[[nodiscard]] SpanIndex pane_index(std::string_view key);

}  // namespace roomtone::store
