#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roomtone::decode {

/// Appends to `out` what a reader would see of an HTML fragment, as far as a mood needs it; nothing is ever rendered.
///
/// - `<br>` and the end of a block (`</p>`, `</li>`, `</div>` ...) become one newline; other tags vanish without a
/// trace.
/// - Spans of class `invisible` are dropped with what is inside, and so are comments, `script` and `style`.
/// - Character references become characters: numeric ones, and the names that servers write. Others stay as written.
/// - Newlines and blanks at the end of what was appended are cut.
/// Reads the fragment once whatever its nesting, keeps no stack, and stops after `bytes_max` bytes of text, at a code
/// point. Broken markup never fails: a '<' that opens no tag is a '<'.
void append_html_text(std::string_view html, std::size_t bytes_max, std::string& out);

/// Adds the targets of links to `links`, at most limits::kListItems in all: anchors with an http(s) `href`, less those
/// that servers make of mentions and hashtags (classes `mention` and `hashtag`). The views point into `out`, which is
/// overwritten.
void collect_html_links(std::string_view html, std::string& out, std::vector<std::string_view>& links);

/// `text` with the three references that X writes for '<', '>' and '&' turned back. Points into `text` when there are
/// none, else into `out`, which is overwritten.
[[nodiscard]] std::string_view undo_x_escapes(std::string_view text, std::string& out);

/// The name of a posting client, which X v1.1 gives as a link (`<a href="...">Twitter for Android</a>`). Points into
/// `source` when there is no markup, else into `out`, which is overwritten.
[[nodiscard]] std::string_view client_of_source(std::string_view source, std::string& out);

}  // namespace roomtone::decode
