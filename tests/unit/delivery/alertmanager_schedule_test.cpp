#include "delivery/alertmanager_schedule.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <sstream>

#include "unit/delivery/sample_alert.hpp"

namespace roomtone::delivery {
namespace {

using std::chrono::seconds;

/// A timeline. Lines of `told` say what happens, "SECOND WHAT WHO":
///   raise A, unknown A, resolve A    the state of alert A becomes that; those whose names begin alike ("A1", "A2")
///   have
///                                    the same labels
///   down X, up X                     Alertmanager X answers or does not; there are X and Y
///   restart                          the daemon begins anew, with the states that were stored
/// Lines of `expected` are the requests up to `until`, "SECOND WHO STATES": +A firing, ?A unknown, -A resolved, and a
/// '!' behind what did not get through.
struct Script {
  const char* name;
  const char* why;
  const char* told;
  int until;
  const char* expected;
};

const Script kScripts[] = {
    {"a firing alert is told of at once and every 30 s", "so that a restarted Alertmanager hears of it", "0 raise A",
     100, "0 X +A\n0 Y +A\n30 X +A\n30 Y +A\n60 X +A\n60 Y +A\n90 X +A\n90 Y +A\n"},
    {"a resolved one is repeated for 5 minutes and then forgotten", "formats: up to 5 minutes",
     "0 raise A\n10 resolve A", 2000,
     "0 X +A\n0 Y +A\n10 X -A\n10 Y -A\n40 X -A\n40 Y -A\n70 X -A\n70 Y -A\n100 X -A\n100 Y -A\n130 X -A\n130 Y -A\n"
     "160 X -A\n160 Y -A\n190 X -A\n190 Y -A\n220 X -A\n220 Y -A\n250 X -A\n250 Y -A\n280 X -A\n280 Y -A\n"},
    {"one that is down delays no other, and hears of it when it is back", "each has its own back-off",
     "0 down X\n0 raise A\n20 raise B\n21 up X", 45,
     "0 X +A!\n0 Y +A\n1 X +A!\n3 X +A!\n7 X +A!\n15 X +A!\n20 Y +B\n30 Y +A\n31 X +A +B\n"},
    {"the back-off ends at 30 s, within what endsAt bears", "and starts small again after a success",
     "0 down X\n0 down Y\n0 raise A\n125 up X\n125 up Y\n160 down X", 200,
     "0 X +A!\n0 Y +A!\n1 X +A!\n1 Y +A!\n3 X +A!\n3 Y +A!\n7 X +A!\n7 Y +A!\n15 X +A!\n15 Y +A!\n31 X +A!\n31 Y +A!\n"
     "61 X +A!\n61 Y +A!\n91 X +A!\n91 Y +A!\n121 X +A!\n121 Y +A!\n151 X +A\n151 Y +A\n181 X +A!\n181 Y +A\n182 X "
     "+A!\n"
     "184 X +A!\n188 X +A!\n196 X +A!\n"},
    {"a restart while firing tells of it again", "the states are stored, the schedule is not", "0 raise A\n10 restart",
     45, "0 X +A\n0 Y +A\n10 X +A\n10 Y +A\n40 X +A\n40 Y +A\n"},
    {"a restart goes on with what is left of the 5 minutes", "since `changed`, on the wall clock",
     "0 raise A\n10 resolve A\n250 restart", 400,
     "0 X +A\n0 Y +A\n10 X -A\n10 Y -A\n40 X -A\n40 Y -A\n70 X -A\n70 Y -A\n100 X -A\n100 Y -A\n130 X -A\n130 Y -A\n"
     "160 X -A\n160 Y -A\n190 X -A\n190 Y -A\n220 X -A\n220 Y -A\n250 X -A\n250 Y -A\n280 X -A\n280 Y -A\n"},
    {"a restart long after says nothing of it", "Alertmanager's own endsAt has passed long ago",
     "0 raise A\n10 resolve A\n900 restart", 2000,
     "0 X +A\n0 Y +A\n10 X -A\n10 Y -A\n40 X -A\n40 Y -A\n70 X -A\n70 Y -A\n100 X -A\n100 Y -A\n130 X -A\n130 Y -A\n"
     "160 X -A\n160 Y -A\n190 X -A\n190 Y -A\n220 X -A\n220 Y -A\n250 X -A\n250 Y -A\n280 X -A\n280 Y -A\n"},
    {"resolved while down: the end is told when it is back", "within the 5 minutes",
     "0 raise A\n1 down X\n10 resolve A\n11 raise B\n20 up X", 30,
     "0 X +A\n0 Y +A\n10 X -A!\n10 Y -A\n11 X -A +B!\n11 Y +B\n13 X -A +B!\n17 X -A +B!\n25 X -A +B\n"},
    {"raised again with the same labels: the end of the one before is no longer repeated",
     "Alertmanager knows only one of them, and would take the new one for over",
     "0 raise A1\n10 resolve A1\n20 raise A2", 45, "0 X +A1\n0 Y +A1\n10 X -A1\n10 Y -A1\n20 X +A2\n20 Y +A2\n"},
    {"a late word of the one before changes nothing", "the one that began last counts",
     "0 raise A1\n10 raise A2\n15 resolve A1", 45, "0 X +A1\n0 Y +A1\n10 X +A2\n10 Y +A2\n40 X +A2\n40 Y +A2\n"},
    {"flapping in a short while: only the newest state goes out", "what is between two requests is not worth one",
     "0 down X\n0 down Y\n0 raise A1\n0 resolve A1\n0 raise A2\n0 resolve A2\n0 raise A3\n0 up X\n0 up Y", 20,
     "0 X +A3\n0 Y +A3\n"},
    {"unknown is still told of as firing", "missing data resolve nothing", "0 raise A\n10 unknown A\n50 resolve A", 55,
     "0 X +A\n0 Y +A\n10 X ?A\n10 Y ?A\n40 X ?A\n40 Y ?A\n50 X -A\n50 Y -A\n"},
    {"what is due within 5 s comes along", "so that alerts raised one by one end up in one request",
     "0 raise A\n3 raise B\n9 raise C", 100,
     "0 X +A\n0 Y +A\n3 X +B\n3 Y +B\n9 X +C\n9 Y +C\n30 X +A +B\n30 Y +A +B\n39 X +C\n39 Y +C\n"
     "60 X +A +B\n60 Y +A +B\n69 X +C\n69 Y +C\n90 X +A +B\n90 Y +A +B\n99 X +C\n99 Y +C\n"},
    {"raised and over before it was ever heard of", "as from a store, a minute ago", "0 resolve A", 65,
     "0 X -A\n0 Y -A\n30 X -A\n30 Y -A\n60 X -A\n60 Y -A\n"},
    {"the same state twice is told once", "a commit may hand over what is known", "0 raise A\n5 raise A\n7 raise A", 25,
     "0 X +A\n0 Y +A\n"},
};

std::string shown(const Alert& alert) {
  const char mark = alert.state == AlertState::firing ? '+' : alert.state == AlertState::unknown ? '?' : '-';
  return mark + alert.id;
}

/// Plays a script, with answers that come at once.
class Play {
 public:
  explicit Play(AlertmanagerPace pace = {}) : pace_(pace) { restart(); }

  std::string run(const Script& script) {
    std::istringstream lines(script.told);
    std::deque<std::array<std::string, 3>> told;
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      auto& one = told.emplace_back();
      words >> one[0] >> one[1] >> one[2];
    }
    for (int second = 0; second <= script.until; ++second) {
      now_ = Mono(seconds(second));
      while (!told.empty() && std::stoi(told.front()[0]) == second) {
        happen(told.front()[1], told.front()[2]);
        told.pop_front();
      }
      for (auto& [name, peer] : peers_) poll(name, peer);
    }
    return requests_;
  }

 private:
  [[nodiscard]] Instant wall() const {
    return kNoon + std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch());
  }

  void happen(const std::string& what, const std::string& who) {
    if (what == "restart") return restart();
    if (what == "down" || what == "up") {
      down_[who] = what == "down";
      return;
    }
    Alert alert = sample_alert(std::string("t/") + static_cast<char>(who[0] - 'A' + 'a'));
    alert.id = who;
    if (const auto before = stored_.find(who); before != stored_.end()) alert = before->second;
    if (!stored_.contains(who)) alert.starts = alert.changed = wall();
    if (what == "unknown") alert.state = AlertState::unknown;
    if (what == "resolve") alert = resolved(alert, wall());
    stored_[who] = alert;
    for (auto& [name, peer] : peers_) peer.update(std::make_shared<const Alert>(alert), now_, wall());
  }

  void restart() {
    peers_.clear();
    for (const char* name : {"X", "Y"}) {
      auto& peer = peers_.emplace(name, AlertmanagerSchedule(pace_, "here")).first->second;
      for (const auto& [id, alert] : stored_) peer.update(std::make_shared<const Alert>(alert), now_, wall());
    }
  }

  void poll(const std::string& name, AlertmanagerSchedule& peer) {
    while (peer.next() && *peer.next() <= now_) {
      const auto alerts = peer.take(now_);
      if (alerts.empty()) continue;
      requests_ += std::to_string(now_.time_since_epoch() / seconds(1)) + " " + name;
      std::map<std::string, std::string> sorted;
      for (const AlertPtr& alert : alerts) sorted[alert->id] = shown(*alert);
      for (const auto& [id, text] : sorted) requests_ += " " + text;
      requests_ += down_[name] ? "!\n" : "\n";
      peer.done(down_[name] ? SendOutcome::failed : SendOutcome::accepted, now_);
    }
  }

  const AlertmanagerPace pace_;
  Mono now_{};
  std::map<std::string, Alert> stored_;
  std::map<std::string, AlertmanagerSchedule> peers_;
  std::map<std::string, bool> down_;
  std::string requests_;
};

TEST(AlertmanagerSchedule, EachTimelineGivesExactlyTheseRequests) {
  for (const Script& script : kScripts) {
    SCOPED_TRACE(std::string(script.name) + ": " + script.why);
    EXPECT_EQ(Play().run(script), script.expected);
  }
}

AlertPtr numbered(int number, AlertState state = AlertState::firing) {
  Alert alert = sample_alert("t/n" + std::to_string(number));
  if (state == AlertState::resolved) alert = resolved(alert, kNoon);
  return std::make_shared<const Alert>(alert);
}

TEST(AlertmanagerSchedule, ManyAlertsGoInFewRequestsEachOfThemOnce) {
  AlertmanagerPace pace;
  pace.alerts_per_post = 100;
  AlertmanagerSchedule schedule(pace, "here");
  for (int i = 0; i < 250; ++i) schedule.update(numbered(i), Mono{}, kNoon);
  std::vector<std::size_t> sizes;
  std::map<std::string, int> told;
  while (schedule.next() && *schedule.next() <= Mono{}) {
    const auto alerts = schedule.take(Mono{});
    sizes.push_back(alerts.size());
    for (const AlertPtr& alert : alerts) ++told[alert->id];
    schedule.done(SendOutcome::accepted, Mono{});
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{100, 100, 50}));
  EXPECT_EQ(told.size(), 250u);
  EXPECT_EQ(schedule.next(), Mono(pace.resend));
}

TEST(AlertmanagerSchedule, HoldsNoMoreThanItsLimitAndForgetsWhatIsOverFirst) {
  AlertmanagerPace pace;
  pace.alerts_max = 3;
  AlertmanagerSchedule schedule(pace, "here");
  schedule.update(numbered(0, AlertState::resolved), Mono{}, kNoon);
  for (int i = 1; i < 4; ++i) schedule.update(numbered(i), Mono{}, kNoon);
  EXPECT_EQ(schedule.size(), 3u);
  EXPECT_EQ(schedule.dropped(), 1u);
  schedule.update(numbered(4), Mono{}, kNoon);
  EXPECT_EQ(schedule.dropped(), 2u);
  std::string told;
  for (const AlertPtr& alert : schedule.take(Mono{})) told += shown(*alert) + " ";
  EXPECT_EQ(told, "+t/n1/default/x/1 +t/n2/default/x/1 +t/n3/default/x/1 ");
}

TEST(AlertmanagerSchedule, AStateThatChangesWhileItIsUnderWayIsSentAgainAtOnce) {
  AlertmanagerSchedule schedule({}, "here");
  schedule.update(numbered(1), Mono{}, kNoon);
  ASSERT_EQ(schedule.take(Mono{}).size(), 1u);
  EXPECT_EQ(schedule.next(), std::nullopt) << "one request at a time";
  schedule.update(numbered(1, AlertState::resolved), Mono{}, kNoon);
  schedule.done(SendOutcome::accepted, Mono{});
  const auto alerts = schedule.take(Mono{});
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0]->state, AlertState::resolved);
}

TEST(AlertmanagerSchedule, ARefusedRequestIsNotRepeatedBeforeTheNextResend) {
  const AlertmanagerPace pace;
  AlertmanagerSchedule schedule(pace, "here");
  schedule.update(numbered(1), Mono{}, kNoon);
  ASSERT_EQ(schedule.take(Mono{}).size(), 1u);
  schedule.done(SendOutcome::refused, Mono{});
  EXPECT_EQ(schedule.next(), Mono(pace.resend));
}

TEST(AlertmanagerSchedule, AnAlertThatTurnsAroundIsToldOfUnderItsNewLabelsOnly) {
  const AlertmanagerPace pace;
  AlertmanagerSchedule schedule(pace, "here");
  Alert alert = sample_alert();
  schedule.update(std::make_shared<const Alert>(alert), Mono{}, kNoon);
  alert.up = true;
  schedule.update(std::make_shared<const Alert>(alert), Mono{}, kNoon);
  const auto alerts = schedule.take(Mono{});
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_TRUE(alerts[0]->up);
}

TEST(AlertmanagerSchedule, AFiringAlertOutlivesThreeResendsThatAreLost) {
  const AlertmanagerPace pace;
  EXPECT_EQ(pace.ends_ahead(), seconds(120));
  EXPECT_LE(pace.retry_max + 2 * pace.resend, pace.ends_ahead());
}

}  // namespace
}  // namespace roomtone::delivery
