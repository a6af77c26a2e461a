#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "model/mood.hpp"

namespace roomtone::cli {

/// What a simulated post is about.
enum class Activity : uint8_t {
  everyday,
  topic,
  wedding,
  launch,
  derby,
  experts,
  campaign,
  flood,
  film,  // from here on: only in a story with the film
  critics,
  showtimes,
  echo,
  wave
};
inline constexpr std::size_t kActivities = 13;
/// The activities up to here share out the posts of every story; the film's come on top of them.
inline constexpr std::size_t kSharedActivities = 8;

/// The languages that the simulated crowd writes.
enum class Tongue : uint8_t { en, es, ja, de };
inline constexpr std::size_t kTongues = 4;
[[nodiscard]] constexpr std::string_view code_of(Tongue tongue) {
  constexpr std::string_view codes[kTongues] = {"en", "es", "ja", "de"};
  return codes[static_cast<std::size_t>(tongue)];
}

/// Sentences of one activity in one mood. `{slot}` is filled from words_of(slot); `{n}` with a number, `{mention}`
/// with a handle, `{link}` with an address and `{topic}` with the generated topic's name. Sentences hold no double
/// quotes, backslashes, angle brackets or ampersands, so they mean the same in JSON and in HTML. Only everyday
/// posts are written in languages other than English; asking for others gives nothing, and so do echoes and waves,
/// which are made otherwise (see film_texts.hpp).
[[nodiscard]] std::span<const std::string_view> sentences_of(Activity activity, Tongue tongue, MoodLabel mood);

/// What may stand in a slot; nothing for a name that is not a slot of words.
[[nodiscard]] std::span<const std::string_view> words_of(std::string_view slot);

/// Emoji that go with a mood.
[[nodiscard]] std::span<const std::string_view> emoji_of(MoodLabel mood);

/// The words by which the launch's turn is told from what was said before: of its angry posts alone, lower case.
[[nodiscard]] std::span<const std::string_view> turn_words();

/// Hashtags that an activity's posts may carry; the first one alone makes the post match the activity's topic.
[[nodiscard]] std::span<const std::string_view> hashtags_of(Activity activity);

/// Words and phrases of which each alone makes a post match the activity's topic, lower case.
[[nodiscard]] std::span<const std::string_view> anchors_of(Activity activity);

}  // namespace roomtone::cli
