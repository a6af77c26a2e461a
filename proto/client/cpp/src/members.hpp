#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json.hpp"

namespace roomtone::client {

/// The members of a body, whichever form it has, so that each body's fields are listed once. JSON knows them by name,
/// protobuf by number. What is absent (or null) leaves its variable as it is; a member of another type than the one
/// asked for makes bad() true in JSON, and is as good as unknown in protobuf.
class Members {
 public:
  virtual ~Members() = default;

  virtual void whole(uint32_t number, std::string_view name, uint64_t& out) = 0;
  virtual void real(uint32_t number, std::string_view name, std::optional<double>& out) = 0;
  virtual void text(uint32_t number, std::string_view name, std::string& out) = 0;
  virtual void texts(uint32_t number, std::string_view name, std::vector<std::string>& out) = 0;
  /// One of `names`, the enumerators of protobuf in their order. JSON may have others.
  virtual void choice(uint32_t number, std::string_view name, std::span<const std::string_view> names,
                      std::string& out) = 0;

  using Read = std::function<void(Members&)>;
  virtual void message(uint32_t number, std::string_view name, const Read& read) = 0;
  /// `read` once for each message of a list.
  virtual void messages(uint32_t number, std::string_view name, const Read& read) = 0;
  using ReadEntry = std::function<void(std::string_view key, Members&)>;
  virtual void entries(uint32_t number, std::string_view name, const ReadEntry& read) = 0;

  void whole(uint32_t number, std::string_view name, int64_t& out) {
    uint64_t bits = static_cast<uint64_t>(out);
    whole(number, name, bits);
    out = static_cast<int64_t>(bits);
  }
  void real(uint32_t number, std::string_view name, double& out) {
    std::optional<double> value;
    real(number, name, value);
    out = value.value_or(out);
  }

  [[nodiscard]] bool bad() const { return bad_; }

 protected:
  bool bad_ = false;
};

/// Reads a body of that form; false when it is none, or has a member of another type than the one asked for.
[[nodiscard]] bool read_json(std::string_view body, const Members::Read& read);
[[nodiscard]] bool read_protobuf(std::string_view body, const Members::Read& read);

/// A whole number as JSON has it: a number, or a string of digits. Negative ones are in two's complement.
[[nodiscard]] std::optional<uint64_t> whole_of(const Json& value);

}  // namespace roomtone::client
