#include "publish/history_desk.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "publish/json_body.hpp"

namespace roomtone::publish {

HistoryDesk::HistoryDesk(ReadHistory read, std::size_t waiting_max, Wake& wake)
    : read_(std::move(read)), wake_(wake), waiting_(waiting_max) {
  if (read_) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

HistoryDesk::~HistoryDesk() {
  thread_.request_stop();
  waiting_.close();
}

bool HistoryDesk::take(ReturnAddress to, HistoryQuestion question) {
  return waiting_.try_push({std::move(to), std::move(question)});
}

std::vector<HistoryDesk::Answer> HistoryDesk::ready() {
  const std::lock_guard lock(mutex_);
  return std::exchange(ready_, {});
}

void HistoryDesk::run(const std::stop_token& stop) {
  while (auto waiting = waiting_.pop()) {
    if (stop.stop_requested()) return;
    auto page = read_(waiting->question);
    {
      const std::lock_guard lock(mutex_);
      ready_.push_back({std::move(waiting->to), std::move(waiting->question), std::move(page)});
    }
    wake_.signal();
  }
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
