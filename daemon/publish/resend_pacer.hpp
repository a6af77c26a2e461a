#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace roomtone::publish {

/// Says when a key's current value may be sent again to somebody who just subscribed to it.
///
/// A resend reaches every reader of the key, not the new one alone, so each key gets at most one per
/// kResendPause; who asks in between is served when the pause ends. Remembers a key for the length of the pause only.
/// Not thread-safe: the feed thread owns it.
class ResendPacer {
 public:
  static constexpr std::chrono::milliseconds kResendPause{250};

  /// True: resend now. False: it will come out of take_due. `now` never goes back.
  [[nodiscard]] bool ask(std::string_view key, Mono now);

  /// Keys whose pause is over and which were asked for meanwhile; their next pause begins.
  [[nodiscard]] std::vector<std::string> take_due(Mono now);

  /// When take_due has something to do next.
  [[nodiscard]] std::optional<Mono> next_due() const;

 private:
  struct Pause {
    Mono until;
    std::string key;
  };
  void pause(std::string key, Mono now);

  std::deque<Pause> pauses_;                            // by `until`, since all are equally long
  std::map<std::string, bool, std::less<>> asked_for_;  // the keys in pauses_, and whether somebody waits
};

}  // namespace roomtone::publish
