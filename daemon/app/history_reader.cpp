#include "app/history_reader.hpp"

#include "model/figures.hpp"
#include "store/history.hpp"

namespace roomtone::app {

publish::ReadHistory history_reader(const store::Store& store, Log& log) {
  return [&store, &log](const publish::HistoryQuestion& question) -> Result<publish::HistoryPage> {
    publish::HistoryPage page;
    const auto read = [&]() -> Result<void> {
      auto history = store::History::open_room(store, question.room);
      if (!history) return tl::unexpected(std::move(history.error()));
      auto next = history->page(question.room, question.from, question.to, question.step, question.rows_max,
                                [&page](Instant start, const Rollup& rollup) {
                                  if (rollup.n != 0) page.rows.push_back({start, figures_of(rollup)});
                                });
      if (!next) return tl::unexpected(std::move(next.error()));
      page.next = *next;
      return {};
    };
    if (auto done = read(); !done) {
      log.error("history could not be read", {{"room", question.room}, {"error", done.error().context}});
      return tl::unexpected(std::move(done.error()));
    }
    return page;
  };
}

}  // namespace roomtone::app
