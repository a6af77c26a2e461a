#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "cli/cast_accounts.hpp"
#include "cli/event.hpp"
#include "cli/phrases_film.hpp"
#include "cli/rng.hpp"
#include "cli/text_composer.hpp"
#include "cli/truth_counts.hpp"
#include "cli/zipf.hpp"

namespace roomtone::cli {

struct FilmOptions {
  uint64_t seed;
  double rate;          // of the story's other events, a second: the film's volume follows it
  std::size_t authors;  // in the crowd
  bool wave;
};

/// How much the top of the crowd's ranks is flattened.
inline constexpr double kCrowdHead = 12.0;

inline constexpr double kBotGap_s = 60;
inline constexpr double kHiddenBotGap_s = 90;
inline constexpr double kBotJitter = 0.02;  // of the gap, either way

/// When a wave runs, in seconds after each hour of the story.
struct WaveTimes {
  double begin_s;
  double end_s;
  double share;  // of the rate of the story's other events
};
inline constexpr std::array<WaveTimes, kPitches> kWaveTimes = {
    {{240, 420, 0.15}, {1500, 1980, 0.10}, {2640, 2730, 0.20}}};

/// What the film's room held, by construction.
struct FilmTruth {
  /// Once an hour a wave's authors come back; this is one of their visits.
  struct Visit {
    int64_t first_us = 0;  // seen times of its first and last post
    int64_t last_us = 0;
    uint64_t posts = 0;
  };
  struct Wave {
    uint64_t first_author = 0;
    std::vector<uint64_t> posts_by_author;
    std::vector<Visit> visits;
  };
  struct Echo {
    uint64_t posts = 0;
    uint64_t authors = 0;
    int64_t first_us = 0;
    int64_t last_us = 0;
  };
  MoodCounts crowd;
  MoodCounts critics;
  std::array<uint64_t, kCritics> posts_by_critic{};
  std::array<Echo, kEchoes> echoes{};
  uint64_t bot_posts = 0;
  uint64_t hidden_bot_posts = 0;
  MoodCounts waves;
  std::array<Wave, kPitches> wave{};
  MoodCounts all;
};

/// A room that comes on top of the others: a film which the crowd likes and the critics do not, headlines and a quote
/// that many pass on, an account that announces showtimes, one that posts by the clock without saying so, and (where
/// asked for) three spam waves an hour.
///
/// Everybody here has dice of their own. So nobody's posts depend on whether somebody else is there: without the waves
/// all others write the same at the same times, and so does the rest of the story without the film.
class FilmStory {
 public:
  explicit FilmStory(const FilmOptions& options);

  /// When the next post is due, in microseconds of the story.
  [[nodiscard]] int64_t due_us() const { return due_us_; }

  /// Replaces `event` by the post that is due. `crowd` draws the ranks of people.
  void next(int64_t seen_us, const TextComposer& composer, const Zipf& crowd, Event& event);

  [[nodiscard]] const FilmTruth& truth() const { return truth_; }

 private:
  enum class Part : uint8_t { crowd, critics, showtimes, hidden_bot, echo, wave };
  struct Act {
    Part part;
    std::size_t which;  // echo and wave
    Rng rng;
    double due_s = 0;
    uint64_t done = 0;
    uint64_t last_rkey = 0;
  };
  void schedule(Act& act) const;
  void find_due();
  void write(Act& act, const TextComposer& composer, const Zipf& crowd, Event& event);
  void pick_crowd_mood(Act& act, Event& event) const;

  const FilmOptions options_;
  std::vector<Act> acts_;
  std::size_t due_act_ = 0;
  int64_t due_us_ = 0;
  FilmTruth truth_;
};

}  // namespace roomtone::cli
