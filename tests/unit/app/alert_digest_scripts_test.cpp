#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/app/telling_script.hpp"

// Quiet hours and the budget, as scripts on a virtual clock that begin at noon: exactly what a webhook is sent and what
// an Alertmanager holds for firing.

namespace roomtone::app {
namespace {

Cue says_nothing(int64_t at_s, std::string key, bool is_so = true) {
  return {at_s, [=](Stage& stage) { is_so ? void(stage.silent.insert(key)) : void(stage.silent.erase(key)); }};
}
Cue restart(int64_t at_s) {
  return {at_s, [](Stage& stage) { stage.restart = true; }};
}

alerts::HeraldRules quiet(const std::string& hours) {
  alerts::HeraldRules rules;
  EXPECT_TRUE(rules.quiet.add(hours).has_value());
  return rules;
}

alerts::HeraldRules budget(std::size_t most) {
  alerts::HeraldRules rules;
  rules.budget = most;
  rules.budget_per = std::chrono::hours(1);
  rules.digest_every = std::chrono::minutes(10);
  return rules;
}

std::vector<TellingScript> scripts() {
  std::vector<TellingScript> all;
  all.push_back({.name = "what is raised in quiet hours comes as one digest at their end",
                 .cues = {says_nothing(700, "c/a"), says_nothing(800, "c/b")},
                 .expected = {{1800, 1801, "digest of 2, 0 over: c/a c/b"}},
                 .rules = quiet("12:10-12:30")});
  all.push_back({.name = "with what is over by then at its end",
                 .cues = {says_nothing(700, "c/a"), says_nothing(800, "c/b"), says_nothing(1000, "c/a", false)},
                 .expected = {{1800, 1801, "digest of 2, 1 over: c/b c/a"}},
                 .rules = quiet("12:10-12:30")});
  all.push_back({.name = "and not at all when all of it is over",
                 .cues = {says_nothing(700, "c/a"), says_nothing(1000, "c/a", false)},
                 .rules = quiet("12:10-12:30")});
  all.push_back({.name = "what was told before quiet hours is told of its end in them",
                 .cues = {says_nothing(100, "c/a"), says_nothing(1200, "c/a", false)},
                 .expected = {{100, 110, "webhook c/a raised"},
                              {100, 110, "alertmanager c/a active"},
                              {1200, 1300, "webhook c/a cleared"},
                              {1200, 1300, "alertmanager c/a over"}},
                 .rules = quiet("12:10-12:30")});
  all.push_back({.name = "what is raised after them is told on its own",
                 .cues = {says_nothing(1900, "c/a")},
                 .expected = {{1900, 1910, "webhook c/a raised"}, {1900, 1910, "alertmanager c/a active"}},
                 .rules = quiet("12:10-12:30")});
  all.push_back({.name = "on other days it is not quiet",
                 .cues = {says_nothing(700, "c/a")},
                 .expected = {{700, 710, "webhook c/a raised"}, {700, 710, "alertmanager c/a active"}},
                 .rules = quiet("tue-sun 12:10-12:30")});
  {
    alerts::HeraldRules rules = quiet("12:10-12:30");
    rules.pass = {"voice-silent"};
    all.push_back({.name = "a rule that passes is told in quiet hours too",
                   .cues = {says_nothing(700, "c/a")},
                   .expected = {{700, 710, "webhook c/a raised"}, {700, 710, "alertmanager c/a active"}},
                   .rules = rules});
  }
  all.push_back({.name = "a kill in quiet hours forgets nothing of them and tells nothing early",
                 .cues = {says_nothing(700, "c/a"), restart(1000), says_nothing(1200, "c/b")},
                 .expected = {{1800, 1801, "digest of 2, 0 over: c/a c/b"}},
                 .rules = quiet("12:10-12:30")});
  all.push_back({.name = "a kill after a digest tells it again under its id and nothing else",
                 .cues = {says_nothing(700, "c/a"), restart(2000)},
                 .expected = {{1800, 1801, "digest of 1, 0 over: c/a"}, {2000, 2001, "digest of 1, 0 over: c/a"}},
                 .rules = quiet("12:10-12:30")});
  all.push_back({.name = "a silence made in quiet hours takes an alert out of their digest",
                 .cues = {says_nothing(700, "c/a"),
                          says_nothing(800, "c/b"),
                          {900, [](Stage& stage) { stage.silence("c/a", 3000); }}},
                 .expected = {{1800, 1801, "digest of 1, 0 over: c/b"},
                              {3000, 3002, "webhook c/a raised"},
                              {3000, 3002, "alertmanager c/a active"}},
                 .rules = quiet("12:10-12:30")});

  all.push_back({.name = "beyond the budget the rest comes as one digest",
                 .cues = {says_nothing(100, "c/a"), says_nothing(110, "c/b"), says_nothing(120, "c/c"),
                          says_nothing(130, "c/d"), says_nothing(140, "c/e")},
                 .expected = {{100, 110, "webhook c/a raised"},
                              {100, 110, "alertmanager c/a active"},
                              {110, 120, "webhook c/b raised"},
                              {110, 120, "alertmanager c/b active"},
                              {720, 730, "digest of 3, 0 over: c/c c/d c/e"}},
                 .rules = budget(2)});
  all.push_back({.name = "S53: a budget of 3 an hour folds the rest into one digest",
                 .cues = {says_nothing(100, "c/a"), says_nothing(100, "c/b"), says_nothing(100, "c/c"),
                          says_nothing(200, "c/d"), says_nothing(300, "c/e"), says_nothing(400, "c/d", false)},
                 .expected = {{100, 110, "webhook c/a raised"},
                              {100, 110, "alertmanager c/a active"},
                              {100, 110, "webhook c/b raised"},
                              {100, 110, "alertmanager c/b active"},
                              {100, 110, "webhook c/c raised"},
                              {100, 110, "alertmanager c/c active"},
                              {800, 810, "digest of 2, 1 over: c/e c/d"}},
                 .rules = budget(3)});
  all.push_back({.name = "also when all of it is over",
                 .cues = {says_nothing(100, "c/a"), says_nothing(200, "c/b"), says_nothing(300, "c/b", false)},
                 .expected = {{100, 110, "webhook c/a raised"},
                              {100, 110, "alertmanager c/a active"},
                              {800, 810, "digest of 1, 1 over: c/b"}},
                 .rules = budget(1)});
  all.push_back({.name = "an hour later the budget is there again, also across a kill",
                 .cues = {says_nothing(100, "c/a"), restart(150), says_nothing(200, "c/b"), says_nothing(3710, "c/c")},
                 .expected = {{100, 110, "webhook c/a raised"},
                              {100, 110, "alertmanager c/a active"},
                              {150, 152, "webhook c/a raised"},  // as after every restart, under the same id
                              {800, 810, "digest of 1, 0 over: c/b"},
                              {3710, 3720, "webhook c/c raised"},
                              {3710, 3720, "alertmanager c/c active"}},
                 .until_s = 4000,
                 .rules = budget(1)});
  {
    alerts::HeraldRules rules = budget(1);
    EXPECT_TRUE(rules.quiet.add("12:05-12:30").has_value());
    all.push_back({.name = "a digest of the budget waits for the end of quiet hours and has what came in them",
                   .cues = {says_nothing(100, "c/a"), says_nothing(200, "c/b"), says_nothing(700, "c/c")},
                   .expected = {{100, 110, "webhook c/a raised"},
                                {100, 110, "alertmanager c/a active"},
                                {1800, 1801, "digest of 2, 0 over: c/b c/c"}},
                   .rules = rules});
  }
  all.push_back({.name = "when quiet hours are taken away what they held back is told at once",
                 .cues = {says_nothing(700, "c/a"), {900, [](Stage& stage) { stage.rules = alerts::HeraldRules{}; }}},
                 .expected = {{900, 901, "digest of 1, 0 over: c/a"}},
                 .rules = quiet("12:10-12:30")});
  return all;
}

class DigestScript : public testing::TestWithParam<TellingScript> {};

TEST_P(DigestScript, TellsExactlyWhatItSays) { expect_told(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Scripts, DigestScript, testing::ValuesIn(scripts()), name_of_telling_script);

}  // namespace
}  // namespace roomtone::app
