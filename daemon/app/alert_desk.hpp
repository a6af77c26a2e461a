#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert_book.hpp"
#include "alerts/alert_silences.hpp"
#include "alerts/herald.hpp"
#include "app/alert_figures.hpp"
#include "app/config.hpp"
#include "app/season_desk.hpp"
#include "base/clock.hpp"
#include "base/published.hpp"
#include "model/commit.hpp"
#include "room/room.hpp"

namespace roomtone::app {

/// Between the room and the book of alerts: hands the seconds whose grace is over to the book, tells it what the
/// figures say and whether the sources can be heard, has the herald decide which alerts are told, and puts what comes
/// of it into the commit: rows, alerts to publish, counts. The room thread owns it, but for set_sources().
class AlertDesk : private alerts::Witness {
 public:
  /// A row is written so long after its room has moved, later where very many rooms are busy.
  static constexpr std::chrono::seconds kRowAge{10};
  /// Rows of rooms without a change of an alert in one commit.
  static constexpr std::size_t kRowsPerCommit = 1'000;
  /// Alerts of one commit whose words are looked for; each takes some milliseconds.
  static constexpr std::size_t kCausesPerCommit = 16;

  /// What it looks at for each commit, since both may change while the daemon runs; they outlive it.
  struct Orders {
    const Published<AlertsConfig>& config;
    const Published<alerts::AlertSilences>& silences;
  };

  /// `room` outlives it. Rows that cannot be read are left out: their rooms are learnt anew.
  AlertDesk(Orders orders, const std::vector<AlertStateRow>& recovered, room::Room& room);

  /// Completes a commit that the room has just made. With `everything` all rows are in it.
  void complete(Commit& commit, Mono now, Instant wall, bool everything);

  /// With which the usual tone of an hour is told. It outlives the desk.
  void set_seasons(const SeasonDesk& seasons) { seasons_ = &seasons; }

  /// How the sources fare. Any thread.
  void set_sources(const std::vector<SourceHealth>& sources);

  [[nodiscard]] std::size_t rows_refused() const { return rows_refused_; }

 private:
  [[nodiscard]] alerts::Heard heard(std::string_view key, int64_t from_s, int64_t to_s) override;
  [[nodiscard]] alerts::Moved moved(std::string_view key, int64_t from_s, int64_t to_s, bool up) override;
  void judge(Alert& alert) override { herald_.judge(alert, wall_); }
  void take_orders();
  void review(Commit& commit);
  void step(Commit& commit);
  [[nodiscard]] bool tell_sources(int64_t second);
  void tell_lists(const Commit& commit, int64_t second);
  void publish(Commit& commit);

  const Orders orders_;
  std::shared_ptr<const AlertsConfig> config_;
  room::Room& room_;
  const Fold fold_;  // of room_
  const SeasonDesk* seasons_ = nullptr;
  alerts::AlertBook book_;
  alerts::Herald herald_;
  Instant wall_ = kNoInstant;  // of the commit
  std::mutex mutex_;
  std::vector<SourceHealth> sources_;  // guarded by mutex_
  std::size_t causes_left_ = 0;
  std::size_t rows_refused_ = 0;
  bool begun_ = false;  // the digest of before the restart has been looked at
  AlertCounts counts_;
  std::map<std::string, AlertState> states_;  // of open alerts, by id
};

}  // namespace roomtone::app
