#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "cli/alert_reader.hpp"
#include "cli/alerts_screen.hpp"
#include "delivery/alertmanager_body.hpp"
#include "delivery/http_url.hpp"
#include "delivery/webhook_event.hpp"
#include "model/alert_json.hpp"

// An alert of any content, from a feed or a store, becomes JSON that reads back as the same alert, figures but for
// their rounding; what is drawn of it holds no control character; what an Alertmanager answers, and a URL, is read or
// refused.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace roomtone;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)cli::read_alertmanager_states(text);
  if (const auto url = delivery::parse_http_url(text)) {
    ROOMTONE_ASSERT(delivery::parse_http_url(url->origin() + url->target) == *url);
  }
  const auto alert = cli::read_alert(text);
  if (!alert) return 0;
  std::string once = "{";
  append_alert_members(once, *alert);
  once += '}';
  const auto again = cli::read_alert(once);
  ROOMTONE_ASSERT(again.has_value());
  // Figures are written with six decimals.
  Alert same = *alert;
  for (auto figure :
       {&Alert::tone_before, &Alert::tone_now, &Alert::ci_low, &Alert::ci_high, &Alert::rate_before, &Alert::rate_now})
    same.*figure = (*again).*figure;
  ROOMTONE_ASSERT(*again == same);
  for (const std::string& line : cli::draw_alert(*alert, {.columns = 80, .unicode = true}, alert->starts))
    for (const char c : line) ROOMTONE_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  const delivery::AlertPtr one[] = {std::make_shared<const Alert>(*alert)};
  (void)delivery::alertmanager_body(one, {"here", "{key}{starts_ms}", ""}, alert->starts);
  (void)delivery::webhook_event(*alert, "here", alert->starts, "");
  return 0;
}
