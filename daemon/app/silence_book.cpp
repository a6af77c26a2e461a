#include "app/silence_book.hpp"

#include <fstream>
#include <span>
#include <sstream>
#include <utility>
#include <vector>

#include "store/durable_file.hpp"

namespace roomtone::app {

namespace {

using alerts::AlertSilence;
using alerts::AlertSilences;

std::filesystem::path file_of(const std::filesystem::path& store_folder) { return store_folder / "silences"; }

/// A line for each behind the one that says of what they are.
std::string answer_with(std::span<const AlertSilence> silences) {
  std::string text = "silences\n";
  for (const AlertSilence& one : silences)
    text += one.id + "\t" + one.where + "\t" + one.rule + "\t" + format_rfc3339(one.begins) + "\t" +
            format_rfc3339(one.ends) + "\t" + one.by + "\t" + one.reason + "\n";
  return text;
}

}  // namespace

Result<std::shared_ptr<const AlertSilences>> SilenceBook::read(const std::filesystem::path& store_folder) {
  const std::filesystem::path file = file_of(store_folder);
  if (std::error_code nothing_there; !std::filesystem::exists(file, nothing_there))
    return std::make_shared<const AlertSilences>();
  std::ostringstream text;
  const std::ifstream in(file, std::ios::binary);
  if (!in || !(text << in.rdbuf())) return fail(ErrorCode::io, "read " + file.string() + ": not readable");
  auto silences = AlertSilences::parse(text.view());
  if (!silences) return fail(std::move(silences.error()), file.string());
  return std::make_shared<const AlertSilences>(std::move(*silences));
}

Result<std::string> SilenceBook::answer(std::string_view request, std::string_view body) {
  std::istringstream words{std::string(request)};
  std::vector<std::string> given;
  for (std::string word; words >> word;) given.push_back(word);
  const std::lock_guard lock(changes_);
  if (given.size() >= 2 && given[0] == "alerts") {
    if (given[1] == "silences" && given.size() == 2) return answer_with(silences_.load()->active(clock_.wall()));
    if (given[1] == "silence" && given.size() == 2) return add(body);
    if (given[1] == "unsilence" && given.size() == 3) return remove(given[2]);
  }
  return fail(ErrorCode::invalid_argument,
              "of alerts this daemon knows 'alerts silences', 'alerts silence' and 'alerts unsilence ID'");
}

/// A line for each member, its name and a tab before it.
Result<std::string> SilenceBook::add(std::string_view body) {
  alerts::SilenceRequest request;
  std::istringstream lines{std::string(body)};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t tab = line.find('\t');
    const std::string name = line.substr(0, tab);
    const std::string value = tab == std::string::npos ? std::string() : line.substr(tab + 1);
    if (name == "room") {
      request.where = value;
    } else if (name == "rule") {
      request.rule = value;
    } else if (name == "until") {
      request.ends = parse_rfc3339(value).value_or(kNoInstant);
    } else if (name == "by") {
      request.by = value;
    } else if (name == "reason") {
      request.reason = value;
    } else {
      return fail(ErrorCode::invalid_argument, "got the member '" + printable(name, 40) +
                                                   "', expected room, rule, until, by and reason, a line each");
    }
  }
  AlertSilences changed = *silences_.load();
  auto made = changed.add(request, clock_.wall());
  if (!made) return tl::unexpected(std::move(made.error()));
  if (auto taken = take_over(std::move(changed)); !taken) return tl::unexpected(std::move(taken.error()));
  log_.info("alerts silenced", {{"silence", made->id},
                                {"room", made->where},
                                {"rule", made->rule},
                                {"until", format_rfc3339(made->ends)},
                                {"by", made->by}});
  return answer_with({&*made, 1});
}

Result<std::string> SilenceBook::remove(std::string_view id) {
  AlertSilences changed = *silences_.load();
  auto removed = changed.remove(id, clock_.wall());
  if (!removed)
    return fail(ErrorCode::invalid_argument, "silence '" + printable(id, 40) + "': " + removed.error().context);
  if (auto taken = take_over(std::move(changed)); !taken) return tl::unexpected(std::move(taken.error()));
  log_.info("a silence of alerts is ended", {{"silence", removed->id}});
  return answer_with({&*removed, 1});
}

Result<void> SilenceBook::take_over(AlertSilences changed) {
  if (auto written = store::write_durably(file_of(store_folder_), changed.text()); !written) return written;
  silences_.store(std::make_shared<const AlertSilences>(std::move(changed)));
  return {};
}

}  // namespace roomtone::app
