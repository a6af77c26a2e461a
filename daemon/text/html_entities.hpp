#pragma once

#include <string>
#include <string_view>

namespace roomtone::text {

/// Whether `text`, whose first byte is a '&', begins with an entity that undo_html_entities() would undo.
[[nodiscard]] bool begins_html_entity(std::string_view text);

/// Writes `text` to `out` with the entities undone that people's posts come with: amp, lt, gt, quot, apos, nbsp and
/// numbers, also where they were escaped twice ("&amp;lt;3" is "<3"). Anything else stays as it is. `out` is never
/// longer than `text`; its memory is kept.
void undo_html_entities(std::string_view text, std::string& out);

}  // namespace roomtone::text
