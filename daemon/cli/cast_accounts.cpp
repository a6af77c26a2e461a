#include "cli/cast_accounts.hpp"

#include <fmt/format.h>

#include "base/assert.hpp"
#include "cli/rng.hpp"
#include "cli/text_composer.hpp"

namespace roomtone::cli {

std::string_view expert_name(uint32_t index) {
  static constexpr std::string_view kNames[kExperts] = {
      "railbird.ruth", "sectional.sid", "clocker.quinn", "paddockpat",     "trackmaster.ola",
      "longshot.lena", "figures.femi",  "turfwriter.jo", "gallops.graham", "pace.petra",
      "stewards.eye",  "oddsmith",      "furlong.files", "morningline.mo", "tackroom.tess",
      "formbook.raj",  "saddle.scout",  "whipround.wim", "dosage.dora",    "bullring.bea"};
  ROOMTONE_ASSERT(index < kExperts);
  return kNames[index];
}

std::string_view critic_name(uint32_t index) {
  static constexpr std::string_view kNames[kCritics] = {
      "aisle.seat",   "reel.rosa",     "second.reel",  "fin.fontaine",  "credits.cleo",  "jumpcut.jan",   "grain.greta",
      "longtake.lev", "matinee.mona",  "slate.silas",  "foley.fatima",  "closeup.cyrus", "montage.maeve", "splice.sven",
      "dolly.dunya",  "backlot.bruno", "voiceover.vi", "celluloid.cem", "frame.frida",   "flicker.finn"};
  ROOMTONE_ASSERT(index < kCritics);
  return kNames[index];
}

std::string_view critic_role(uint32_t index) { return index < 14 ? "critic" : "columnist"; }

void append_cast_handle(uint64_t author, std::string& out) {
  if (author >= kFirstExpert && author < kFirstExpert + kExperts) {
    out.append(expert_name(static_cast<uint32_t>(author - kFirstExpert)));
  } else if (author >= kFirstCritic && author < kFirstCritic + kCritics) {
    out.append(critic_name(static_cast<uint32_t>(author - kFirstCritic)));
  } else if (author == kShowtimesBot) {
    out.append("showtimes.example");
  } else if (author == kHiddenBot) {
    out.append("filmfan.example");
  } else if (author >= kFirstWaver && author < kShowtimesBot) {
    // Five digits: the crowd's handles have four at most.
    out.append("robin").append(fmt::format_int(10'000 + (author - kFirstWaver)).c_str()).append(".example");
  } else {
    append_handle(author, out);
  }
}

AccountFacts account_of(uint64_t author, int64_t story_day) {
  const uint64_t bits = spread(author ^ 0x6163636f756e74ULL);
  const uint64_t young_percent = author < kFirstExpert ? 3 : author >= kFirstWaver && author < kShowtimesBot ? 75 : 0;
  const bool young = bits % 100 < young_percent;
  // Young ones stay so through a story of two days at least; the others are old from its start.
  const auto age = static_cast<int64_t>(young ? 1 + (bits >> 8) % 27 : 31 + (bits >> 8) % 2'900);
  constexpr std::string_view kClients[] = {"web", "phone", "tablet", "desk"};
  return {story_day - age, author == kShowtimesBot,
          author == kShowtimesBot ? std::string_view("showtimes-bot") : kClients[(bits >> 40) % 4]};
}

}  // namespace roomtone::cli
