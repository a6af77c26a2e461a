#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/event.hpp"
#include "cli/film_story.hpp"
#include "cli/phrases.hpp"
#include "cli/rng.hpp"
#include "cli/scenario_topics.hpp"
#include "cli/text_composer.hpp"
#include "cli/truth_counts.hpp"
#include "cli/zipf.hpp"

namespace roomtone::cli {

struct ScenarioOptions {
  uint64_t seed;
  std::optional<double> turn_at_s;  // seconds after the start at which the launch turns sour; nothing: it never does
  std::size_t topics;               // generated topics, at most kGeneratedTopicsMax
  double topic_share;               // share of the posts that name one of them, 0 .. 0.5
  double noise;                     // share of the events that are no posts, 0 .. 0.99
  std::size_t authors;              // in the crowd
  bool film = false;                // whether there is the film's room too
  bool wave = false;                // whether spam waves hit it; only with `film`
  double rate = 50;                 // of events a second; the film's volume follows it
};

/// What was made, by construction.
struct Truth {
  std::array<uint64_t, kEventKinds> kinds{};
  std::array<MoodCounts, kActivities> activities{};
  std::vector<MoodCounts> topics;  // by generated topic
  uint64_t undeclared_lang = 0;
  std::array<uint64_t, kTongues> tongues{};
};

/// The cast and what happens to it: rooms with a life of their own, over time.
///
/// Time comes from the caller. The same options and the same times give the same events on every machine: all
/// arithmetic is on integers, or on doubles with + - * / only. Not thread-safe.
class Scenario {
 public:
  explicit Scenario(const ScenarioOptions& options);

  /// Replaces `event` by what happens next. `seen_us` must not decrease; `at_s` is the second of the story.
  void next(int64_t seen_us, double at_s, Event& event);

  /// When the film's next post is due, in microseconds of the story; later than all time where there is no film.
  [[nodiscard]] int64_t film_due_us() const { return film_ ? film_->due_us() : INT64_MAX; }

  /// Replaces `event` by the film's post that is due. Nothing else that happens depends on when and whether it is
  /// asked.
  void next_of_film(int64_t seen_us, Event& event);

  [[nodiscard]] const Truth& truth() const { return truth_; }
  /// Nothing where there is no film.
  [[nodiscard]] const FilmTruth* film_truth() const { return film_ ? &film_->truth() : nullptr; }
  [[nodiscard]] const std::vector<GeneratedTopic>& topics() const { return topics_; }

 private:
  static constexpr std::size_t kRing = 64;  // posts per activity that can still be answered
  struct Scene {
    std::array<double, kSharedActivities> upto{};                 // cumulative shares of posts
    std::array<std::array<double, 2>, kSharedActivities> mood{};  // share of negative, of negative or neutral
  };
  [[nodiscard]] Scene scene_at(double at_s) const;
  void write_post(Event& event);
  void pick_author(Event& event);
  const PostRef& recent(Activity activity);

  struct Remembered {
    PostRef post;
    PostRef root;
  };

  const ScenarioOptions options_;
  Rng rng_;
  const TextComposer composer_;
  const std::vector<GeneratedTopic> topics_;
  const Zipf crowd_;
  const Zipf topic_ranks_;
  Scene scene_;
  int64_t scene_tick_ = INT64_MIN;
  uint64_t last_rev_ = 0;
  uint64_t last_rkey_ = 0;
  std::array<std::array<Remembered, kRing>, kSharedActivities> ring_{};
  std::array<uint32_t, kSharedActivities> ring_count_{};
  std::optional<FilmStory> film_;
  Truth truth_;
};

/// When the race of each story hour starts, in seconds after the hour.
inline constexpr double kPostTime = 600;

/// The cast for people: who speaks in which room, when, and in what mood.
[[nodiscard]] std::string describe_cast();

}  // namespace roomtone::cli
