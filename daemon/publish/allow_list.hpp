#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace roomtone::publish {

/// One reader that the operator has let in.
struct AllowedReader {
  std::string name;                   // [a-z0-9_-]{1,64}, for logs and metrics
  std::string public_key;             // CURVE, Z85: 40 characters
  std::vector<std::string> prefixes;  // what it may read; "" is everything
};

/// Who may read what. One that is not enforced (no CURVE) lets everybody read everything.
///
/// The same answer holds for subscriptions, SNAPSHOT, KEYS, REPLAY and HISTORY. A value: never changes once made.
class AllowList {
 public:
  AllowList() = default;
  /// Enforced, with exactly these readers. Names and keys are distinct.
  explicit AllowList(const std::vector<AllowedReader>& readers);

  [[nodiscard]] bool enforced() const { return enforced_; }

  /// The reader with this public key, in Z85; empty when it is not on the list.
  [[nodiscard]] std::string_view name_of(std::string_view public_key) const;

  /// Whether all that is under `prefix` (a key is one too) may be read by the reader of this name.
  [[nodiscard]] bool may_read(std::string_view name, std::string_view prefix) const;

  /// Whether the reader may subscribe to this: what it may read, `/hb/` and `/ctl/`.
  [[nodiscard]] bool may_subscribe(std::string_view name, std::string_view subscription) const;

  /// What a reader may read, for STATUS: "" is everything.
  [[nodiscard]] const std::vector<std::string>& prefixes_of(std::string_view name) const;

 private:
  bool enforced_ = false;
  std::map<std::string, std::string, std::less<>> names_;                  // by public key
  std::map<std::string, std::vector<std::string>, std::less<>> prefixes_;  // by name
};

}  // namespace roomtone::publish
