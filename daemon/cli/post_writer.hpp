#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/event.hpp"

namespace roomtone::cli {

/// The formats that the simulator writes.
enum class WireFormat : uint8_t { jetstream, mastodon, own };

/// `did:plc:` and 24 characters that follow from the author's number.
[[nodiscard]] std::string did_of(uint64_t author);

/// The at-uri of a post, which is also its id for Roomtone.
[[nodiscard]] std::string uri_of(const PostRef& post);

/// Writes events as lines of JSON, as the networks themselves do.
///
/// `jetstream` writes every kind of event; `mastodon` and `own` know posts only and make other kinds an empty line
/// view. Not thread-safe.
class PostWriter {
 public:
  /// With the day on which the story starts (days since 1970-01-01) posts also tell of their accounts what the format
  /// has room for: when it was made, with which client it posts, whether it says that it is a bot.
  explicit PostWriter(WireFormat format, std::optional<int64_t> story_day = {});
  ~PostWriter();
  PostWriter(const PostWriter&) = delete;
  PostWriter& operator=(const PostWriter&) = delete;

  /// The event as one line with its line feed. Holds until the next call.
  [[nodiscard]] std::string_view line(const Event& event);

 private:
  const WireFormat format_;
  const std::optional<int64_t> story_day_;
  const std::unique_ptr<class Pen> pen_;
};

}  // namespace roomtone::cli
