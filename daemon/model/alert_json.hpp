#pragma once

#include <string>

#include "model/alert.hpp"

namespace roomtone {

/// The members of an alert's JSON object, with the names of its fields, for the feed and for webhooks alike: times RFC
/// 3339, what is not known null, doubles with six decimals. `out` ends with the object's opening brace or with a member
/// of it.
void append_alert_members(std::string& out, const Alert& alert);

}  // namespace roomtone
