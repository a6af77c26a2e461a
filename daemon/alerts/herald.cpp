#include "alerts/herald.hpp"

#include <utility>

namespace roomtone::alerts {

Herald::Herald() : silences_(std::make_shared<const AlertSilences>()) {}

void Herald::set_silences(std::shared_ptr<const AlertSilences> silences) {
  if (silences == silences_) return;
  silences_ = std::move(silences);
  next_review_.reset();
}

void Herald::judge(Alert& alert, Instant wall) const {
  alert.telling = find_silence(alert, wall) ? AlertTelling::silenced : AlertTelling::told;
}

bool Herald::review(Alert& alert, Instant wall) const {
  const AlertTelling before = alert.telling;
  const std::string by = alert.silenced_by;
  const bool silenced = find_silence(alert, wall);
  if (before == AlertTelling::silenced && !silenced) alert.telling = AlertTelling::told;
  return alert.telling != before || alert.silenced_by != by;
}

void Herald::reviewed(Instant wall) { next_review_ = silences_->next_end(wall).value_or(Instant::max()); }

bool Herald::find_silence(Alert& alert, Instant wall) const {
  const AlertSilence* const silence = silences_->covering(alert, wall);
  alert.silenced_by = silence == nullptr ? std::string() : silence->id;
  return silence != nullptr;
}

}  // namespace roomtone::alerts
