#pragma once

#include <string>
#include <utility>

#include "model/atmosphere.hpp"

namespace roomtone::publish {

/// A busy minute with every field set, for tests of what is written about it.
inline Atmosphere derby_minute() {
  Atmosphere a;
  a.key = "t/derby";
  a.window = WindowSize::minute;
  a.start = instant_of_micros(1'783'176'600'000'000);
  a.end = instant_of_micros(1'783'176'660'000'000);
  a.state = WindowState::partial;
  a.revision = 3;
  a.figures.n = 12;
  a.figures.pos = 6;
  a.figures.neg = 2;
  a.figures.neutral = 3;
  a.figures.unscored = 1;
  a.figures.voices = 9;
  a.figures.unique_n = 11;
  a.figures.raw = Reading{0.25, 0.1, 0.4, 0.545455, 0.181818, 0.272727};
  a.figures.voice = Reading{0.2, 0.05, 0.35, 0.5, 0.2, 0.3};
  a.figures.reputable = Reading{0.15, 0.0, 0.3, 0.4, 0.2, 0.4};
  a.figures.dispersion = 0.3;
  a.figures.coverage = 0.916667;
  a.figures.automation_share = 0.083333;
  a.figures.reply_share = 0.25;
  a.figures.reshare_share = 0.5;
  a.figures.real_share = 0.888889;
  a.figures.young_share = 0.111111;
  a.figures.concentration = 0.060606;
  a.figures.top_voice_share = 0.25;
  a.figures.campaigns = {{uint64_t{0x3fa9c0de0117} << 16, 0.416667, 5, 2, {}}};
  a.figures.periodic_share = 0.222222;
  a.rate_per_min = 14.4;
  a.name = AtmosphereName::buoyant;
  a.scorer = "lexicon-1";
  a.sources = {"bsky", "lines"};
  return a;
}

/// The smallest update of a key: sequences and an end of window are all that the feed itself looks at.
inline Update update_of(std::string key, uint64_t key_seq, uint64_t global_seq,
                        WindowSize window = WindowSize::minute) {
  Update update;
  update.atmosphere.key = std::move(key);
  update.atmosphere.window = window;
  update.atmosphere.start = instant_of_micros(0);
  update.atmosphere.end = instant_of_micros(60'000'000);
  update.atmosphere.figures.n = static_cast<int64_t>(key_seq);
  update.key_seq = key_seq;
  update.global_seq = global_seq;
  return update;
}

}  // namespace roomtone::publish
