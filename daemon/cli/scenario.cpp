#include "cli/scenario.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "cli/cast_accounts.hpp"

// Volume and mood of every room are plain functions of the second of the story. All rooms but the launch live by the
// hour and begin anew each hour, so that a simulation can run for weeks; the launch turns once.

namespace roomtone::cli {
namespace {

constexpr uint32_t kCampaigners = 4'000;
constexpr int64_t kSceneTicksPerSecond = 10;

bool between(double t, double begin, double end) { return t >= begin && t < end; }

struct Mix {
  double negative;
  double neutral;  // the rest is positive
};

}  // namespace

Scenario::Scenario(const ScenarioOptions& options)
    : options_(options),
      rng_(options.seed),
      topics_(generated_topics(options.topics)),
      crowd_(options.authors, kCrowdHead),
      topic_ranks_(std::max<std::size_t>(options.topics, 1), 3.0) {
  truth_.topics.resize(topics_.size());
  if (options.film)
    film_.emplace(
        FilmOptions{.seed = options.seed, .rate = options.rate, .authors = options.authors, .wave = options.wave});
}

Scenario::Scene Scenario::scene_at(double at_s) const {
  const double hour_s = at_s - 3600.0 * static_cast<double>(static_cast<int64_t>(at_s / 3600.0));
  std::array<double, kSharedActivities> share{};
  std::array<Mix, kSharedActivities> mix{};
  const auto set = [&](Activity activity, double of_posts, Mix mood) {
    share[static_cast<std::size_t>(activity)] = of_posts;
    mix[static_cast<std::size_t>(activity)] = mood;
  };

  // The wedding: warm all along, with a burst for the vows, the cake and each dance.
  const double since_burst = hour_s - 240.0 * static_cast<double>(static_cast<int64_t>(hour_s / 240.0));
  set(Activity::wedding, ramp(since_burst, 0, 40, 0.12, 0.04), {0.05, 0.17});

  // The launch: curiosity, joy, and then the update that kills the devices.
  const bool sour = options_.turn_at_s && at_s >= *options_.turn_at_s;
  if (sour) {
    const double since = at_s - *options_.turn_at_s;
    set(Activity::launch, ramp(since, 60, 1500, 0.20, 0.05),
        {ramp(since, 1500, 5400, 0.82, 0.25), ramp(since, 1500, 5400, 0.12, 0.40)});
  } else {
    set(Activity::launch, ramp(at_s, 0, options_.turn_at_s.value_or(300), 0.04, 0.12), {0.10, 0.28});
  }

  // The derby: it fills up to post time; two minutes later there are few winners and many losers.
  const double finish = kPostTime + 125;
  set(Activity::derby,
      hour_s < finish ? ramp(hour_s, 0, kPostTime, 0.04, 0.14) : ramp(hour_s, finish, 1500, 0.14, 0.02),
      hour_s < finish ? Mix{0.12, 0.42} : Mix{0.50, 0.08});
  set(Activity::experts, between(hour_s, 300, kPostTime) ? 0.012 : 0.004,
      hour_s < finish ? Mix{0.30, 0.34} : Mix{0.35, 0.20});

  set(Activity::campaign, between(hour_s, 420, 540) ? 0.10 : 0.002, {0.0, 0.0});
  set(Activity::flood, between(hour_s, 780, 900) ? 0.04 : 0.002, {1.0, 0.0});
  set(Activity::topic, options_.topics > 0 ? options_.topic_share : 0.0, {0.25, 0.40});

  // Everyday chatter is the rest; it is a little brighter in the first half of each hour.
  double others = 0;
  for (const double part : share) others += part;
  set(Activity::everyday, 1.0 - others, {ramp(hour_s, 0, 3600, 0.26, 0.32), 0.36});

  Scene scene;
  double sum = 0;
  for (std::size_t a = 0; a < kSharedActivities; ++a) {
    sum += share[a];
    scene.upto[a] = sum;
    scene.mood[a] = {mix[a].negative, mix[a].negative + mix[a].neutral};
  }
  scene.upto[kSharedActivities - 1] = 1.0;
  return scene;
}

const PostRef& Scenario::recent(Activity activity) {
  auto a = static_cast<std::size_t>(activity);
  if (ring_count_[a] == 0) a = static_cast<std::size_t>(Activity::everyday);
  const uint32_t known = std::min<uint32_t>(ring_count_[a], kRing);
  return ring_[a][known == 0 ? 0 : rng_.below(known)].post;
}

void Scenario::pick_author(Event& event) {
  switch (event.activity) {
    case Activity::experts: event.self.author = kFirstExpert + rng_.below(kExperts); return;
    case Activity::campaign: event.self.author = kFirstCampaigner + rng_.below(kCampaigners); return;
    case Activity::flood: event.self.author = kFlooder; return;
    default: break;
  }
  // Every room has its own loudest people, out of one crowd. A large prime keeps the shuffle one to one for any
  // crowd that is not a multiple of it.
  const uint64_t rank = crowd_.draw(rng_);
  const uint64_t salt = static_cast<uint64_t>(event.activity) * 104'729 + event.topic * 31ULL;
  event.self.author = (rank * 7'368'787 + salt) % options_.authors;
}

void Scenario::write_post(Event& event) {
  const double which = rng_.unit();
  std::size_t a = 0;
  while (which >= scene_.upto[a] && a + 1 < kSharedActivities) ++a;
  event.activity = static_cast<Activity>(a);

  const double feeling = rng_.unit();
  event.mood = feeling < scene_.mood[a][0]   ? MoodLabel::negative
               : feeling < scene_.mood[a][1] ? MoodLabel::neutral
                                             : MoodLabel::positive;
  event.tongue = Tongue::en;
  event.lang_declared = true;
  if (event.activity == Activity::everyday) {
    const uint32_t tongue = rng_.below(100);
    event.tongue = tongue < 8 ? Tongue::es : tongue < 14 ? Tongue::ja : tongue < 19 ? Tongue::de : Tongue::en;
    event.lang_declared = tongue < 97;
  }
  event.topic = event.activity == Activity::topic ? topic_ranks_.draw(rng_) : 0;
  pick_author(event);

  constexpr double kReplyShare[kSharedActivities] = {0.17, 0.11, 0.13, 0.16, 0.13, 0.05, 0.0, 0.0};
  event.reply = ring_count_[a] > 0 && rng_.chance(kReplyShare[a]);
  Remembered& slot = ring_[a][ring_count_[a] % kRing];
  if (event.reply) {
    const uint32_t known = std::min<uint32_t>(ring_count_[a], kRing);
    const Remembered& answered = ring_[a][rng_.below(known)];
    event.root = answered.root;
    event.parent = answered.post;
  }
  slot = {event.self, event.reply ? event.root : event.self};
  ++ring_count_[a];

  const std::string_view topic = event.activity == Activity::topic ? std::string_view(topics_[event.topic].name) : "";
  composer_.compose({event.activity, event.tongue, event.mood, topic}, rng_, event.text);

  const auto mood = static_cast<std::size_t>(event.mood);
  ++truth_.activities[a].by_mood[mood];
  if (event.activity == Activity::topic) ++truth_.topics[event.topic].by_mood[mood];
  if (event.lang_declared)
    ++truth_.tongues[static_cast<std::size_t>(event.tongue)];
  else
    ++truth_.undeclared_lang;
}

void Scenario::next(int64_t seen_us, double at_s, Event& event) {
  // Shares and moods hold for a tenth of a second, which is finer than anybody looks.
  const auto tick = static_cast<int64_t>(at_s * static_cast<double>(kSceneTicksPerSecond));
  if (tick != scene_tick_) {
    scene_tick_ = tick;
    scene_ = scene_at(static_cast<double>(tick) / static_cast<double>(kSceneTicksPerSecond));
  }

  const uint64_t dice = rng_.next();
  event.dice = rng_.next();
  event.seen_us = seen_us;
  event.created_us = seen_us - delay_us(dice);
  // A TID is a 53-bit microsecond and a 10-bit clock number. Real ones of one server never go back; nor do these.
  last_rev_ = std::max(last_rev_ + 1, static_cast<uint64_t>(seen_us) << 10 | (dice >> 54));
  last_rkey_ = std::max(last_rkey_ + 1, static_cast<uint64_t>(seen_us - 90'000) << 10 | ((dice >> 44) & 1023));
  event.rev = last_rev_;
  event.self.rkey = last_rkey_;
  event.self.cid = rng_.next();

  event.kind = EventKind::post;
  if (options_.noise > 0 && rng_.chance(options_.noise)) {
    constexpr uint8_t kUpto[] = {0, 75, 85, 94, 96, 97, 98, 99, 100};  // percent, cumulative, in the order of EventKind
    const uint32_t percent = rng_.below(100);
    std::size_t kind = 1;
    while (percent >= kUpto[kind]) ++kind;
    event.kind = static_cast<EventKind>(kind);
    event.self.author = crowd_.draw(rng_);
    event.parent = recent(static_cast<Activity>(rng_.below(kSharedActivities)));
  } else {
    write_post(event);
  }
  ++truth_.kinds[static_cast<std::size_t>(event.kind)];
}

void Scenario::next_of_film(int64_t seen_us, Event& event) {
  film_->next(seen_us, composer_, crowd_, event);
  ++truth_.kinds[static_cast<std::size_t>(EventKind::post)];
  ++truth_.tongues[static_cast<std::size_t>(Tongue::en)];
}

std::string describe_cast() {
  return R"(The cast of `roomtone simulate`. Every hour of the story begins anew, except for the launch.

  everyday     The crowd and its small joys and griefs; the rest of the volume. One post in five is Spanish,
               Japanese or German, three in a hundred declare no language. No topic of its own.
  wedding      Anna and Leo marry. Warm (78 % positive); a burst of three times the volume every 4 minutes.
  launch       The Lumen 3 by Northlight goes on sale. Volume and joy rise until the turn (--turn-at, default 300 s):
               an update kills the devices, volume jumps and 82 % of the posts are negative. Calms down over an hour.
  derby        The Riverbend derby. Fills up until post time (600 s), finish at 725 s, then few winners and many
               losers: divided. Ten horses, eight jockeys.
               Twenty handicappers, named in --truth, post about form; three times as often from 300 s to 600 s.
               One account floods the room from 780 s to 900 s with a quarter of its messages.
  followboost  A campaign: one text with small changes from 4,000 accounts; a tenth of all posts from 420 s to 540 s.
  film         Only with `--with film`, and then on top of all others, who write the same as without it. Glass Harbour
               is in the cinemas: the crowd likes it (70 % positive), a screening ends every 900 s. Twenty critics and
               columnists do not (80 % negative; --lists-out names them). Two headlines with their links and a quote
               are passed on by very many, each once. One account announces showtimes every 60 s and says that it is
               a bot; another posts every 90 s and does not say so. All posts then tell of their accounts what the
               format has room for; three in a hundred accounts are younger than 30 days.
               With `--with wave` there is also spam: a wave at 240 s, 1500 s and 2640 s of each hour, for 180 s, 480 s
               and 90 s. Each has a pitch of its own. Every copy replaces three words at random, and has another link
               and another mention. The authors, mostly young accounts, are less than one in a hundred of the room's
               voices in an hour (from some five events a second on).
  topics       1,000 small topics (--topics), each an institution of an invented town, such as the Oskbury library.
               A quarter of the posts (--topic-share) name one; few are popular, most are nearly silent.

`--topics-out FILE` writes the rules by which these rooms are heard; `--truth FILE` what was said in each.
)";
}

}  // namespace roomtone::cli
