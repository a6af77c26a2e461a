#pragma once

#include <string>

#include "base/result.hpp"

namespace roomtone::publish {

/// Whether we may bind here: `ipc://`, `inproc://` and `tcp://` on a loopback address always; `tcp://` on any other
/// only with `insecure_bind`, since nobody is asked who they are.
[[nodiscard]] Result<void> check_bindable(const std::string& endpoint, bool insecure_bind);

/// The same for the feed's own two sockets, which may be bound anywhere when they speak CURVE (`secured`).
[[nodiscard]] Result<void> check_feed_bindable(const std::string& endpoint, bool secured, bool insecure_bind);

}  // namespace roomtone::publish
