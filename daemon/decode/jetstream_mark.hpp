#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "model/event_mark.hpp"

namespace roomtone::decode {

/// Reads of a Jetstream v1 event what resuming needs: its host's time, and which event it is. Not thread-safe.
///
/// A commit is known by author, revision, operation, collection and key; an identity or account event by author and
/// its number. Hosts agree on these and on nothing else: each has its own times and its own order of members. What is
/// no such event is known by its bytes and has no time.
class JetstreamMarker {
 public:
  JetstreamMarker();
  JetstreamMarker(JetstreamMarker&&) noexcept;
  JetstreamMarker& operator=(JetstreamMarker&&) noexcept;
  ~JetstreamMarker();

  [[nodiscard]] EventMark mark(std::string_view frame);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace roomtone::decode
