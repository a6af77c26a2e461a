#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "alerts/alert_book.hpp"
#include "alerts/herald.hpp"
#include "delivery/alertmanager_schedule.hpp"
#include "delivery/webhook_schedule.hpp"

namespace roomtone::app {

/// Monday, 2026-11-23T12:00:00Z; event time and wall clock are the same here.
inline constexpr int64_t kTellingStart = 1'795'435'200;

inline Instant wall_at(int64_t second) { return Instant{std::chrono::seconds(kTellingStart + second)}; }

/// Book, herald and one receiver of each kind, as the daemon puts them together, with time in a script's hands. Alerts
/// are raised and resolved as others tell the book: a key that is set has somebody silent in it.
struct Stage : alerts::Witness {
  std::set<std::string> silent;
  alerts::AlertSilences silences;
  bool restart = false;

  alerts::Heard heard(std::string_view, int64_t, int64_t) override { return {}; }
  alerts::Moved moved(std::string_view, int64_t, int64_t, bool) override { return {}; }
  void judge(Alert& alert) override { herald->judge(alert, wall); }

  alerts::HeraldRules rules;
  std::unique_ptr<alerts::Herald> herald = std::make_unique<alerts::Herald>();
  Instant wall = kNoInstant;

  void silence(std::string where, int64_t until_s) {
    ASSERT_TRUE(
        silences.add({.where = std::move(where), .ends = wall_at(until_s), .by = "ann", .reason = "jokes"}, wall)
            .has_value());
  }
  void unsilence(const std::string& id) { ASSERT_TRUE(silences.remove(id, wall).has_value()); }
};

struct Cue {
  int64_t at_s;
  std::function<void(Stage&)> act;
};

/// A message to a webhook, or a change of what an Alertmanager holds for firing: between these seconds, exactly this.
struct ToldBetween {
  int64_t from_s;
  int64_t to_s;
  // "webhook c/a raised", "alertmanager c/a active", "alertmanager c/a over", "digest of 2, 1 over: c/b c/a"
  std::string what;
};

struct TellingScript {
  std::string name;
  std::vector<Cue> cues = {};
  std::vector<ToldBetween> expected = {};
  int64_t until_s = 3600;
  alerts::HeraldRules rules = {};
};

inline void PrintTo(const TellingScript& script, std::ostream* out) { *out << script.name; }

struct ToldAt {
  int64_t at_s;
  std::string what;
};

/// An Alertmanager as far as it matters: what it holds for firing, which ends when it is told so or hears no more.
class PeerModel {
 public:
  void take(const std::vector<delivery::AlertPtr>& alerts, Mono until) {
    for (const auto& alert : alerts) ends_[alert->key] = alert->state == AlertState::resolved ? Mono::min() : until;
  }
  [[nodiscard]] std::set<std::string> active(Mono now) const {
    std::set<std::string> active;
    for (const auto& [key, ends] : ends_)
      if (ends > now) active.insert(key);
    return active;
  }

 private:
  std::map<std::string, Mono> ends_;
};

inline std::vector<ToldAt> play(const TellingScript& script) {
  Stage stage;
  stage.rules = script.rules;
  auto book = std::make_unique<alerts::AlertBook>(alerts::AlertRules{});
  const delivery::AlertmanagerPace pace;
  auto alertmanager = std::make_unique<delivery::AlertmanagerSchedule>(pace, "x");
  auto webhook = std::make_unique<delivery::WebhookSchedule>(delivery::WebhookPace{}, "x", "");
  PeerModel peer;
  std::set<std::string> active;
  std::map<std::string, AlertStateRow> rows;
  std::string herald_row;
  std::map<std::string, std::string> digests;  // what is in them, by id
  std::vector<ToldAt> told;
  auto next = script.cues.begin();
  for (int64_t t = 0; t < script.until_s; ++t) {
    const Mono now{std::chrono::seconds(1000 + t)};
    stage.wall = wall_at(t);
    for (; next != script.cues.end() && next->at_s <= t; ++next) next->act(stage);
    if (std::exchange(stage.restart, false)) {
      book = std::make_unique<alerts::AlertBook>(alerts::AlertRules{});
      stage.herald = std::make_unique<alerts::Herald>();
      for (const auto& [key, row] : rows) EXPECT_TRUE(book->recover(key, row.bytes)) << key;
      if (!herald_row.empty() && !stage.herald->decode(herald_row)) ADD_FAILURE() << "the herald's row";
      alertmanager = std::make_unique<delivery::AlertmanagerSchedule>(pace, "x");
      webhook = std::make_unique<delivery::WebhookSchedule>(delivery::WebhookPace{}, "x", "");
      book->tell_open();
      if (const auto digest = stage.herald->newest_digest(stage.wall)) webhook->tell(*digest, now, stage.wall);
    }
    stage.herald->set_rules(stage.rules);
    stage.herald->set_silences(std::make_shared<const alerts::AlertSilences>(stage.silences));
    if (stage.herald->review_due(stage.wall)) {
      book->review([&](Alert& alert) { return stage.herald->review(alert, stage.wall); });
      stage.herald->reviewed(stage.wall);
    }
    if (stage.herald->digest_due(stage.wall)) {
      book->review([](Alert& alert) {
        if (!alerts::Herald::holds(alert)) return false;
        alert.telling = AlertTelling::in_digest;
        return true;
      });
      if (const auto digest = stage.herald->take_digest(stage.wall)) {
        std::string& what = digests[digest->id];
        what = "digest of " + std::to_string(digest->held) + ", " + std::to_string(digest->over) + " over:";
        for (const Alert& alert : digest->worst) what += " " + alert.key;
        webhook->tell(*digest, now, stage.wall);
      }
    }
    for (const char* key : {"c/a", "c/b", "c/c", "c/d", "c/e"})
      book->tell(AlertKind::voice_silent, key, stage.silent.contains(key), kTellingStart + t, "so it is");
    book->advance(kTellingStart + t + 1, {}, stage);
    for (alerts::AlertChange& change : book->take_changes()) {
      stage.herald->note(change.alert);
      if (change.alert.telling != AlertTelling::told) continue;
      const auto alert = std::make_shared<const Alert>(std::move(change.alert));
      alertmanager->update(alert, now, stage.wall);
      webhook->update(alert, now, stage.wall);
    }
    for (AlertStateRow& row : book->take_rows(static_cast<uint64_t>(t), static_cast<uint64_t>(t), 1000))
      rows[row.key] = std::move(row);
    if (stage.herald->changed()) herald_row = stage.herald->encode();
    for (auto due = alertmanager->take(now); !due.empty(); due = alertmanager->take(now)) {
      peer.take(due, now + pace.ends_ahead());
      alertmanager->done(delivery::SendOutcome::accepted, now);
    }
    while (const auto event = webhook->take(now)) {
      if (const auto digest = digests.find(event->id); digest != digests.end()) {
        told.push_back({t, digest->second});
        webhook->done(delivery::SendOutcome::accepted, now);
        continue;
      }
      const std::size_t rule = event->id.find("/voice-silent/");
      told.push_back(
          {t, "webhook " + event->id.substr(0, rule) + event->id.substr(event->id.rfind('/')).replace(0, 1, " ")});
      webhook->done(delivery::SendOutcome::accepted, now);
    }
    const std::set<std::string> before = std::exchange(active, peer.active(now));
    for (const std::string& key : active)
      if (!before.contains(key)) told.push_back({t, "alertmanager " + key + " active"});
    for (const std::string& key : before)
      if (!active.contains(key)) told.push_back({t, "alertmanager " + key + " over"});
  }
  return told;
}

inline std::string name_of_telling_script(const testing::TestParamInfo<TellingScript>& script) {
  std::string name = script.param.name;
  std::ranges::replace_if(
      name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

/// Exactly what was expected, each in its time.
inline void expect_told(const TellingScript& script) {
  std::vector<ToldAt> told = play(script);
  for (const ToldBetween& one : script.expected) {
    const auto found = std::ranges::find_if(
        told, [&](const ToldAt& at) { return at.what == one.what && at.at_s >= one.from_s && at.at_s <= one.to_s; });
    if (found == told.end()) {
      ADD_FAILURE() << one.what << " was not told between " << one.from_s << " and " << one.to_s;
    } else {
      told.erase(found);
    }
  }
  for (const ToldAt& one : told) ADD_FAILURE() << one.what << " was told at " << one.at_s;
}

}  // namespace roomtone::app
