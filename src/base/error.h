// Errors are values. A function that can fail returns Result<T>; nothing throws across a library's
// face. A failed request is not an Error: it is a row (see record/row.h).
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace tt {

enum class ErrorCode {
  kInvalidInput,  // a file, flag or reply says something that we cannot accept
  kNotFound,
  kAlreadyExists,
  kIo,           // the file system or a socket refused
  kNetwork,      // resolving, connecting, TLS
  kProtocol,     // the other side broke its protocol
  kUnavailable,  // the other side is there but not ready
  kCancelled,
  kInternal,  // our own bug, reported rather than hidden
};

/// What happened, where, and what to do about it.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  /// A sentence for the user. Says what to do where that is known.
  std::string message;
  /// Where: "plan.yaml:3:7", a URL, a path. Empty where there is no place.
  std::string source = {};

  /// "source: message", or the message alone.
  std::string text() const { return source.empty() ? message : source + ": " + message; }
};

template <class T>
using Result = std::expected<T, Error>;

/// `return fail(ErrorCode::kIo, "cannot write ...", path);`
inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string source = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(source)});
}

/// The name of a code, as it stands in JSON: "invalid_input".
std::string_view error_code_name(ErrorCode code);

}  // namespace tt
