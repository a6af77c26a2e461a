#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/phrases.hpp"
#include "cli/rng.hpp"
#include "cli/scenario_topics.hpp"
#include "cli/text_composer.hpp"
#include "cli/zipf.hpp"

namespace roomtone::cli {

struct ScenarioOptions {
  uint64_t seed;
  std::optional<double> turn_at_s;  // seconds after the start at which the launch turns sour; nothing: it never does
  std::size_t topics;               // generated topics, at most kGeneratedTopicsMax
  double topic_share;               // share of the posts that name one of them, 0 .. 0.5
  double noise;                     // share of the events that are no posts, 0 .. 0.99
  std::size_t authors;              // in the crowd
};

/// What kinds of events the network's own stream mixes.
enum class EventKind : uint8_t { post, like, repost, follow, unlike, block, profile, identity, account };
inline constexpr std::size_t kEventKinds = 9;

/// A post that others answer, like or repost. All that names it on the network follows from these numbers.
struct PostRef {
  uint64_t author = 0;
  uint64_t rkey = 0;  // a TID as a number
  uint64_t cid = 0;
};

/// One thing that happens. Reused from event to event.
struct Event {
  EventKind kind = EventKind::post;
  Activity activity = Activity::everyday;
  Tongue tongue = Tongue::en;
  MoodLabel mood = MoodLabel::neutral;  // as it was written, not as a scorer may judge it
  uint32_t topic = 0;                   // Activity::topic: which
  PostRef self;
  uint64_t rev = 0;        // a TID; grows from event to event, as rkeys do
  int64_t seen_us = 0;     // when the network had it
  int64_t created_us = 0;  // when its author says it was written, a little earlier
  bool lang_declared = true;
  bool reply = false;
  PostRef root;       // reply: the first post of the conversation
  PostRef parent;     // reply: what it answers; like and repost: the subject
  uint64_t dice = 0;  // for decoration by the writers, so that formats do not disturb each other
  ComposedText text;
};

struct MoodCounts {
  std::array<uint64_t, 3> by_mood{};  // indexed by MoodLabel
  [[nodiscard]] uint64_t all() const { return by_mood[0] + by_mood[1] + by_mood[2]; }
  void add(const MoodCounts& other) {
    for (std::size_t i = 0; i < by_mood.size(); ++i) by_mood[i] += other.by_mood[i];
  }
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

  [[nodiscard]] const Truth& truth() const { return truth_; }
  [[nodiscard]] const std::vector<GeneratedTopic>& topics() const { return topics_; }

 private:
  static constexpr std::size_t kRing = 64;  // posts per activity that can still be answered
  struct Scene {
    std::array<double, kActivities> upto{};                 // cumulative shares of posts
    std::array<std::array<double, 2>, kActivities> mood{};  // share of negative, of negative or neutral
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
  std::array<std::array<Remembered, kRing>, kActivities> ring_{};
  std::array<uint32_t, kActivities> ring_count_{};
  Truth truth_;
};

/// When the race of each story hour starts, in seconds after the hour.
inline constexpr double kPostTime = 600;
/// How many handicappers there are, and the author number of the first.
inline constexpr uint32_t kExperts = 20;
inline constexpr uint64_t kFirstExpert = uint64_t{1} << 40;
[[nodiscard]] std::string_view expert_name(uint32_t index);

/// The cast for people: who speaks in which room, when, and in what mood.
[[nodiscard]] std::string describe_cast();

}  // namespace roomtone::cli
