#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/mood.hpp"

namespace roomtone::cli {

// What is said of the film. The rules of phrases.hpp hold here too: the sentences name no other room.

[[nodiscard]] std::span<const std::string_view> film_sentences(MoodLabel mood);
[[nodiscard]] std::span<const std::string_view> critic_sentences(MoodLabel mood);
/// What the account of a cinema's timetable says; always plain.
[[nodiscard]] std::span<const std::string_view> showtime_sentences();
[[nodiscard]] std::span<const std::string_view> film_hashtags();
[[nodiscard]] std::span<const std::string_view> film_anchors();

/// The text that a spam wave sends over and over. Words stand between single spaces; all but the film's name may be
/// replaced, and there are at least twelve of these.
struct Pitch {
  std::string_view id;
  MoodLabel mood;
  std::string_view text;
};
inline constexpr std::size_t kPitches = 3;
[[nodiscard]] std::span<const Pitch, kPitches> pitches();
/// Words that replace others in a pitch.
[[nodiscard]] std::span<const std::string_view> stray_words();

/// What many people pass on, each once: no campaign, though the texts are alike.
struct EchoText {
  std::string_view id;
  std::string_view kind;  // "headline" or "quote"
  std::string_view text;  // in every post of the series, word for word
  std::string_view link;  // empty: none
};
inline constexpr std::size_t kEchoes = 3;
[[nodiscard]] std::span<const EchoText, kEchoes> echo_texts();
/// The few words of one's own with which such a text is passed on.
[[nodiscard]] std::span<const std::string_view> asides();

}  // namespace roomtone::cli
