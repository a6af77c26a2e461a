#pragma once

#include <optional>

#include "base/log.hpp"
#include "model/explanation.hpp"
#include "publish/history_desk.hpp"
#include "store/store.hpp"

namespace roomtone::app {

/// Reads a window and its baseline with their samples and explains the one by the other. Of a store that another
/// thread writes to it is right as of some moment since the call. `not_found` when nothing was ever heard.
///
/// The window is the last one that ends at or before the time asked for; of none, the one that holds the newest message
/// of the room.
[[nodiscard]] Result<Explanation> explain_from(const store::Store& store, const publish::ExplainQuestion& question);

/// explain_from() for the feed; failures to read are logged. Both outlive what is returned.
[[nodiscard]] publish::ReadExplanation explanation_reader(const store::Store& store, Log& log);

}  // namespace roomtone::app
