#include "cli/film_story.hpp"

#include <algorithm>

#include "cli/film_texts.hpp"

namespace roomtone::cli {
namespace {

constexpr double kHour = 3600;

/// When a text is passed on: from `begin_s` after each hour on with `share` of the rate, which halves and halves again
/// within `fade_s`, until `end_s`.
struct EchoTimes {
  double begin_s;
  double end_s;
  double share;
  double fade_s;
};
constexpr std::array<EchoTimes, kEchoes> kEchoTimes = {
    {{120, 1500, 0.012, 300}, {2100, 3300, 0.008, 400}, {0, 3600, 0.0025, 3600}}};

/// A screening ends every quarter of an hour; then everybody talks at once.
double crowd_share(double hour_s) {
  const double since = hour_s - 900.0 * static_cast<double>(static_cast<int64_t>(hour_s / 900.0));
  return ramp(since, 0, 300, 0.12, 0.045);
}

/// How many different people of the crowd speak in an hour, at least: of each who is expected to write x posts, 1 -
/// exp(-x) of them do, which is more than x / (1 + x). Sums of quotients are the same on every machine.
double voices_an_hour(double posts, std::size_t authors) {
  double weights = 0;
  for (std::size_t i = 0; i < authors; ++i) weights += 1.0 / (static_cast<double>(i) + kCrowdHead);
  double voices = 0;
  for (std::size_t i = 0; i < authors; ++i) {
    const double expected = posts / (weights * (static_cast<double>(i) + kCrowdHead));
    voices += expected / (1.0 + expected);
  }
  return voices;
}

// Of the voices of the room in an hour, those of all waves together are at most this share: 0.6 %.
constexpr double kWaverShare = 0.006;
constexpr double kCrowdMeanShare = 0.0575;

}  // namespace

FilmStory::FilmStory(const FilmOptions& options) : options_(options) {
  const auto join = [&](Part part, std::size_t which) {
    const uint64_t salt = 0x66696c6dULL << 16 | static_cast<uint64_t>(part) << 8 | which;
    acts_.push_back({part, which, Rng(spread(options.seed) ^ spread(salt))});
  };
  join(Part::crowd, 0);
  join(Part::critics, 0);
  join(Part::showtimes, 0);
  join(Part::hidden_bot, 0);
  for (std::size_t i = 0; i < kEchoes; ++i) join(Part::echo, i);
  if (options.wave) {
    const double voices = voices_an_hour(options.rate * kHour * kCrowdMeanShare, options.authors);
    const auto wavers = std::max<std::size_t>(1, static_cast<std::size_t>(voices * kWaverShare / kPitches));
    for (std::size_t i = 0; i < kPitches; ++i) {
      join(Part::wave, i);
      truth_.wave[i].first_author = kFirstWaver + i * wavers;
      truth_.wave[i].posts_by_author.resize(wavers);
    }
  }
  for (Act& act : acts_) schedule(act);
  find_due();
}

void FilmStory::schedule(Act& act) const {
  const double hour = kHour * static_cast<double>(static_cast<int64_t>(act.due_s / kHour));
  const double hour_s = act.due_s - hour;
  // Gaps are even between none and twice the mean; by the clock they are of one length, give or take a little.
  const double luck = act.rng.unit();
  const auto by_rate = [&](double share) { act.due_s += 2.0 * luck / (options_.rate * share); };
  const auto by_clock = [&](double gap_s) { act.due_s += gap_s * (1.0 + kBotJitter * (2.0 * luck - 1.0)); };
  /// A part that plays from begin_s to end_s of each hour.
  const auto within = [&](double begin_s, double end_s, auto&& share_at) {
    if (hour_s < begin_s) act.due_s = hour + begin_s;
    by_rate(share_at(std::max(hour_s, begin_s)));
    const double next_hour = act.due_s - hour - kHour;
    if (act.due_s >= hour + end_s) act.due_s = hour + kHour + begin_s + std::max(0.0, next_hour - begin_s);
  };
  switch (act.part) {
    case Part::crowd: by_rate(crowd_share(hour_s)); break;
    case Part::critics: by_rate(0.003); break;
    case Part::showtimes: by_clock(kBotGap_s); break;
    case Part::hidden_bot: by_clock(kHiddenBotGap_s); break;
    case Part::echo: {
      const EchoTimes& times = kEchoTimes[act.which];
      within(times.begin_s, times.end_s,
             [&](double at_s) { return times.share / (1.0 + (at_s - times.begin_s) / times.fade_s); });
      break;
    }
    case Part::wave: {
      const WaveTimes& times = kWaveTimes[act.which];
      within(times.begin_s, times.end_s, [&](double) { return times.share; });
      break;
    }
  }
}

void FilmStory::find_due() {
  due_act_ = 0;
  for (std::size_t i = 1; i < acts_.size(); ++i)
    if (acts_[i].due_s < acts_[due_act_].due_s) due_act_ = i;
  due_us_ = static_cast<int64_t>(acts_[due_act_].due_s * 1e6);
}

void FilmStory::pick_crowd_mood(Act& act, Event& event) const {
  const double feeling = act.rng.unit();
  event.mood = feeling < 0.12 ? MoodLabel::negative : feeling < 0.30 ? MoodLabel::neutral : MoodLabel::positive;
}

void FilmStory::write(Act& act, const TextComposer& composer, const Zipf& crowd, Event& event) {
  const auto compose = [&](Activity activity) {
    event.activity = activity;
    composer.compose({activity, Tongue::en, event.mood, {}}, act.rng, event.text);
  };
  const auto note = [&](int64_t& first_us, int64_t& last_us) {
    if (first_us == 0) first_us = event.seen_us;
    last_us = event.seen_us;
  };
  // The same shuffle of the crowd as in the other rooms, with loudest people of its own.
  const auto of_crowd = [&](uint64_t rank, uint64_t salt) { return (rank * 7'368'787 + salt) % options_.authors; };
  switch (act.part) {
    case Part::crowd:
      event.self.author = of_crowd(crowd.draw(act.rng), 837'832);
      pick_crowd_mood(act, event);
      compose(Activity::film);
      truth_.crowd.count(event.mood);
      break;
    case Part::critics: {
      const uint32_t critic = act.rng.below(kCritics);
      const double feeling = act.rng.unit();
      event.self.author = kFirstCritic + critic;
      event.mood = feeling < 0.80 ? MoodLabel::negative : feeling < 0.96 ? MoodLabel::neutral : MoodLabel::positive;
      compose(Activity::critics);
      truth_.critics.count(event.mood);
      ++truth_.posts_by_critic[critic];
      break;
    }
    case Part::showtimes:
      event.self.author = kShowtimesBot;
      event.mood = MoodLabel::neutral;
      compose(Activity::showtimes);
      ++truth_.bot_posts;
      break;
    case Part::hidden_bot:
      event.self.author = kHiddenBot;
      pick_crowd_mood(act, event);
      compose(Activity::film);
      ++truth_.hidden_bot_posts;
      break;
    case Part::echo: {
      FilmTruth::Echo& echo = truth_.echoes[act.which];
      event.self.author = of_crowd(act.done, 1'000'003 * (act.which + 1));  // each of them once
      event.mood = MoodLabel::neutral;
      event.activity = Activity::echo;
      compose_echo(echo_texts()[act.which], act.rng, event.text);
      ++echo.posts;
      echo.authors = std::min<uint64_t>(echo.posts, options_.authors);
      note(echo.first_us, echo.last_us);
      break;
    }
    case Part::wave: {
      FilmTruth::Wave& wave = truth_.wave[act.which];
      const uint32_t author = act.rng.below(static_cast<uint32_t>(wave.posts_by_author.size()));
      const auto hour = static_cast<std::size_t>(act.due_s / kHour);
      event.self.author = wave.first_author + author;
      event.mood = pitches()[act.which].mood;
      event.activity = Activity::wave;
      compose_copy(pitches()[act.which], act.rng, event.text);
      ++wave.posts_by_author[author];
      if (wave.visits.size() <= hour) wave.visits.resize(hour + 1);
      ++wave.visits[hour].posts;
      note(wave.visits[hour].first_us, wave.visits[hour].last_us);
      truth_.waves.count(event.mood);
      break;
    }
  }
  truth_.all.count(event.mood);
}

void FilmStory::next(int64_t seen_us, const TextComposer& composer, const Zipf& crowd, Event& event) {
  Act& act = acts_[due_act_];
  const uint64_t dice = act.rng.next();
  event.kind = EventKind::post;
  event.tongue = Tongue::en;
  event.lang_declared = true;
  event.reply = false;
  event.topic = 0;
  event.dice = act.rng.next();
  event.seen_us = seen_us;
  const bool by_clock = act.part == Part::showtimes || act.part == Part::hidden_bot;
  event.created_us = seen_us - (by_clock ? 100'000 : delay_us(dice));
  // Behind what the rest of the story has in this microsecond, whose revisions stay what they are.
  event.rev = static_cast<uint64_t>(seen_us) << 10 | 1023;
  act.last_rkey = std::max(act.last_rkey + 1, static_cast<uint64_t>(seen_us - 90'000) << 10 | ((dice >> 44) & 1023));
  event.self.rkey = act.last_rkey;
  event.self.cid = act.rng.next();
  write(act, composer, crowd, event);
  ++act.done;
  schedule(act);
  find_due();
}

}  // namespace roomtone::cli
