#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/app/telling_script.hpp"

// Silences of the operator, as scripts on a virtual clock: exactly what a webhook is sent and what an Alertmanager
// holds for firing.

namespace roomtone::app {
namespace {

Cue quiet(int64_t at_s, std::string key, bool is_so = true) {
  return {at_s, [=](Stage& stage) { is_so ? void(stage.silent.insert(key)) : void(stage.silent.erase(key)); }};
}
Cue silence(int64_t at_s, std::string where, int64_t until_s) {
  return {at_s, [=](Stage& stage) { stage.silence(where, until_s); }};
}
Cue unsilence(int64_t at_s, std::string id) {
  return {at_s, [=](Stage& stage) { stage.unsilence(id); }};
}
Cue restart(int64_t at_s) {
  return {at_s, [](Stage& stage) { stage.restart = true; }};
}

std::vector<TellingScript> scripts() {
  std::vector<TellingScript> all;
  all.push_back({.name = "without a silence it is told, and its end",
                 .cues = {quiet(10, "c/a"), quiet(1200, "c/a", false)},
                 .expected = {{10, 20, "webhook c/a raised"},
                              {10, 20, "alertmanager c/a active"},
                              {1200, 1300, "webhook c/a cleared"},
                              {1200, 1300, "alertmanager c/a over"}}});
  all.push_back({.name = "what is raised and over under a silence is told to nobody, and its neighbour is",
                 .cues = {silence(5, "c/a", 3000), quiet(10, "c/a"), quiet(10, "c/b"), quiet(1200, "c/a", false)},
                 .expected = {{10, 20, "webhook c/b raised"}, {10, 20, "alertmanager c/b active"}}});
  all.push_back({.name = "what fires when its silence ends is told then, once",
                 .cues = {silence(5, "c/a", 1500), quiet(10, "c/a")},
                 .expected = {{1500, 1502, "webhook c/a raised"}, {1500, 1502, "alertmanager c/a active"}}});
  all.push_back({.name = "also when its silence is ended early",
                 .cues = {silence(5, "c/a", 3000), quiet(10, "c/a"), unsilence(900, "s1")},
                 .expected = {{900, 902, "webhook c/a raised"}, {900, 902, "alertmanager c/a active"}}});
  all.push_back({.name = "and not before the last of two silences has ended",
                 .cues = {silence(5, "c/a", 1500), silence(6, "c/", 2000), quiet(10, "c/a")},
                 .expected = {{2000, 2002, "webhook c/a raised"}, {2000, 2002, "alertmanager c/a active"}}});
  all.push_back({.name = "a silence made while it fires ends nothing for those who were told",
                 .cues = {quiet(10, "c/a"), silence(100, "c/a", 3000)},
                 .expected = {{10, 20, "webhook c/a raised"}, {10, 20, "alertmanager c/a active"}}});
  all.push_back({.name = "and they hear of its end under the silence",
                 .cues = {quiet(10, "c/a"), silence(100, "c/a", 3000), quiet(1200, "c/a", false)},
                 .expected = {{10, 20, "webhook c/a raised"},
                              {10, 20, "alertmanager c/a active"},
                              {1200, 1300, "webhook c/a cleared"},
                              {1200, 1300, "alertmanager c/a over"}}});
  all.push_back({.name = "a kill under a silence tells nothing, and what is told when it ends is told once",
                 .cues = {silence(5, "c/a", 1500), quiet(10, "c/a"), restart(700)},
                 .expected = {{1500, 1502, "webhook c/a raised"}, {1500, 1502, "alertmanager c/a active"}}});
  all.push_back({.name = "a kill under a silence forgets nobody who was told before",
                 .cues = {quiet(10, "c/a"), silence(100, "c/a", 3000), restart(700), quiet(1200, "c/a", false)},
                 .expected = {{10, 20, "webhook c/a raised"},
                              {10, 20, "alertmanager c/a active"},
                              {700, 702, "webhook c/a raised"},  // as after every restart, under the same id
                              {1200, 1300, "webhook c/a cleared"},
                              {1200, 1300, "alertmanager c/a over"}}});
  return all;
}

class SilenceScript : public testing::TestWithParam<TellingScript> {};

TEST_P(SilenceScript, TellsExactlyWhatItSays) { expect_told(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Scripts, SilenceScript, testing::ValuesIn(scripts()), name_of_telling_script);

}  // namespace
}  // namespace roomtone::app
