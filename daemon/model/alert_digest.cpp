#include "model/alert_digest.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/json_text.hpp"
#include "model/alert_json.hpp"

namespace roomtone {

std::string digest_summary(const AlertDigest& digest) {
  std::string text = fmt::format("{} alert{} held back since {}Z", digest.held, digest.held == 1 ? " was" : "s were",
                                 format_rfc3339(digest.since).substr(0, 19));
  if (digest.quiet > 0 && digest.quiet < digest.held)
    text += fmt::format(", {} of them in quiet hours and the others beyond the budget", digest.quiet);
  else
    text += digest.quiet > 0 ? " in quiet hours" : " beyond the budget";
  if (digest.over == digest.held)
    text += "; all are over by now";
  else if (digest.over > 0)
    text += fmt::format("; {} {} over by now", digest.over, digest.over == 1 ? "is" : "are");
  text += '.';
  if (!digest.worst.empty()) text += (digest.held == 1 ? " " : " The worst: ") + digest.worst.front().sentence;
  return text;
}

void append_digest(std::string& out, const AlertDigest& digest) {
  out.append("{\"id\":");
  append_utf8_string(out, digest.id);
  out.append(",\"since\":");
  append_json_string(out, format_rfc3339(digest.since));
  out.append(",\"made\":");
  append_json_string(out, format_rfc3339(digest.made));
  fmt::format_to(std::back_inserter(out), ",\"held\":{},\"over\":{},\"quiet\":{},\"sentence\":", digest.held,
                 digest.over, digest.quiet);
  append_utf8_string(out, digest_summary(digest));
  out.append(",\"alerts\":[");
  for (const Alert& alert : digest.worst) {
    if (out.back() != '[') out.push_back(',');
    out.push_back('{');
    append_alert_members(out, alert);
    out.push_back('}');
  }
  out.append("]}");
}

}  // namespace roomtone
