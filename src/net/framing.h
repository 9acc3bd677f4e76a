// Cuts a response body into events: Server-Sent Events and newline-delimited JSON. Pieces of the
// body may be cut anywhere. An event that lies whole in one piece is handed on without a copy.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace tt::net {

/// An event larger than this is an error, so that a stream without line ends cannot eat the memory.
inline constexpr std::size_t kMaxEventBytes = 16u << 20;

/// `text` without blanks, tabs and carriage returns at its ends.
inline std::string_view trim_blanks(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Cuts pieces into lines at LF (a CR before it belongs to the line end). Base of both framers.
class LineCutter {
 public:
  explicit LineCutter(std::size_t limit) : limit_(limit) {}

  /// Calls `line(std::string_view, bool in_piece)` for each line that ends in this piece, its line
  /// end cut off; a line not in_piece lives until the call returns. `line` returns false to stop.
  /// False: stopped, or a line was longer than the limit.
  template <class F>
  bool feed(std::string_view piece, F&& line);
  /// Calls `line` for a last line without a line end, where there is one.
  template <class F>
  bool finish(F&& line);
  void reset() { partial_.clear(); }

 private:
  static std::string_view without_cr(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  std::size_t limit_;
  std::string partial_;  // a line's beginning, from earlier pieces
};

/// Server-Sent Events: calls back with the payload of each event's data lines (joined by LF),
/// trimmed. Comments, other fields and events without payload are skipped, as is a byte order mark.
class SseFramer {
 public:
  explicit SseFramer(std::size_t limit = kMaxEventBytes) : limit_(limit), lines_(limit) {}

  /// Calls `event(std::string_view payload)` for each event that ends in this piece; the payload
  /// lives until the callback returns. False: an event was larger than the limit; nothing more is
  /// read then.
  template <class F>
  bool feed(std::string_view piece, F&& event);
  /// The body has ended: hands on a last event that lacks its empty line.
  template <class F>
  bool finish(F&& event);
  /// Ready for another body.
  void reset();

 private:
  template <class F>
  bool take_line(std::string_view line, F& event);
  bool take_data(std::string_view value);
  template <class F>
  void end_event(F& event);
  void keep_data();

  std::size_t limit_;
  LineCutter lines_;
  bool has_data_ = false;
  bool first_line_ = true;
  bool failed_ = false;
  std::string_view data_;  // the event's only data line so far, inside the current piece or kept_
  std::string kept_;       // the same, once it must outlive its piece or has several lines
};

/// Newline-delimited JSON: calls back with each line that is not blank, trimmed.
class NdjsonFramer {
 public:
  explicit NdjsonFramer(std::size_t limit = kMaxEventBytes) : lines_(limit) {}

  /// As SseFramer.
  template <class F>
  bool feed(std::string_view piece, F&& event);
  template <class F>
  bool finish(F&& event);
  void reset();

 private:
  LineCutter lines_;
  bool failed_ = false;
};

// --- Inline, because they run once an event -----------------------------------------------------

template <class F>
bool LineCutter::feed(std::string_view piece, F&& line) {
  const char* at = piece.data();
  const char* const end = at + piece.size();
  while (at < end) {
    const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    const char* stop = found != nullptr ? static_cast<const char*>(found) : end;
    const std::string_view part(at, static_cast<std::size_t>(stop - at));
    if (part.size() + partial_.size() > limit_) return false;
    if (found == nullptr) {
      partial_.append(part);
      return true;
    }
    at = stop + 1;
    if (partial_.empty()) {
      if (!line(without_cr(part), true)) return false;
    } else {
      partial_.append(part);
      const bool go_on = line(without_cr(partial_), false);
      partial_.clear();
      if (!go_on) return false;
    }
  }
  return true;
}

template <class F>
bool LineCutter::finish(F&& line) {
  if (partial_.empty()) return true;
  const bool good = line(without_cr(partial_), false);
  partial_.clear();
  return good;
}

template <class F>
bool SseFramer::feed(std::string_view piece, F&& event) {
  if (failed_) return false;
  failed_ = !lines_.feed(piece, [&](std::string_view line, bool in_piece) {
    const bool good = take_line(line, event);
    if (!in_piece) keep_data();
    return good;
  });
  keep_data();
  return !failed_;
}

template <class F>
bool SseFramer::finish(F&& event) {
  if (failed_) return false;
  failed_ = !lines_.finish([&](std::string_view line, bool) {
    const bool good = take_line(line, event);
    keep_data();
    return good;
  });
  if (!failed_) end_event(event);
  return !failed_;
}

template <class F>
bool SseFramer::take_line(std::string_view line, F& event) {
  if (first_line_) {
    first_line_ = false;
    if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  }
  if (line.empty()) {
    end_event(event);
    return true;
  }
  if (!line.starts_with("data")) return true;
  line.remove_prefix(4);
  if (line.empty()) return take_data({});
  if (line.front() != ':') return true;
  line.remove_prefix(1);
  if (line.starts_with(' ')) line.remove_prefix(1);
  return take_data(line);
}

template <class F>
void SseFramer::end_event(F& event) {
  if (!has_data_) return;
  has_data_ = false;
  const std::string_view payload = trim_blanks(data_);
  if (!payload.empty()) event(payload);
}

template <class F>
bool NdjsonFramer::feed(std::string_view piece, F&& event) {
  if (failed_) return false;
  failed_ = !lines_.feed(piece, [&](std::string_view line, bool) {
    line = trim_blanks(line);
    if (!line.empty()) event(line);
    return true;
  });
  return !failed_;
}

template <class F>
bool NdjsonFramer::finish(F&& event) {
  if (failed_) return false;
  return lines_.finish([&](std::string_view line, bool) {
    line = trim_blanks(line);
    if (!line.empty()) event(line);
    return true;
  });
}

}  // namespace tt::net
