#pragma once

#include <memory>

#include "ingest/source.hpp"

namespace roomtone::ingest {

struct StdinSourceOptions {
  int fd = 0;                  // stays the caller's: not closed here
  std::size_t frames_max = 0;  // fewer frames a batch than limits::kBatchFrames, for tests; 0 means the limit
};

/// Lines from a pipe or terminal. Finite: ends when the writer closes. Cannot resume: it sends no cursor.
class StdinSource final : public Source {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Source>> open(StdinSourceOptions options);
  [[nodiscard]] Result<void> run(Outlet& outlet, std::stop_token stop) override;
  [[nodiscard]] std::string describe() const override { return "standard input"; }

 private:
  explicit StdinSource(StdinSourceOptions options) : options_(options) {}
  const StdinSourceOptions options_;
};

}  // namespace roomtone::ingest
