#include "cli/watch_screen.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/terminal_text.hpp"

namespace roomtone::cli {
namespace {

const Instant kNow = *parse_rfc3339("2026-05-02T14:10:02.5Z");

Atmosphere atmosphere_of(std::string key, Instant end, AtmosphereName name, double tone, double half, double rate,
                         int64_t voices) {
  Atmosphere out;
  out.key = std::move(key);
  out.end = end;
  out.start = end - std::chrono::seconds(60);
  out.revision = 1;
  out.name = name;
  out.rate_per_min = rate;
  out.figures.n = static_cast<int64_t>(rate);
  out.figures.voices = voices;
  out.figures.raw.tone = tone;
  out.figures.raw.ci_low = tone - half;
  out.figures.raw.ci_high = tone + half;
  out.scorer = "test-1";
  return out;
}

/// A room in good spirits, a launch gone wrong, a quiet one, and a source that stalled.
WatchState sample() {
  WatchState state;
  state.endpoint = "tcp://127.0.0.1:5570";
  state.link = Link::live;
  const Instant end = *parse_rfc3339("2026-05-02T14:10:00Z");
  for (int i = 0; i < 6; ++i) {
    const auto at = end - std::chrono::seconds(10 * (5 - i));
    state.apply(atmosphere_of("room", at, AtmosphereName::calm, 0.10 + 0.01 * i, 0.02, 3000, 1204));
    state.apply(atmosphere_of("t/launch", at, AtmosphereName::tense, 0.4 - 0.2 * i, 0.08, 412.4, 300));
  }
  state.apply(atmosphere_of("t/derby", end, AtmosphereName::divided, 0.003, 0.3, 900, 512));
  state.apply(atmosphere_of("t/wedding", end - std::chrono::minutes(5), AtmosphereName::buoyant, 0.6, 0.1, 50, 9));
  Pulse pulse;
  pulse.watermark = end;
  pulse.coverage = 0.93;
  pulse.sources = {{"bsky", SourceState::live, 0.4, 0.1}, {"fedi", SourceState::stalled, 300.0, 45.0}};
  state.pulse = pulse;
  return state;
}

std::string screen(const WatchState& state, const ScreenLook& look) {
  std::string out = "\n";
  for (const std::string& line : draw_screen(state, look, kNow)) out += line + "\n";
  return out;
}

TEST(WatchScreen, ShowsEverythingOnAWideTerminal) {
  EXPECT_EQ(screen(sample(), {.columns = 110, .rows = 10, .colour = false, .unicode = true}), R"(
roomtone  live  window 60s  watermark 14:10:00 (2.5 s ago)  coverage 93 %
bsky live lag 0.4 s   fedi stalled lag 5 min

ROOM                            MOOD    -1             +1 TONE         TRAIL                   MSG/MINv VOICES
room                            calm    ────────│█─────── +0.15 ±0.02  ▅▅▅▆▆▆                      3000   1204
t/derby                         divided ──────━━█━━──────  0.00 ±0.30  ▅                            900    512
t/launch                        tense   ───█━───│──────── -0.60 ±0.08  █▆▅▃▁▁                       412    300
t/wedding                       quiet   ────────│──────── —            █                              0      0

q quit  w window  s sort by tone   4 of 4 rooms
)");
}

TEST(WatchScreen, FitsEightyColumnsInAscii) {
  EXPECT_EQ(screen(sample(), {.columns = 80, .rows = 9, .colour = false, .unicode = false}), R"(
roomtone  live  window 60s  watermark 14:10:00 (2.5 s ago)  coverage 93 %
bsky live lag 0.4 s   fedi stalled lag 5 min

ROOM             MOOD    -1             +1 TONE         TRAIL    MSG/MINv VOICES
room             calm    --------|#------- +0.15 +-0.02 ~~~===       3000   1204
t/derby          divided ------==#==------  0.00 +-0.30 ~             900    512
t/launch         tense   ---#=---|-------- -0.60 +-0.08 '=~,__        412    300
t/wedding        quiet   --------|-------- -            '               0      0
q quit  w window  s sort by tone   4 of 4 rooms
)");
}

TEST(WatchScreen, KeepsTheNumbersOnANarrowTerminal) {
  EXPECT_EQ(screen(sample(), {.columns = 50, .rows = 9, .colour = false, .unicode = false}), R"(
roomtone  live  window 60s  watermark 14:10:00 (2.
bsky live lag 0.4 s   fedi stalled lag 5 min

ROOM                 MOOD    TONE         MSG/MINv
room                 calm    +0.15 +-0.02     3000
t/derby              divided  0.00 +-0.30      900
t/launch             tense   -0.60 +-0.08      412
t/wedding            quiet   -                   0
q quit  w window  s sort by tone   4 of 4 rooms
)");
}

TEST(WatchScreen, SaysThatItWaits) {
  WatchState state;
  state.endpoint = "tcp://127.0.0.1:5570";
  EXPECT_EQ(screen(state, {.columns = 60, .rows = 6, .colour = false, .unicode = true}), R"(
roomtone  waiting for the daemon  window 60s
tcp://127.0.0.1:5570

ROOM                           MOOD    TONE         MSG/MINv

q quit  w window  s sort by tone   no rooms yet
)");
}

TEST(WatchScreen, SaysThatItIsStale) {
  WatchState state = sample();
  state.link = Link::stale;
  EXPECT_NE(screen(state, {.columns = 110, .rows = 10, .colour = false, .unicode = true})
                .find("STALE: nothing heard for 3 s"),
            std::string::npos);
}

TEST(WatchScreen, IsNeverLargerThanTheTerminal) {
  for (const bool unicode : {false, true}) {
    for (std::size_t columns = 0; columns < 200; columns += 3) {
      for (const std::size_t rows : {0, 1, 4, 5, 6, 40}) {
        const auto lines = draw_screen(sample(), {columns, rows, false, unicode}, kNow);
        ASSERT_LE(lines.size(), rows);
        for (const std::string& line : lines) ASSERT_LE(cells_of(line), columns) << line;
      }
    }
  }
}

TEST(WatchScreen, ColoursAddNothingButColours) {
  std::string coloured = screen(sample(), {.columns = 110, .rows = 10, .colour = true, .unicode = true});
  EXPECT_NE(coloured.find("\x1b[31mtense"), std::string::npos);
  for (std::size_t at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b'))
    coloured.erase(at, coloured.find('m', at) - at + 1);
  EXPECT_EQ(coloured, screen(sample(), {.columns = 110, .rows = 10, .colour = false, .unicode = true}));
}

TEST(WatchScreen, EscapesWhatComesFromOutside) {
  WatchState state = sample();
  state.apply(atmosphere_of("t/\x1b[2J", kNow, AtmosphereName::calm, 0, 0, 1, 1));
  state.pulse->sources[0].name = "\x1b]0;owned\x07";
  for (const std::string& line : draw_screen(state, {110, 20, false, true}, kNow))
    EXPECT_EQ(line.find_first_of("\x1b\x07"), std::string::npos) << line;
}

TEST(WatchScreen, SortsByToneOnRequest) {
  WatchState state = sample();
  state.by_tone = true;
  std::vector<std::string> keys;
  for (const RoomTrail* room : state.sorted()) keys.push_back(room->newest.key);
  EXPECT_EQ(keys, (std::vector<std::string>{"room", "t/launch", "t/derby", "t/wedding"}));
}

TEST(WatchState, AnOlderWindowDoesNotReplaceTheNewest) {
  WatchState state = sample();
  state.apply(atmosphere_of("t/derby", kNow - std::chrono::minutes(9), AtmosphereName::calm, 0.9, 0, 1, 1));
  EXPECT_EQ(state.rooms[0].at("t/derby").newest.name, AtmosphereName::divided);
}

TEST(WatchState, APartialWindowThatGrowsIsOnePointOfTheTrail) {
  WatchState state;
  for (const double tone : {0.1, 0.2, 0.3})
    state.apply(atmosphere_of("room", kNow, AtmosphereName::calm, tone, 0, 1, 1));
  ASSERT_EQ(state.rooms[0].at("room").points.size(), 1U);
  EXPECT_EQ(state.rooms[0].at("room").points.back().tone, 0.3);
}

struct BarCase {
  std::string name;
  std::optional<double> tone;
  double half;
  std::string bar;
};
class MoodBar : public testing::TestWithParam<BarCase> {};
TEST_P(MoodBar, Shows) {
  Reading reading;
  reading.tone = GetParam().tone;
  if (reading.tone && GetParam().half > 0) {
    reading.ci_low = *reading.tone - GetParam().half;
    reading.ci_high = *reading.tone + GetParam().half;
  }
  EXPECT_EQ(mood_bar(reading, 11, false), GetParam().bar);
}
INSTANTIATE_TEST_SUITE_P(WatchScreen, MoodBar,
                         testing::Values(BarCase{"nothing_without_a_tone", {}, 0, "-----|-----"},
                                         BarCase{"the_left_end", -1.0, 0, "#----|-----"},
                                         BarCase{"the_right_end", 1.0, 0, "-----|----#"},
                                         BarCase{"a_marker_over_the_centre", 0.0, 0, "-----#-----"},
                                         BarCase{"the_interval", 0.6, 0.2, "-----|-=#=-"},
                                         BarCase{"an_interval_over_the_centre", 0.2, 0.4, "----=|#==--"},
                                         BarCase{"a_tone_that_is_out_of_range", 7.0, 0, "-----|----#"}),
                         [](const auto& row) { return row.param.name; });

TEST(PlainLine, SaysTheWindowAndTheFigures) {
  EXPECT_EQ(
      plain_line(atmosphere_of("t/launch", kNow, AtmosphereName::tense, -0.6, 0.08, 412.4, 300)),
      "2026-05-02T14:10:02.500000Z t/launch 60s partial tense tone -0.600 +-0.080 n 412 per_min 412.4 voices 300");
}

TEST(JsonLine, HoldsTheUpdateWithNullForWhatIsNotKnown) {
  Atmosphere quiet = atmosphere_of("t/x", kNow, AtmosphereName::unknown, 0, 0, 0, 0);
  quiet.figures.raw = {};
  quiet.figures.campaigns = {{uint64_t{0x3fa9c0de0117} << 16, 0.5, 6, 2, {}}};
  EXPECT_EQ(
      json_line(quiet, "Nobody \"speaks\".", 7, 9),
      R"({"key":"t/x","window":"60s","start":"2026-05-02T14:09:02.500000Z","end":"2026-05-02T14:10:02.500000Z",)"
      R"("state":"partial","revision":1,"name":"unknown","n":0,"pos":0,"neg":0,"neutral":0,"unscored":0,"voices":0,)"
      R"("unique_n":0,"rate_per_min":0.000000,)"
      R"("raw":{"tone":null,"ci_low":null,"ci_high":null,"pos":0.000000,"neg":0.000000,"neutral":0.000000},)"
      R"("voice":{"tone":null,"ci_low":null,"ci_high":null,"pos":0.000000,"neg":0.000000,"neutral":0.000000},)"
      R"("reputable":{"tone":null,"ci_low":null,"ci_high":null,"pos":0.000000,"neg":0.000000,"neutral":0.000000},)"
      R"("dispersion":null,"coverage":0.000000,"automation_share":0.000000,"reply_share":0.000000,)"
      R"("reshare_share":0.000000,"real_share":0.000000,"young_share":0.000000,"concentration":0.000000,)"
      R"("top_voice_share":0.000000,"campaigns":[{"id":"3fa9c0de0117","share":0.500000,"n":6,"voices":2}],)"
      R"("periodic_share":0.000000,"scorer":"test-1",)"
      R"("sentence":"Nobody \"speaks\".","key_seq":7,"global_seq":9})");
}

}  // namespace
}  // namespace roomtone::cli
