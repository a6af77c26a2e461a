#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "base/bounded_queue.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "model/atmosphere.hpp"
#include "model/explanation.hpp"
#include "publish/wake.hpp"

namespace roomtone::publish {

/// Which rows of a room's past are asked for.
struct HistoryQuestion {
  std::string room;
  Instant from = kNoInstant;  // [from, to), widened to whole steps
  Instant to = kNoInstant;
  std::chrono::seconds step{};  // a multiple of 10 s
  std::size_t rows_max = 0;
};

/// What was said in [start, start + step).
struct HistoryRow {
  Instant start = kNoInstant;
  Figures figures;
};

struct HistoryPage {
  std::vector<HistoryRow> rows;  // by start; spans without messages are left out
  std::optional<Instant> next;   // where the next page begins, when there may be one
};

/// Reads a page from wherever the past is kept. Called on the desk's thread while others write there.
using ReadHistory = std::function<Result<HistoryPage>(const HistoryQuestion&)>;

/// Which window is to be explained.
struct ExplainQuestion {
  std::string room;
  WindowSize window = WindowSize::five_minutes;
  std::optional<Instant> end;  // the last window that ends by then; nothing: the newest
};

/// Explains a window from wherever the past is kept; as ReadHistory. `not_found`: nothing was ever heard.
using ReadExplanation = std::function<Result<Explanation>(const ExplainQuestion&)>;

/// What the desk reads with. Without one of them its question cannot be asked.
struct ReadPast {
  ReadHistory history;
  ReadExplanation explanation;
};

/// To whom an answer goes: a peer of the ROUTER socket.
struct ReturnAddress {
  std::string routing_id;
  bool delimiter = false;  // the question had an empty frame in front: so has the answer
  std::string id;          // of the question; may be empty
};

/// Answers HISTORY and EXPLAIN questions on a thread of its own, since reading a disk must not keep the feed waiting.
///
/// take() and ready() are the feed thread's. Questions that wait are bounded; so are, by them, the answers.
class HistoryDesk {
 public:
  using Question = std::variant<HistoryQuestion, ExplainQuestion>;
  struct Answer {
    ReturnAddress to;
    std::string_view verb;        // of the question and of the answer
    Result<std::string> members;  // of the JSON object, without braces
  };

  /// `wake` is signalled when an answer is ready, and outlives the desk.
  HistoryDesk(ReadPast read, std::size_t waiting_max, Wake& wake);
  /// Waits for the question that is being read; others are dropped.
  ~HistoryDesk();
  HistoryDesk(const HistoryDesk&) = delete;
  HistoryDesk& operator=(const HistoryDesk&) = delete;

  [[nodiscard]] bool open() const { return read_.history && read_.explanation; }
  /// False when as many wait as may.
  [[nodiscard]] bool take(ReturnAddress to, Question question);
  /// The answers that have become ready.
  [[nodiscard]] std::vector<Answer> ready();

 private:
  struct Waiting {
    ReturnAddress to;
    Question question;
  };
  [[nodiscard]] Answer answer(Waiting&& waiting) const;
  void run(const std::stop_token& stop);

  const ReadPast read_;
  Wake& wake_;
  BoundedQueue<Waiting> waiting_;
  std::mutex mutex_;
  std::vector<Answer> ready_;  // guarded by mutex_
  std::jthread thread_;        // last: ends before what it uses
};

/// The members of a HISTORY answer, without braces.
void append_history(std::string& out, const HistoryQuestion& question, const HistoryPage& page);

}  // namespace roomtone::publish
