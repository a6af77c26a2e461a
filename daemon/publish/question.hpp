#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "publish/reader.hpp"

namespace roomtone::publish {

/// Where a question goes.
struct QuestionTarget {
  std::string query_endpoint;           // "tcp://127.0.0.1:5571"
  std::optional<ReaderKeys> keys = {};  // for a server that speaks CURVE
  std::chrono::milliseconds patience{10'000};
};

/// Asks a verb with one answer, and gives the JSON of that answer. Waits; connects anew for each question.
/// `unavailable`: nobody answers, or the server cannot or may not say. `invalid_argument`: it does not like the
/// question. `unsupported`: it does not know the verb.
[[nodiscard]] Result<std::string> ask(const QuestionTarget& target, std::string_view verb, std::string_view arguments);

/// A key's newest value.
struct SnapshotValue {
  std::string key;
  std::string body;
};

/// The newest values of all keys under a prefix, in the order of the server. Waits, and errors, as ask(); `unavailable`
/// also beyond `values_max`.
[[nodiscard]] Result<std::vector<SnapshotValue>> take_snapshot(const QuestionTarget& target, std::string_view prefix,
                                                               std::size_t values_max = 100'000);

}  // namespace roomtone::publish
