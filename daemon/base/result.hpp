#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace roomtone {

/// What a caller may branch on. Short and closed: details belong in the context.
enum class ErrorCode {
  invalid_argument,  // input, rule or configuration that cannot be accepted as given
  not_found,         // a file, key or row that is not there
  unavailable,       // a port, peer or file that cannot be had now; trying later may help
  io,                // reading or writing failed
  corrupt,           // bytes that do not mean what they should
  unsupported,       // a newer format, an unknown version
};

/// An operation that failed. `context` says what was tried, with the name of the thing:
/// "open /var/lib/roomtone: Permission denied".
struct Error {
  ErrorCode code;
  std::string context;
};

/// The one alias for "a T or why not", so that a move to std::expected touches this file only.
/// tl::expected is not [[nodiscard]] itself: write it on each function.
template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string context) {
  return tl::unexpected<Error>(Error{code, std::move(context)});
}

/// The same failure one level up, with what was tried there in front of it.
[[nodiscard]] inline tl::unexpected<Error> fail(Error error, const std::string& tried) {
  error.context = tried + ": " + error.context;
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace roomtone
