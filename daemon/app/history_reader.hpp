#pragma once

#include "base/log.hpp"
#include "publish/history_desk.hpp"
#include "store/store.hpp"

namespace roomtone::app {

/// Reads pages of history for the feed from a store that is being written to. Both outlive what is returned.
[[nodiscard]] publish::ReadHistory history_reader(const store::Store& store, Log& log);

}  // namespace roomtone::app
