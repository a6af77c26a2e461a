#include "delivery/webhook_schedule.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <sstream>

#include "unit/delivery/sample_alert.hpp"

namespace roomtone::delivery {
namespace {

using std::chrono::seconds;

/// As in alertmanager_schedule_test.cpp, for one webhook: "down", "up" and "deaf" (it refuses) are of it. Lines of
/// `expected` are the messages, "SECOND ID", with '!' behind a try that failed and 'x' behind one that was refused.
struct Script {
  const char* name;
  const char* told;
  int until;
  const char* expected;
};

const Script kScripts[] = {
    {"an alert is two messages, and nothing in between",
     "0 raise A\n10 unknown A\n20 raise A\n30 resolve A\n40 resolve A", 4000, "0 A/raised\n30 A/cleared\n"},
    {"while it is down one message is tried again, at growing intervals, the rest waits in order",
     "0 down\n0 raise A\n2 raise B\n5 resolve A\n20 up", 4000,
     "0 A/raised!\n1 A/raised!\n3 A/raised!\n7 A/raised!\n15 A/raised!\n31 A/raised\n31 B/raised\n31 A/cleared\n"},
    {"a message older than an hour is given up, one that is younger is not", "0 down\n0 raise A\n3000 raise B\n3700 up",
     5000,
     "0 A/raised!\n1 A/raised!\n3 A/raised!\n7 A/raised!\n15 A/raised!\n31 A/raised!\n63 A/raised!\n127 A/raised!\n"
     "255 A/raised!\n511 A/raised!\n811 A/raised!\n1111 A/raised!\n1411 A/raised!\n1711 A/raised!\n2011 A/raised!\n"
     "2311 A/raised!\n2611 A/raised!\n2911 A/raised!\n3211 A/raised!\n3511 A/raised!\n3811 B/raised\n"},
    {"one that is refused holds up nobody", "0 deaf\n0 raise A\n1 up\n1 raise B", 100, "0 A/raisedx\n1 B/raised\n"},
    {"after a restart what is firing is told of again, under the same id",
     "0 raise A\n0 raise B\n5 resolve B\n400 restart", 500, "0 A/raised\n0 B/raised\n5 B/cleared\n400 A/raised\n"},
    {"after a short restart the end, too", "0 raise A\n5 resolve A\n60 restart", 500,
     "0 A/raised\n5 A/cleared\n60 A/cleared\n"},
};

class Play {
 public:
  explicit Play(WebhookPace pace = {}) : pace_(pace) { restart(); }

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
      poll();
    }
    return messages_;
  }

 private:
  [[nodiscard]] Instant wall() const {
    return kNoon + std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch());
  }

  void happen(const std::string& what, const std::string& who) {
    if (what == "restart") return restart();
    if (what == "down" || what == "up" || what == "deaf") {
      outcome_ = what == "down" ? SendOutcome::failed : what == "deaf" ? SendOutcome::refused : SendOutcome::accepted;
      return;
    }
    Alert alert = sample_alert();
    alert.id = who;
    alert.changed = wall();
    if (const auto before = stored_.find(who); before != stored_.end()) alert = before->second;
    if (what == "raise") alert.state = AlertState::firing;
    if (what == "unknown") alert.state = AlertState::unknown;
    if (what == "resolve" && alert.state != AlertState::resolved) alert = resolved(alert, wall());
    stored_[who] = alert;
    schedule_->update(std::make_shared<const Alert>(alert), now_, wall());
  }

  void restart() {
    schedule_.emplace(pace_, "here", "");
    for (const auto& [id, alert] : stored_) schedule_->update(std::make_shared<const Alert>(alert), now_, wall());
  }

  void poll() {
    while (schedule_->next() && *schedule_->next() <= now_) {
      const auto event = schedule_->take(now_);
      if (!event) continue;
      constexpr const char* kMarks[] = {"\n", "x\n", "!\n"};
      messages_ += std::to_string(now_.time_since_epoch() / seconds(1)) + " " + event->id +
                   kMarks[static_cast<std::size_t>(outcome_)];
      schedule_->done(outcome_, now_);
    }
  }

  const WebhookPace pace_;
  Mono now_{};
  std::map<std::string, Alert> stored_;
  std::optional<WebhookSchedule> schedule_;
  SendOutcome outcome_ = SendOutcome::accepted;
  std::string messages_;
};

TEST(WebhookSchedule, EachTimelineGivesExactlyTheseMessages) {
  for (const Script& script : kScripts) {
    SCOPED_TRACE(script.name);
    EXPECT_EQ(Play().run(script), script.expected);
  }
}

AlertPtr numbered(int number) {
  Alert alert = sample_alert();
  alert.id = std::to_string(number);
  return std::make_shared<const Alert>(alert);
}

TEST(WebhookSchedule, AFullQueueLosesItsOldestButNotTheOneUnderWay) {
  WebhookPace pace;
  pace.events_max = 3;
  WebhookSchedule schedule(pace, "here", "");
  for (int i = 0; i < 3; ++i) schedule.update(numbered(i), Mono{}, kNoon);
  ASSERT_EQ(schedule.take(Mono{})->id, "0/raised");
  schedule.update(numbered(3), Mono{}, kNoon);
  EXPECT_EQ(schedule.size(), 3u);
  EXPECT_EQ(schedule.dropped(), 1u);
  schedule.done(SendOutcome::accepted, Mono{});
  EXPECT_EQ(schedule.take(Mono{})->id, "2/raised");
}

TEST(WebhookSchedule, KnowsNoMoreAlertsThanItsLimit) {
  WebhookPace pace;
  pace.alerts_max = 2;
  WebhookSchedule schedule(pace, "here", "");
  for (int i = 0; i < 3; ++i) schedule.update(numbered(i), Mono{}, kNoon);
  EXPECT_EQ(schedule.size(), 2u);
  EXPECT_EQ(schedule.dropped(), 1u);
}

TEST(WebhookSchedule, ATryAgainSendsTheSameBytes) {
  WebhookSchedule schedule({}, "here", "");
  schedule.update(numbered(1), Mono{}, kNoon);
  const auto first = schedule.take(Mono{});
  schedule.done(SendOutcome::failed, Mono{});
  const auto again = schedule.take(Mono(seconds(1)));
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->id, again->id);
  EXPECT_EQ(first->body, again->body);
}

}  // namespace
}  // namespace roomtone::delivery
