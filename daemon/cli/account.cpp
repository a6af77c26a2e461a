#include "cli/account.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>

#include <fmt/format.h>

#include "cli/terminal_text.hpp"

namespace roomtone::cli {

namespace {

constexpr std::array<std::string_view, 8> kKindNames = {"word", "hashtag", "cashtag",  "mention",
                                                        "url",  "emoji",   "emoticon", "punctuation"};
constexpr std::array<MoodLabel, 3> kLabels = {MoodLabel::negative, MoodLabel::neutral, MoodLabel::positive};
constexpr int32_t kToldFrom = 10'000;  // an effect under 0.01 is not worth a line
constexpr int32_t kBarStep = 50'000;
constexpr std::size_t kBarMax = 20;

/// 65536ths as a number with four decimals.
void append_share(std::string& out, uint32_t share) {
  fmt::format_to(std::back_inserter(out), "{:.4f}", static_cast<double>(share) / 65536);
}

void append_painted(std::string& out, std::string_view text, Paint paint, bool colour) {
  if (colour) out += begin_of(paint);
  out += text;
  if (colour) out += kPaintEnd;
}

Paint paint_of(int32_t valence) { return valence > 0 ? Paint::good : valence < 0 ? Paint::bad : Paint::dim; }

}  // namespace

void append_valence(std::string& out, int32_t micro) {
  const int32_t tens = (std::abs(micro) + 50) / 100;
  fmt::format_to(std::back_inserter(out), "{}{}.{:04}", micro < 0 && tens > 0 ? "-" : "", tens / 10'000, tens % 10'000);
}

void append_json(std::string& out, const Account& account) {
  const mood::Judgement& judgement = account.judgement;
  fmt::format_to(std::back_inserter(out), R"({{"line":{},"valence":)", account.line);
  append_valence(out, judgement.mood.valence_micro);
  fmt::format_to(std::back_inserter(out), R"(,"label":"{}","scored":{},"probability":{{)",
                 name_of(judgement.mood.label), judgement.mood.scored);
  for (const MoodLabel label : kLabels) {
    fmt::format_to(std::back_inserter(out), R"({}"{}":)", label == kLabels.front() ? "" : ",", name_of(label));
    append_share(out, judgement.classes[static_cast<std::size_t>(label)]);
  }
  out += R"(},"energy":)";
  append_valence(out, judgement.energy_micro);
  out += R"(,"emotions":{)";
  for (std::size_t i = 0; i < mood::kEmotions; ++i) {
    fmt::format_to(std::back_inserter(out), R"({}"{}":)", i == 0 ? "" : ",", mood::kEmotionNames[i]);
    append_share(out, judgement.emotions[i]);
  }
  out += R"(},"felt":[)";
  const char* comma = "";
  for (std::size_t i = 0; i < mood::kEmotions; ++i) {
    if (!judgement.has_emotion[i]) continue;
    fmt::format_to(std::back_inserter(out), R"({}"{}")", comma, mood::kEmotionNames[i]);
    comma = ",";
  }
  fmt::format_to(std::back_inserter(out), R"(],"words":{},"tokens":[)", account.tokens.words);
  for (std::size_t i = 0; i < account.tokens.tokens.size(); ++i) {
    const Token& token = account.tokens.tokens[i];
    fmt::format_to(std::back_inserter(out), R"({}{{"text":"{}","kind":"{}","effect":)", i == 0 ? "" : ",",
                   escape_for_json(account.tokens.view(token)), kKindNames[static_cast<std::size_t>(token.kind)]);
    append_valence(out, account.effects[i]);
    out += '}';
  }
  fmt::format_to(std::back_inserter(out), R"(],"model":"{}"}})", account.model);
  out += '\n';
}

void append_for_people(std::string& out, const Account& account, bool colour) {
  const mood::Judgement& judgement = account.judgement;
  fmt::format_to(std::back_inserter(out), "{}: ", account.line);
  if (!judgement.mood.scored) {
    append_painted(out, "not scored", Paint::dim, colour);
    out += ": another language, or nothing to judge by\n";
    return;
  }
  const int32_t valence = judgement.mood.valence_micro;
  append_painted(out, fmt::format("{} {:+.2f}", name_of(judgement.mood.label), valence / 1e6), paint_of(valence),
                 colour);
  const auto percent = [](uint32_t share) { return (share * 100 + 32768) / 65536; };
  fmt::format_to(std::back_inserter(out), " (negative {} %, neutral {} %, positive {} %), energy {:.2f}",
                 percent(judgement.classes[0]), percent(judgement.classes[1]), percent(judgement.classes[2]),
                 judgement.energy_micro / 1e6);
  for (std::size_t i = 0; i < mood::kEmotions; ++i) {
    if (!judgement.has_emotion[i]) continue;
    fmt::format_to(std::back_inserter(out), ", {} {} %", mood::kEmotionNames[i], percent(judgement.emotions[i]));
  }
  out += '\n';
  for (std::size_t i = 0; i < account.effects.size(); ++i) {
    const int32_t effect = account.effects[i];
    if (std::abs(effect) < kToldFrom) continue;
    const auto length = std::min<std::size_t>(kBarMax, static_cast<std::size_t>(std::abs(effect) / kBarStep) + 1);
    const std::string bar(length, effect > 0 ? '+' : '-');
    fmt::format_to(std::back_inserter(out), "  {:+.2f}  ", effect / 1e6);
    append_painted(out, fmt::format("{:<20}", bar), paint_of(effect), colour);
    // Tokens hold letters, digits, marks and emoji only: nothing that could steer a terminal.
    fmt::format_to(std::back_inserter(out), "  {}\n", account.tokens.view(account.tokens.tokens[i]));
  }
}

}  // namespace roomtone::cli
