#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/alert.hpp"

namespace roomtone::cli {

/// What an Alertmanager does with alerts, by their ids: "active", "silenced" or "inhibited".
using AlertmanagerStates = std::map<std::string, std::string, std::less<>>;

/// Reads the answer to GET /api/v2/alerts. Alerts of others are passed over.
[[nodiscard]] Result<AlertmanagerStates> read_alertmanager_states(std::string_view json);

struct AlertsScreen {
  std::size_t columns = 100;
  bool colour = false;
  bool unicode = false;
  const AlertmanagerStates* states = nullptr;  // null: nobody was asked
};

/// A line for each alert, with a header, those that began last first. No line is wider than the screen, and no text in
/// it can change a terminal.
[[nodiscard]] std::vector<std::string> draw_alerts(std::vector<Alert> alerts, const AlertsScreen& screen, Instant now);

/// All of one alert.
[[nodiscard]] std::vector<std::string> draw_alert(const Alert& alert, const AlertsScreen& screen, Instant now);

}  // namespace roomtone::cli
