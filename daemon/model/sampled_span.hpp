#pragma once

#include <cstdint>
#include <vector>

#include "model/rollup.hpp"

namespace roomtone {

/// What a room said in a span of time, with the samples of its parts side by side.
///
/// Merged rollups keep 44 messages, whatever the length. Here each part (a pane, a minute, an hour) keeps its own 44,
/// and each message weighs as many as it stands for: messages of its part by those of them in the sample. This
/// is a stratified sample; its mean has a smaller error than that of the merged one, by about the root of the number
/// of parts. With one part it is that part's sample.
class SampledSpan {
 public:
  /// Adds a part. Parts do not overlap.
  void add(const Rollup& part) {
    whole_.merge(part);
    int64_t known = 0;
    for (const SampleEntry& entry : part.sample.entries()) known += counts(entry) ? entry.n : 0;
    if (known == 0 || part.n <= 0) return;
    const double each = static_cast<double>(part.n) / static_cast<double>(known);
    for (const SampleEntry& entry : part.sample.entries())
      if (counts(entry)) sampled_.push_back({entry, static_cast<double>(entry.n) * each});
  }

  /// All parts merged, with the sample of a window.
  [[nodiscard]] const Rollup& whole() const { return whole_; }

  struct Sampled {
    SampleEntry entry;
    double weight = 0;  // how many messages it stands for
  };
  /// Messages of which something is known, scored or not, part by part.
  [[nodiscard]] const std::vector<Sampled>& sampled() const { return sampled_; }

 private:
  static bool counts(const SampleEntry& entry) { return entry.n > 0 && entry.said.known; }

  Rollup whole_;
  std::vector<Sampled> sampled_;
};

}  // namespace roomtone
