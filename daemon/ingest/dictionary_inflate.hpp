#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace roomtone::ingest {

/// Decompresses single zstd frames that were made with one dictionary, as Jetstream sends them. Not thread-safe.
///
/// Memory is bounded: what comes out of one frame has a limit, and so has a frame's window.
class DictionaryInflate {
 public:
  /// `invalid_argument` for a file that is no dictionary, `not_found` for one that cannot be read.
  [[nodiscard]] static Result<DictionaryInflate> open(const std::filesystem::path& dictionary, std::size_t bytes_max);
  DictionaryInflate(DictionaryInflate&&) noexcept;
  DictionaryInflate& operator=(DictionaryInflate&&) noexcept;
  ~DictionaryInflate();

  enum class Outcome : uint8_t {
    ok,
    too_large,         // more than bytes_max would come out
    broken,            // not one whole zstd frame
    other_dictionary,  // made with another dictionary than ours: every further frame will be
  };
  /// `out` holds until the next call, and only with `ok`.
  [[nodiscard]] Outcome inflate(std::string_view frame, std::string_view& out);

  [[nodiscard]] uint32_t dictionary_id() const;

 private:
  struct State;
  explicit DictionaryInflate(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Which dictionary a zstd frame was made with; 0 for none, or for what is no frame.
[[nodiscard]] uint32_t dictionary_of(std::string_view frame);

}  // namespace roomtone::ingest
