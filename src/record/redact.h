// Keeps secrets out of files, logs and error texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tt::record {

/// A URL fit for files and logs: user and password become "***", and so do the values of query
/// parameters that look like keys (key, token, secret, password, signature, auth...). The rest is
/// left byte for byte. Text that is not a URL is returned as it is.
std::string redact_url(std::string_view url);

/// Knows the run's secrets (API keys, header values) by value, and blanks them wherever they turn
/// up, for example in an engine's error that quotes the key. Not written anywhere itself. Reading
/// is safe from several threads once every secret has been added.
class Redactor {
 public:
  /// Values under 4 characters are ignored: blanking them would only spoil texts.
  void add_secret(std::string value);
  /// Replaces every occurrence by "***", also where it stands JSON-escaped. True where one was
  /// found.
  bool clean(std::string& text) const;
  std::string cleaned(std::string text) const;

 private:
  std::vector<std::string> secrets_;  // longest first, so that a secret within another is no matter
};

}  // namespace tt::record
