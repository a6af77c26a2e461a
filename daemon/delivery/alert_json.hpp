#pragma once

#include <string>

#include "model/alert.hpp"

namespace roomtone::delivery {

/// The alert as one JSON object, with the names of its fields; times RFC 3339, what is not known null.
void append_alert(std::string& out, const Alert& alert);

/// Where people look at the moment of an alert: `pattern` with "{key}" and "{starts_ms}" (milliseconds since 1970)
/// filled in, escaped as a URL needs it. Empty for an empty pattern.
[[nodiscard]] std::string link_of(std::string_view pattern, const Alert& alert);

/// Texts of JSON have to be UTF-8: what is not becomes U+FFFD.
void append_utf8_string(std::string& out, std::string_view text);

}  // namespace roomtone::delivery
