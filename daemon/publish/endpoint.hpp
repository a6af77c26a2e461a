#pragma once

#include <string>

#include "base/result.hpp"

namespace roomtone::publish {

/// Whether we may bind here: `ipc://`, `inproc://` and `tcp://` on a loopback address always; `tcp://` on any other
/// only with `insecure_bind`, since the feed neither encrypts nor asks who reads.
[[nodiscard]] Result<void> check_bindable(const std::string& endpoint, bool insecure_bind);

}  // namespace roomtone::publish
