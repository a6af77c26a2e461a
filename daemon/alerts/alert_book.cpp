#include "alerts/alert_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "base/assert.hpp"
#include "model/key.hpp"

namespace roomtone::alerts {
namespace {

constexpr int64_t kLookEvery_s = 5;  // at what only time moves; findings are looked at in their own second
constexpr int64_t kUnheard_s =
    60;  // between two looks: nobody spoke, or nobody listened; a hold must not run out meanwhile
constexpr int64_t kTryAgain_s = 30;  // at a finding for which too little was heard
constexpr std::size_t kTries =
    32;  // findings in one second of which the figures are asked; further ones have their turn in the next
constexpr double kSurge = 3;             // times the usual volume: more extremes are then no news
constexpr double kByTone = 1.5;          // of a moved mean's square, that a spread grows by
constexpr double kFollow_messages = 50;  // by which the spread is followed while it waits or is alerted

/// In which an alert has to have its messages and voices, the shortest that has: it is then the least mixed with what
/// was before.
constexpr std::array<int64_t, 5> kWindows_s = {10, 60, 300, 900, 3600};

bool is_volume(AlertKind kind) { return kind == AlertKind::volume_spike || kind == AlertKind::volume_drop; }

/// The topic around a community's room; the whole stream explains nobody.
std::string_view topic_around(std::string_view key) {
  const std::string_view around = room_around(key);
  return around == kRoomKey ? std::string_view() : around;
}

std::string what_happened(const Finding& finding, std::string_view key, const Heard& heard, int64_t window_s,
                          const Alert& alert) {
  const std::string_view where = key == kRoomKey ? "the room" : key;
  const char* const way = finding.up() ? "rose" : "fell";
  const std::string by = fmt::format("{} messages by {} voices in {} s", heard.n, heard.voices, window_s);
  switch (finding.kind) {
    case AlertKind::tone_shift:
      return fmt::format("The tone of {} {} from {:+.2f} to {:+.2f} ({})", where, way, *alert.tone_before,
                         *alert.tone_now, by);
    case AlertKind::polarised:
      return fmt::format("The tones of {} moved apart: their variance rose from {:.2f} to {:.2f} ({})", where,
                         finding.before, finding.after, by);
    default:
      return fmt::format("The volume of {} {} from {:.1f} to {:.1f} messages a minute", where, way, *alert.rate_before,
                         *alert.rate_now);
  }
}

}  // namespace

AlertBook::AlertBook(AlertRules rules) : rules_(std::move(rules)) {}

AlertBook::Watched* AlertBook::find(std::string_view key) {
  const auto known = by_key_.find(key);
  return known == by_key_.end() ? nullptr : &rooms_[known->second];
}

std::optional<AlertBook::Place> AlertBook::place_of(std::string_view key) {
  if (const auto known = by_key_.find(key); known != by_key_.end()) return known->second;
  if (rooms_.size() >= rules_.rooms_max) return std::nullopt;
  const auto place = static_cast<Place>(rooms_.size());
  rooms_.emplace_back().key = key;
  by_key_.emplace(key, place);
  return place;
}

void AlertBook::touch(Place place) {
  Watched& room = rooms_[place];
  if (room.queued) return;
  room.queued = true;
  room.unwritten_since = now_;
  unwritten_.emplace_back(place, now_);
}

void AlertBook::hear(std::string_view key, const Slice& slice) {
  const int64_t row = slice.second / kRow_s;
  if (row_ != row) close_rows(row);
  pool_.advance(slice.second);
  const auto place = place_of(key);
  if (!place) {
    ++unwatched_;
    return;
  }
  Watched& room = rooms_[*place];
  room.row_messages += slice.n;
  row_messages_ += slice.n;
  const double level = room.detectors.tone().level();
  const Findings found = room.detectors.step(slice, rules_.budget, pool_);
  touch(*place);
  if (room.lives) [[unlikely]] {
    auto& spread = room.lives->of[static_cast<std::size_t>(AlertKind::polarised)];
    if (spread && (spread->open() || spread->waiting()) && slice.scored > 0) {
      const double n = static_cast<double>(slice.scored);
      const double sum = static_cast<double>(slice.valence_micro_sum) * 1e-6;
      const double squares = static_cast<double>(slice.valence_sq_micro_sum) * 1e-6;
      const double about = std::max(0.0, (squares - 2 * level * sum + n * level * level) / n);
      spread->follow(spread->followed() + std::min(1.0, n / kFollow_messages) * (about - spread->followed()));
    }
  }
  if (found.any()) take_findings(*place, found);
}

/// A mean that has moved lies far from the level that was, and more extremes make a mean jump: of a shift of tone and
/// one of spread, the one that can explain the other is told.
void AlertBook::take_findings(Place place, const Findings& found) {
  const auto by_tone = [](const ToneShift& tone, double before, double after) {
    const double moved = tone.after - tone.before;
    return after - before <= kByTone * moved * moved;
  };
  const auto& spread = found.spread;
  if (spread && !(found.tone && by_tone(*found.tone, spread->before, spread->after))) {
    find_in(place, {AlertKind::polarised, spread->before, spread->after, spread->second});
    return;
  }
  if (!found.tone) return;
  if (const auto& lives = rooms_[place].lives) {
    auto& life = lives->of[static_cast<std::size_t>(AlertKind::polarised)];
    if (life && life->waiting() && by_tone(*found.tone, life->waiting()->before, life->waiting()->after))
      life->drop_waiting();
  }
  find_in(place, {AlertKind::tone_shift, found.tone->before, found.tone->after, found.tone->second});
}

/// Ends the open row and those after it, up to `row`. A row in which nobody was heard at all, or with blind seconds in
/// it, tells nothing of any room: the rooms do not see it.
void AlertBook::close_rows(int64_t row) {
  if (row_ != kNone && row > row_) {
    const bool known = !row_spoilt_ && row_messages_ > 0;
    for (Place place = 0; place < rooms_.size(); ++place) {
      if (known) take_row(place, static_cast<double>(rooms_[place].row_messages));
      rooms_[place].row_messages = 0;
    }
    // Rows that were passed over have heard nobody, so they are unknown as well.
    row_messages_ = 0;
    row_spoilt_ = false;
  }
  row_ = row_ == kNone ? row : std::max(row_, row);
}

void AlertBook::take_row(Place place, double count) {
  Watched& room = rooms_[place];
  const double level = room.detectors.volume().level();
  const VolumeScore score = room.detectors.step_row(count, rules_.budget);
  touch(place);
  const int64_t second = (row_ + 1) * kRow_s - 1;
  if (room.lives) {
    for (auto& life : room.lives->of)
      if (life && is_volume(life->kind())) life->follow(count);
  }
  if (score.surge_days >= rules_.budget.period_days()) find_in(place, {AlertKind::volume_spike, level, count, second});
  if (score.collapse_days >= rules_.budget.period_days() && count < level)
    find_in(place, {AlertKind::volume_drop, level, count, second});
}

void AlertBook::find_in(Place place, const Finding& finding) {
  Watched& room = rooms_[place];
  if (!room.lives) room.lives = std::make_unique<Lives>();
  auto& life = room.lives->of[static_cast<std::size_t>(finding.kind)];
  alive_.insert(place);
  if (!life) {
    life.emplace(finding);
    life->follow(finding.after);
    return;
  }
  if (!life->open() && !life->waiting()) life->follow(finding.after);
  if (!life->find(finding)) return;
  if (!life->open()) resolved(finding.kind);
  changed(place, *life);
}

void AlertBook::tell(AlertKind kind, std::string_view key, bool is_so, int64_t second, std::string_view sentence,
                     bool up) {
  ROOMTONE_ASSERT(is_condition(kind));
  if (!is_so) {
    Watched* const room = find(key);
    if (room == nullptr || !room->lives) return;
    if (auto& life = room->lives->of[static_cast<std::size_t>(kind)]) life->follow(0);
    return;
  }
  const auto place = place_of(key);
  if (!place) return;
  Watched& room = rooms_[*place];
  auto* const life = room.lives ? &room.lives->of[static_cast<std::size_t>(kind)] : nullptr;
  if (life == nullptr || !*life || (!(*life)->open() && !(*life)->waiting()))
    find_in(*place, {kind, 0, up ? 1.0 : -1.0, second});
  AlertLife& told = *room.lives->of[static_cast<std::size_t>(kind)];
  told.follow(up ? 1 : -1);
  if (told.saying().empty() || !told.open()) told.say(std::string(sentence));
}

void AlertBook::resolved(AlertKind kind) { --open_[static_cast<std::size_t>(kind)]; }

/// What the world is told next.
void AlertBook::changed(Place place, const AlertLife& life) {
  Watched& room = rooms_[place];
  changes_.push_back({life.alert(), ++room.lives->key_seq[static_cast<std::size_t>(life.kind())]});
  if (room.urgent) return;
  room.urgent = true;
  urgent_.push_back(place);
}

double AlertBook::level_of(const Watched& room, const AlertLife& life) const {
  return life.kind() == AlertKind::tone_shift ? room.detectors.tone().level() : life.followed();
}

double AlertBook::normal_rate(const Watched& room) const { return room.detectors.volume().level() * 60 / kRow_s; }

void AlertBook::advance(int64_t second, const Senses& senses, Witness& witness) {
  second_ = std::max(second_, second);
  const bool blind = senses.blind || senses.coverage < rules_.coverage_min;
  if (blind) row_spoilt_ = true;
  if (second >= 0 && row_ != kNone && second / kRow_s > row_) close_rows(second / kRow_s);
  std::size_t tries = kTries;
  std::optional<Place> left_from;
  const bool look = looked_ == kNone || second >= looked_ + kLookEvery_s;
  const int64_t unheard = looked_ == kNone ? 0 : second - looked_ - kLookEvery_s;
  if (unheard > kUnheard_s) {
    for (const Place place : alive_)
      for (auto& life : rooms_[place].lives->of)
        if (life) life->pass_over(unheard);
  }
  if (look) looked_ = second;
  for (auto at = alive_.begin(); at != alive_.end();) {
    const Place place = *at;
    Lives& lives = *rooms_[place].lives;
    if (look) look_at(place, second, blind);
    bool any = false;
    for (auto& life : lives.of) {
      if (!life) continue;
      const bool known = !blind || life->kind() == AlertKind::source_blind;
      if (known && life->ripe(second, rules_) && life->try_again_at() <= second) {
        if (tries > 0 && place >= tries_from_) {
          --tries;
          consider(place, *life, second, witness);
        } else if (tries == 0 && !left_from) {
          left_from = place;
        }
      }
      if (life->over(second, rules_))
        life.reset();
      else
        any = true;
    }
    at = any ? std::next(at) : alive_.erase(at);
  }
  tries_from_ = left_from.value_or(0);
}

void AlertBook::look_at(Place place, int64_t second, bool blind) {
  Watched& room = rooms_[place];
  for (auto& life : room.lives->of) {
    if (!life) continue;
    touch(place);
    const bool was_open = life->open();
    if (!life->look(second, level_of(room, *life), blind, rules_)) continue;
    if (was_open && !life->open()) resolved(life->kind());
    changed(place, *life);
  }
}

/// Raises what waits, if enough is heard and nothing else explains it.
void AlertBook::consider(Place place, AlertLife& life, int64_t second, Witness& witness) {
  Watched& room = rooms_[place];
  const Finding finding = *life.waiting();
  Heard heard;
  int64_t window_s = 0;
  for (const int64_t window : kWindows_s) {
    if (is_condition(finding.kind)) break;  // who found it has looked
    if (is_volume(finding.kind) && window < kRow_s) continue;
    heard = witness.heard(room.key, second - window, second);
    window_s = window;
    // That a room has fallen silent cannot be said by many.
    if (finding.kind == AlertKind::volume_drop) break;
    if (heard.n >= rules_.min_messages && heard.voices >= rules_.min_voices) break;
    window_s = 0;
  }
  if (window_s == 0 && !is_condition(finding.kind)) {
    life.try_again(second + kTryAgain_s);
    return;
  }
  if (explained(room, life, heard.rate_per_min, second)) {
    life.drop_waiting();
    return;
  }
  if (std::reduce(open_.begin(), open_.end()) >= rules_.open_max) {
    ++left_out_;
    life.drop_waiting();
    return;
  }

  Alert alert;
  alert.kind = finding.kind;
  alert.key = room.key;
  alert.rule = kRuleNames[static_cast<std::size_t>(finding.kind)];
  alert.severity = rules_.severity;
  alert.id = fmt::format("{}/{}/{}", room.key, alert.rule, finding.second);
  alert.n = heard.n;
  alert.voices = heard.voices;
  alert.tone_now = heard.tone;
  alert.ci_low = heard.ci_low;
  alert.ci_high = heard.ci_high;
  if (!is_condition(finding.kind)) {
    alert.rate_before = normal_rate(room);
    alert.rate_now = heard.rate_per_min;
  }
  if (finding.kind == AlertKind::tone_shift) {
    alert.tone_before = finding.before;
    // A window that still holds much of what was before says less of the new level than the detector does.
    if (!heard.tone || (*heard.tone > finding.before) != finding.up()) {
      alert.tone_now = finding.after;
      alert.ci_low.reset();
      alert.ci_high.reset();
    }
  } else if (is_volume(finding.kind)) {
    alert.rate_before = finding.before * 60 / kRow_s;
    alert.rate_now = finding.after * 60 / kRow_s;
  }
  const Moved moved = is_volume(finding.kind) || is_condition(finding.kind)
                          ? Moved{}
                          : witness.moved(room.key, second - window_s, second, finding.up());
  alert.words_up = moved.words_up;
  alert.words_down = moved.words_down;
  alert.sentence =
      is_condition(finding.kind) ? life.saying() : what_happened(finding, room.key, heard, window_s, alert);
  if (finding.kind == AlertKind::tone_shift && !moved.because.empty()) alert.sentence += "; " + moved.because;
  if (!alert.sentence.ends_with('.')) alert.sentence += '.';
  constexpr std::size_t kSentenceMax = 400;
  if (alert.sentence.size() > kSentenceMax) {
    std::size_t end = kSentenceMax;
    while (end > 0 && (static_cast<unsigned char>(alert.sentence[end]) & 0xc0) == 0x80)
      --end;  // not inside a character
    alert.sentence.resize(end);
  }

  witness.judge(alert);
  life.raise(std::move(alert), second);
  ++open_[static_cast<std::size_t>(life.kind())];
  explain_communities(place, life, second);
  changed(place, life);
}

bool AlertBook::explained(const Watched& room, const AlertLife& life, double rate_per_min, int64_t second) {
  const auto open_life = [](Watched* where, AlertKind kind) -> AlertLife* {
    if (where == nullptr || !where->lives) return nullptr;
    auto& found = where->lives->of[static_cast<std::size_t>(kind)];
    return found && found->open() ? &*found : nullptr;
  };
  if (life.kind() == AlertKind::polarised) {
    if (open_life(find(room.key), AlertKind::volume_spike) != nullptr) return true;
    if (rate_per_min > kSurge * normal_rate(room)) return true;
  }
  // The end of a silence is no surge, and the end of a surge no silence.
  if (is_volume(life.kind())) {
    const bool spike = life.kind() == AlertKind::volume_spike;
    const AlertKind other = spike ? AlertKind::volume_drop : AlertKind::volume_spike;
    if (room.lives->of[static_cast<std::size_t>(other)]) return true;
  }
  const std::string_view topic = topic_around(room.key);
  if (topic.empty() || is_condition(life.kind())) return false;
  AlertLife* const of_topic = open_life(find(topic), life.kind());
  if (of_topic == nullptr || of_topic->alert().up != life.waiting()->up()) return false;
  if (of_topic->join(room.key, second)) changed(by_key_.find(topic)->second, *of_topic);
  return true;
}

/// Takes into a topic's new alert those of its communities that came first.
void AlertBook::explain_communities(Place topic, const AlertLife& life, int64_t second) {
  if (is_condition(life.kind())) return;
  for (const Place place : alive_) {
    Watched& room = rooms_[place];
    if (topic_around(room.key) != rooms_[topic].key) continue;
    auto& theirs = room.lives->of[static_cast<std::size_t>(life.kind())];
    if (!theirs || !theirs->open() || theirs->alert().up != life.alert().up) continue;
    auto& of_topic = *rooms_[topic].lives->of[static_cast<std::size_t>(life.kind())];
    (void)of_topic.join(room.key, second);
    theirs->resolve(second);
    resolved(theirs->kind());
    changed(place, *theirs);
  }
}

void AlertBook::tell_open() {
  for (const Place place : alive_)
    for (const auto& life : rooms_[place].lives->of)
      if (life && life->open()) changed(place, *life);
}

void AlertBook::review(const std::function<bool(Alert&)>& review) {
  for (const Place place : alive_)
    for (auto& life : rooms_[place].lives->of)
      if (life && life->review(review)) changed(place, *life);
}

std::vector<Alert> AlertBook::open_alerts() const {
  std::vector<Alert> open;
  for (const Place place : alive_)
    for (const auto& life : rooms_[place].lives->of)
      if (life && life->open()) open.push_back(life->alert());
  return open;
}

}  // namespace roomtone::alerts
