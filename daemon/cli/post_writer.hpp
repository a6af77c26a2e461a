#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "cli/scenario.hpp"

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
  explicit PostWriter(WireFormat format);
  ~PostWriter();
  PostWriter(const PostWriter&) = delete;
  PostWriter& operator=(const PostWriter&) = delete;

  /// The event as one line with its line feed. Holds until the next call.
  [[nodiscard]] std::string_view line(const Event& event);

 private:
  const WireFormat format_;
  const std::unique_ptr<class Pen> pen_;
};

}  // namespace roomtone::cli
