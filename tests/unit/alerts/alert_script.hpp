#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "alerts/alert_book.hpp"
#include "unit/alerts/stream.hpp"

namespace roomtone::alerts {

/// How a made-up room talks.
struct Talk {
  double tone = 0.1;
  double spread = 0.5;  // its messages lie evenly within so much of the tone
  int64_t per_second = 2;
  int64_t voices = 100;
};

/// What a script may turn while it runs. Scripts begin in an hour at which everything is normal and learnt.
struct Scene : Witness {
  std::map<std::string, Talk, std::less<>> rooms;
  bool blind = false;
  std::map<std::string, std::pair<AlertKind, bool>, std::less<>> told;  // by key: what others say every second
  double coverage = 1;
  bool down = false;     // no process is there
  bool restart = false;  // at this second the process is killed and comes back from its rows
  int asked = 0;         // how often the figures were

  Heard heard(std::string_view key, int64_t from_s, int64_t to_s) override {
    ++asked;
    const Talk& talk = rooms.find(key)->second;  // never asked of what others tell
    const int64_t n = talk.per_second * (to_s - from_s);
    return {.n = n,
            .voices = std::min(talk.voices, n),
            .tone = talk.tone,
            .ci_low = talk.tone - 0.05,
            .ci_high = talk.tone + 0.05,
            .rate_per_min = static_cast<double>(talk.per_second * 60)};
  }
  Moved moved(std::string_view, int64_t, int64_t, bool) override {
    return {.words_up = {}, .words_down = {"lame"}, .because = "'lame' pulls it down"};
  }
};

struct Act {
  int64_t at_s;
  std::function<void(Scene&)> act;
};

/// A notification: between these seconds, exactly this.
struct Expected {
  int64_t from_s;
  int64_t to_s;
  std::string what;  // "t/derby tone_shift down firing"
};

struct Script {
  std::string name;
  std::map<std::string, Talk, std::less<>> rooms;
  std::vector<Act> acts = {};
  std::vector<Expected> expected = {};
  int64_t until_s = 3 * 3600;
  AlertRules rules = {};
};

inline void PrintTo(const Script& script, std::ostream* out) { *out << script.name; }

struct Notified {
  int64_t at_s;
  AlertChange change;

  [[nodiscard]] std::string what() const {
    const Alert& alert = change.alert;
    const auto name = [](const auto& names, auto value) { return std::string(names[static_cast<std::size_t>(value)]); };
    return alert.key + ' ' + name(kAlertKindNames, alert.kind) + (alert.up ? " up " : " down ") +
           name(kAlertStateNames, alert.state);
  }
};

inline constexpr int64_t kScriptStart = 1'790'000'100 / kRow_s * kRow_s;
/// What is played before a script's second 0.
inline constexpr int64_t kPrelude_s = 2 * 3600;

inline std::vector<Notified> play(const Script& script) {
  Scene scene;
  scene.rooms = script.rooms;
  auto book = std::make_unique<AlertBook>(script.rules);
  std::map<std::string, AlertStateRow> store;
  std::vector<Notified> notified;
  MadeUpRoom random(7);
  auto next = script.acts.begin();
  for (int64_t t = -kPrelude_s; t < script.until_s; ++t) {
    for (; next != script.acts.end() && next->at_s <= t; ++next) next->act(scene);
    if (scene.down) continue;
    if (scene.restart) {
      scene.restart = false;
      book = std::make_unique<AlertBook>(script.rules);
      for (const auto& [key, row] : store) EXPECT_TRUE(book->recover(key, row.bytes)) << key;  // the shared one first
      book->tell_open();
    }
    for (const auto& [key, talk] : scene.rooms) {
      Slice slice{.second = kScriptStart + t};
      for (int64_t i = 0; i < talk.per_second; ++i) {
        const double v = talk.tone + talk.spread * (static_cast<double>(random.bits() >> 11) * 0x1p-52 - 1);
        const auto micro = static_cast<int64_t>(v * 1e6);
        slice.n += 1;
        slice.scored += 1;
        slice.valence_micro_sum += micro;
        slice.valence_sq_micro_sum += micro * micro / 1'000'000;
      }
      if (slice.n > 0 && !scene.blind) book->hear(key, slice);
    }
    for (const auto& [key, what] : scene.told) book->tell(what.first, key, what.second, kScriptStart + t, "so it is");
    book->advance(kScriptStart + t + 1, {.blind = scene.blind, .coverage = scene.coverage}, scene);
    for (AlertChange& change : book->take_changes()) notified.push_back({t, std::move(change)});
    // Every second is a commit; rows follow within ten.
    const auto now = static_cast<uint64_t>(t + kPrelude_s);
    for (AlertStateRow& row : book->take_rows(now, now < 10 ? 0 : now - 10, 1000)) store[row.key] = std::move(row);
  }
  return notified;
}

}  // namespace roomtone::alerts
