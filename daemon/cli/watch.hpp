#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cli/output.hpp"
#include "cli/watch_state.hpp"
#include "publish/reader.hpp"

namespace roomtone::cli {

struct WatchOptions {
  std::string publish_endpoint;
  std::string query_endpoint;
  std::optional<publish::ReaderKeys> keys = {};
  std::string prefix;  // of feed keys: "/a/" or "/a/t/"
  WindowSize window;
  std::optional<std::chrono::milliseconds> time;  // end after so long
  bool once;  // show what is there now and end; gives up after 5 s without an answer
  bool json;
  bool colour;
  bool unicode;
};

/// `t/`, `/a/t` or nothing as people write it, as a prefix of feed keys; `invalid_argument` for what is no key.
[[nodiscard]] Result<std::string> feed_prefix(std::string_view text);

/// `60s`, `5m` ... ; nothing for a window that is not published.
[[nodiscard]] std::optional<WindowSize> window_of(std::string_view text);

/// One line for each update of the chosen window, until the time is over, the reader leaves or `stop` says so. With
/// `once`, the table or the objects of all rooms instead.
[[nodiscard]] Result<void> watch_lines(const WatchOptions& options, Output& output, const Clock& clock,
                                       const std::function<bool()>& stop);

}  // namespace roomtone::cli
