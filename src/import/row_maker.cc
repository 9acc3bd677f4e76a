#include "import/row_maker.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace tt::import {
namespace {

using record::Row;

constexpr std::array<std::string_view, kFaultCount> kFlags = {
    "",       "wrong_columns",  "wrong_type", "missing_value", "negative_value", "impossible_value",
    "broken", "repeated_header"};

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  return std::ranges::search(text, part, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b;
         }).begin() != text.end();
}

bool is_believable(double seconds) { return seconds >= 0 && seconds <= 7 * 86400.0; }

// -1 for what is not told or cannot be.
Nanos duration_of(double seconds) { return is_believable(seconds) ? from_seconds(seconds) : -1; }

std::uint32_t count_of(double value) {
  if (!(value >= 0)) return 0;
  constexpr auto kMost = static_cast<double>(std::numeric_limits<std::uint32_t>::max());
  return static_cast<std::uint32_t>(std::min(value + 0.5, kMost));
}

void place_instants(const Sample& s, Nanos anchor, bool ordered, Row& row) {
  const auto at = [anchor](Nanos instant) { return instant == kNever ? kNever : instant - anchor; };
  row.planned = at(s.planned);
  row.sent = at(s.start);
  if (row.sent == kNever) return;
  row.end = at(s.end);
  if (row.end == kNever && row.reported.e2e >= 0) row.end = row.sent + row.reported.e2e;
  if (row.end != kNever && row.end < row.sent) row.end = kNever;
  if (s.failed || !ordered) return;
  row.first_token = at(s.first_token);
  if (row.first_token == kNever && row.reported.ttft >= 0) {
    row.first_token = row.sent + row.reported.ttft;
  }
  row.last_token = at(s.last_token);
  if (row.last_token == kNever && s.ends_with_token) row.last_token = row.end;
}

// Chunks stand where the first token came and each gap after; counted from the request's own start
// where that is all that is known.
void place_chunks(const Sample& s, Row& row) {
  if (s.gaps.empty() || s.failed || row.reported.ttft < 0) return;
  Nanos at = row.first_token != kNever ? row.first_token : row.reported.ttft;
  row.chunk_at.reserve(s.gaps.size() + 1);
  row.chunk_at.push_back(at);
  for (const double gap : s.gaps) {
    if (!is_believable(gap)) {
      row.chunk_at.clear();
      return;
    }
    row.chunk_at.push_back(at += from_seconds(gap));
  }
  row.chunk_tokens.assign(row.chunk_at.size(), 0);
  if (row.sent != kNever && row.last_token == kNever) row.last_token = at;
}

}  // namespace

std::uint32_t TargetTable::index_of(std::string_view engine, std::string_view model) {
  const std::lock_guard lock(mutex_);
  const std::pair<std::string, std::string> key(engine, model);
  const auto [place, added] = known_.try_emplace(key, targets_.size());
  if (added) targets_.push_back({key.first, key.second});
  return place->second;
}

std::vector<TargetTable::Target> TargetTable::all() const {
  const std::lock_guard lock(mutex_);
  return targets_;
}

Status status_of(const Sample& s) {
  if (s.cancelled) return Status::kCancelled;
  if (s.fault == Fault::kColumns) return Status::kMalformed;  // who knows what was lost
  if (!s.failed) return s.output_tokens == 0 ? Status::kEmpty : Status::kOk;
  const int code = is_told(s.status_code) ? static_cast<int>(s.status_code) : 0;
  if (code == 429) return Status::kOverloaded;
  if (code >= 400 && code < 500) return Status::kHttpClientError;
  if (code >= 500 && code < 600) return Status::kHttpServerError;
  const auto says = [&](std::string_view word) { return contains_ignoring_case(s.error, word); };
  if (says("timeout") || says("timed out")) return Status::kTotalTimeout;
  if (says("refused")) return Status::kConnectRefused;
  if (says("cancel")) return Status::kCancelled;
  if (says("connect")) return Status::kConnectFailed;
  return Status::kStreamError;
}

void RowMaker::make(const Sample& s, Row& row) const {
  row.index = s.row - 1;
  row.target = targets == nullptr ? 0 : targets->index_of(s.engine, s.model);
  row.request_id = s.id;
  row.user = s.user;
  row.warmup = s.warmup;
  row.status = status_of(s);
  if (is_told(s.status_code) && s.status_code >= 0 && s.status_code < 1000) {
    row.http_code = static_cast<std::uint16_t>(s.status_code);
  }
  if (row.status != Status::kOk) row.error = s.error;
  row.finish_reason = s.finish_reason;
  if (s.fault != Fault::kNone) row.flags = kFlags[static_cast<std::size_t>(s.fault)];

  // Of an order that cannot be nothing is believed but the whole.
  const bool ordered = s.fault != Fault::kImpossible;
  if (!s.failed && !s.cancelled) {
    row.reported = {ordered ? duration_of(s.ttft) : -1, ordered ? duration_of(s.tpot) : -1,
                    ordered ? duration_of(s.itl) : -1, -1};
  }
  row.reported.e2e = duration_of(s.e2e);
  row.engine.load_ns = duration_of(s.load);
  row.engine.prefill_ns = duration_of(s.prefill);
  row.engine.decode_ns = duration_of(s.decode);
  row.input_tokens = count_of(s.input_tokens);
  row.output_tokens = count_of(s.output_tokens);
  row.reasoning_tokens = count_of(s.reasoning_tokens);
  row.input_source = is_told(s.input_tokens) && !s.failed ? tokens : TokenSource::kNone;
  row.output_source = is_told(s.output_tokens) && !s.failed ? tokens : TokenSource::kNone;
  place_instants(s, anchor, ordered, row);
  if (ordered) place_chunks(s, row);
}

void StatusCounts::add(const Row& row) {
  ++by_status[static_cast<std::size_t>(row.status)];
  if (row.warmup) ++warmup;
}

void StatusCounts::merge(const StatusCounts& other) {
  for (std::size_t i = 0; i < by_status.size(); ++i) by_status[i] += other.by_status[i];
  warmup += other.warmup;
}

std::uint64_t StatusCounts::rows() const {
  std::uint64_t count = 0;
  for (const std::uint64_t n : by_status) count += n;
  return count;
}

}  // namespace tt::import
