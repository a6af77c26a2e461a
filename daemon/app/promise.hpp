#pragma once

#include <string_view>

#include "app/config.hpp"

namespace roomtone::app {

/// What a source can promise of how often a record is counted. A closed set, so that it can be a metric label.
enum class Promise : uint8_t {
  exactly_once,   // the position is committed with what was counted, and the source can be read again from there
  at_least_once,  // a receipt after the commit; what is sent again without an id or number counts again
  at_most_once,   // no receipt: what is on its way when either side ends is lost
};

/// What it promises to everybody who sends. Some sources promise more to clients that do more, see promise_text.
[[nodiscard]] Promise promise_of(const SourceConfig& source);
[[nodiscard]] std::string_view name_of(Promise promise);

/// The same in words, for the log and check-config.
[[nodiscard]] std::string_view promise_text(const SourceConfig& source);

}  // namespace roomtone::app
