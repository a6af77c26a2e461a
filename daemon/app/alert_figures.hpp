#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "alerts/alert_book.hpp"
#include "base/time.hpp"
#include "model/rollup.hpp"

namespace roomtone::app {

/// The merge of what a room heard in [from, to), both multiples of 10 s; nothing for a room that was never heard.
using Fold = std::function<Rollup(std::string_view key, Instant from, Instant to)>;

/// What the figures of a room say of a span in seconds of event time, widened to its panes.
[[nodiscard]] alerts::Heard heard_in(const Fold& fold, std::string_view key, int64_t from_s, int64_t to_s);

/// What moved a room: what is said in a span against the hour before it. Takes some milliseconds.
[[nodiscard]] alerts::Moved moved_in(const Fold& fold, std::string_view key, int64_t from_s, int64_t to_s, bool up);

}  // namespace roomtone::app
