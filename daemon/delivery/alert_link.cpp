#include "delivery/alert_link.hpp"

#include <fmt/format.h>

#include <iterator>

namespace roomtone::delivery {

std::string link_of(std::string_view pattern, const Alert& alert) {
  std::string link;
  while (!pattern.empty()) {
    constexpr std::string_view kKey = "{key}";
    constexpr std::string_view kStarts = "{starts_ms}";
    if (pattern.starts_with(kKey)) {
      for (const char c : alert.key) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        plain ? link.push_back(c)
              : void(fmt::format_to(std::back_inserter(link), "%{:02X}", static_cast<unsigned char>(c)));
      }
      pattern.remove_prefix(kKey.size());
    } else if (pattern.starts_with(kStarts)) {
      link += std::to_string(micros(alert.starts) / 1000);
      pattern.remove_prefix(kStarts.size());
    } else {
      link.push_back(pattern.front());
      pattern.remove_prefix(1);
    }
  }
  return link;
}

}  // namespace roomtone::delivery
