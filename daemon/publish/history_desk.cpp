#include "publish/history_desk.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "publish/explanation_body.hpp"
#include "publish/json_body.hpp"

namespace roomtone::publish {

HistoryDesk::HistoryDesk(ReadPast read, std::size_t waiting_max, Wake& wake)
    : read_(std::move(read)), wake_(wake), waiting_(waiting_max) {
  if (open()) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

HistoryDesk::~HistoryDesk() {
  thread_.request_stop();
  waiting_.close();
}

bool HistoryDesk::take(ReturnAddress to, Question question) {
  return waiting_.try_push({std::move(to), std::move(question)});
}

std::vector<HistoryDesk::Answer> HistoryDesk::ready() {
  const std::lock_guard lock(mutex_);
  return std::exchange(ready_, {});
}

void HistoryDesk::run(const std::stop_token& stop) {
  while (auto waiting = waiting_.pop()) {
    if (stop.stop_requested()) return;
    Answer answered = answer(std::move(*waiting));
    {
      const std::lock_guard lock(mutex_);
      ready_.push_back(std::move(answered));
    }
    wake_.signal();
  }
}

HistoryDesk::Answer HistoryDesk::answer(Waiting&& waiting) const {
  std::string members;
  if (const auto* asked = std::get_if<HistoryQuestion>(&waiting.question)) {
    auto page = read_.history(*asked);
    if (!page) return {std::move(waiting.to), "HISTORY", tl::unexpected(std::move(page.error()))};
    append_history(members, *asked, *page);
    return {std::move(waiting.to), "HISTORY", std::move(members)};
  }
  auto explanation = read_.explanation(std::get<ExplainQuestion>(waiting.question));
  if (!explanation) return {std::move(waiting.to), "EXPLAIN", tl::unexpected(std::move(explanation.error()))};
  append_explanation(members, *explanation);
  return {std::move(waiting.to), "EXPLAIN", std::move(members)};
}

void append_history(std::string& out, const HistoryQuestion& question, const HistoryPage& page) {
  const auto real = [&out](std::string_view name, const std::optional<double>& value) {
    out.append(",\"").append(name).append("\":");
    value ? void(fmt::format_to(std::back_inserter(out), "{:.6f}", *value)) : void(out.append("null"));
  };
  out.append("\"key\":");
  append_json_string(out, question.room);
  fmt::format_to(std::back_inserter(out), ",\"step_s\":{},\"rows\":[", question.step.count());
  for (const HistoryRow& row : page.rows) {
    const Figures& f = row.figures;
    if (out.back() != '[') out.push_back(',');
    out.append("{\"start_us\":");
    append_json_u64(out, static_cast<uint64_t>(micros(row.start)));
    fmt::format_to(std::back_inserter(out),
                   R"(,"n":{},"pos":{},"neg":{},"neutral":{},"unscored":{},"voices":{},"unique_n":{})", f.n, f.pos,
                   f.neg, f.neutral, f.unscored, f.voices, f.unique_n);
    real("tone", f.raw.tone);
    real("ci_low", f.raw.ci_low);
    real("ci_high", f.raw.ci_high);
    real("dispersion", f.dispersion);
    out.push_back('}');
  }
  out.push_back(']');
  if (!page.next) return;
  out.append(",\"next_us\":");
  append_json_u64(out, static_cast<uint64_t>(micros(*page.next)));
}

}  // namespace roomtone::publish
