// Rooms in which nothing ever happens, at mixed rates, before the book of alerts: how many alerts are raised, and
// whether that is no more than the operator was promised.
//
//   flat_rooms [ROOMS [HOURS [SEED [DAYS [ASKED]]]]]      120 rooms, 24 hours, seed 1, 7 days
//
// At most one false alarm per room in DAYS days is promised. The one-sided 95 % upper bound of what was raised has to
// be within that (an exact Poisson bound, so that a lucky short run does not pass). ASKED is what the detectors are
// told instead of DAYS: with one day they raise too many, and the program has to notice. A surge as rare as once in 28
// days cannot be told of in a day, so what a day counts is tone and spread.
//
// Figures do not stand in the way: one message by one voice is enough for an alert. Prints one JSON object; 0 or 1.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert_book.hpp"
#include "alerts/elementary.hpp"

namespace {

using namespace roomtone;
using namespace roomtone::alerts;

constexpr double kSlowest = 0.02;  // messages a second
constexpr double kFastest = 10;
constexpr double kConfidence = 0.95;

/// Valences of millionths, of which one is drawn: two fifths neutral, the others as short posts scatter.
std::vector<int32_t> valences() {
  std::vector<int32_t> all(400, 0);
  for (int i = 0; i < 360; ++i) all.push_back(50'000 + i * 2'500);   // up to +0.95
  for (int i = 0; i < 240; ++i) all.push_back(-50'000 - i * 3'750);  // down to -0.95
  return all;
}

class FlatRoom {
 public:
  FlatRoom(std::string key, double per_second, uint64_t seed)
      : key_(std::move(key)), silent_(exponential(-per_second)), per_second_(per_second), random_(seed) {}

  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] double per_second() const { return per_second_; }

  Slice second(int64_t at, const std::vector<int32_t>& valences) {
    // Poisson, by how far down the product of uniform numbers goes (Knuth).
    Slice slice{.second = at};
    for (double left = uniform(); left > silent_; left *= uniform()) ++slice.n;
    slice.scored = slice.n;
    for (int64_t i = 0; i < slice.n; ++i) {
      const int64_t v = valences[random_() % valences.size()];
      slice.valence_micro_sum += v;
      slice.valence_sq_micro_sum += (v * v + 500'000) / 1'000'000;
    }
    return slice;
  }

 private:
  double uniform() { return static_cast<double>((random_() >> 11) + 1) * 0x1p-53; }

  std::string key_;
  double silent_;
  double per_second_;
  std::mt19937_64 random_;
};

/// The rooms are as loud as ever, whoever asks.
class Flat final : public Witness {
 public:
  explicit Flat(const std::vector<FlatRoom>& rooms) : rooms_(rooms) {}
  Heard heard(std::string_view key, int64_t from_s, int64_t to_s) override {
    const auto room = std::ranges::find(rooms_, key, &FlatRoom::key);
    const double n = std::max(1.0, room->per_second() * static_cast<double>(to_s - from_s));
    return {.n = std::llround(n),
            .voices = std::llround(n),
            .tone = {},
            .ci_low = {},
            .ci_high = {},
            .rate_per_min = room->per_second() * 60};
  }
  Moved moved(std::string_view, int64_t, int64_t, bool) override { return {}; }

 private:
  const std::vector<FlatRoom>& rooms_;
};

/// The largest mean of a Poisson distribution that gives `count` or fewer with a probability of at least 1 -
/// confidence.
double upper_bound(int64_t count, double confidence) {
  const auto at_most = [count](double mean) {
    double term = std::exp(-mean);
    double sum = term;
    for (int64_t i = 1; i <= count; ++i) sum += term *= mean / static_cast<double>(i);
    return sum;
  };
  double low = 0;
  double high = 700;  // beyond it exp(-mean) is no number
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (at_most(middle) > 1 - confidence ? low : high) = middle;
  }
  return high;
}

}  // namespace

int main(int argc, char** argv) {
  const auto given = [&](int place, double otherwise) { return argc > place ? std::atof(argv[place]) : otherwise; };
  const auto count = static_cast<std::size_t>(given(1, 120));
  const auto seconds = static_cast<int64_t>(given(2, 24) * 3600);
  const auto seed = static_cast<uint64_t>(given(3, 1));
  const double days = given(4, 7);
  const double asked = given(5, days);
  if (count == 0 || seconds <= kLearning_s || days <= 0 || asked <= 0) {
    std::fprintf(stderr, "usage: flat_rooms [ROOMS [HOURS [SEED [DAYS [ASKED]]]]], of more than an hour\n");
    return 64;
  }

  std::vector<FlatRoom> rooms;
  for (std::size_t i = 0; i < count; ++i) {
    // As many rooms between 0.02 and 0.2 messages a second as between 0.2 and 2.
    const double place = count > 1 ? static_cast<double>(i) / static_cast<double>(count - 1) : 0.5;
    rooms.emplace_back("t/r" + std::to_string(i), kSlowest * std::pow(kFastest / kSlowest, place),
                       seed * 1'000'003 + i);
  }
  AlertBook book({.budget = {.days_between_false_alarms = asked},
                  .min_messages = 1,
                  .min_voices = 1,
                  .rooms_max = count,
                  .open_max = count});
  Flat witness(rooms);
  const std::vector<int32_t> said = valences();
  std::array<std::set<std::string>, kAlertKindNames.size()> raised;
  constexpr int64_t kBegin = 1'767'258'000;
  for (int64_t t = 0; t < seconds; ++t) {
    for (FlatRoom& room : rooms) {
      const Slice slice = room.second(kBegin + t, said);
      if (slice.n > 0) book.hear(room.key(), slice);
    }
    book.advance(kBegin + t + 1, {}, witness);
    for (const AlertChange& change : book.take_changes())
      raised[static_cast<std::size_t>(change.alert.kind)].insert(change.alert.id);
  }

  int64_t all = 0;
  for (const auto& ids : raised) all += static_cast<int64_t>(ids.size());
  const double room_days = static_cast<double>(count) * static_cast<double>(seconds - kLearning_s) / 86'400;
  const double promised = room_days / days;
  const double bound = upper_bound(all, kConfidence);
  std::printf("{\"rooms\":%zu,\"room_days\":%.1f,\"alerts\":%lld,\"upper_bound\":%.1f,\"promised\":%.1f,\"kept\":%s",
              count, room_days, static_cast<long long>(all), bound, promised, bound <= promised ? "true" : "false");
  for (std::size_t kind = 0; kind < raised.size(); ++kind)
    if (!raised[kind].empty())
      std::printf(",\"%s\":%zu", std::string(kAlertKindNames[kind]).c_str(), raised[kind].size());
  std::printf("}\n");
  return bound <= promised ? 0 : 1;
}
