#include "load/decode.h"

#include <numeric>
#include <tuple>
#include <utility>

namespace tt::load {
namespace {

using engine::StreamEvent;

// The engine said how many tokens the whole stream held, but not how many each chunk did: spread
// them evenly (the k-th chunk ends at token k * total / chunks), so that the mean stays exact.
void spread_tokens(std::vector<std::uint32_t>& chunks, std::uint64_t total) {
  const std::uint64_t count = chunks.size();
  if (count == 0 || total < count) return;
  std::uint64_t given = 0;
  for (std::uint64_t k = 0; k < count; ++k) {
    const std::uint64_t upto = (k + 1) * total / count;
    chunks[k] = static_cast<std::uint32_t>(upto - given);
    given = upto;
  }
}

/// The answer by the target's tokenizer; 0 where there is none, or nothing to count.
std::uint64_t tokens_of_answer(const Flight& flight) {
  if (flight.tokenizer == nullptr) return 0;
  return flight.tokenizer->count(flight.answer).value_or(0);
}

void count_tokens(Flight& flight, const engine::StreamSummary& summary) {
  record::Row& row = flight.row;
  row.input_tokens = summary.input_tokens;
  row.input_source = summary.input_source;
  if (row.input_source == TokenSource::kNone && flight.input_counted) {
    row.input_tokens = row.planned_input_tokens;
    row.input_source = TokenSource::kTokenizer;
  }
  row.cached_tokens = summary.cached_tokens;
  row.reasoning_tokens = summary.reasoning_tokens;
  const std::uint64_t counted =
      std::accumulate(row.chunk_tokens.begin(), row.chunk_tokens.end(), std::uint64_t{0});
  if (summary.output_source == TokenSource::kNone ||
      summary.output_source == TokenSource::kChunks) {
    row.output_tokens = static_cast<std::uint32_t>(counted);
    row.output_source = counted > 0 ? TokenSource::kChunks : TokenSource::kNone;
    if (const auto tokens = tokens_of_answer(flight); tokens > 0) {
      row.output_tokens = static_cast<std::uint32_t>(tokens);
      row.output_source = TokenSource::kTokenizer;
      spread_tokens(row.chunk_tokens, tokens);
    }
    return;
  }
  row.output_tokens = summary.output_tokens;
  row.output_source = summary.output_source;
  // One more than the chunks hold is the end token, which most engines count and none shows.
  if (summary.output_tokens > counted + 1) spread_tokens(row.chunk_tokens, summary.output_tokens);
}

std::pair<Status, std::string> judge(const Flight& flight) {
  const engine::StreamSummary& summary = flight.reader->summary();
  const record::Row& row = flight.row;
  if (summary.status != Status::kOk) return {summary.status, summary.error};
  if (row.http_code != 0 && row.http_code != 200) {
    auto failure = engine::read_http_failure(row.http_code, flight.error_body);
    return {failure.status, std::move(failure.message)};
  }
  if (flight.transport != Status::kOk) return {flight.transport, flight.transport_error};
  if (!summary.complete) {
    return {Status::kTruncated, "the stream ended without its end mark or a finish reason"};
  }
  if (row.chunk_at.empty()) return {Status::kEmpty, "the answer held no token"};
  return {Status::kOk, {}};
}

}  // namespace

std::uint32_t read_event(Flight& flight, Nanos at, std::string_view payload) {
  const StreamEvent event = flight.reader->read(payload);
  if (event.kind != StreamEvent::Kind::kToken) return 0;
  record::Row& row = flight.row;
  if (row.first_token == kNever) row.first_token = at;
  row.last_token = at;
  row.chunk_at.push_back(at);
  const std::uint32_t tokens = event.tokens == 0 ? 1 : event.tokens;
  row.chunk_tokens.push_back(tokens);
  return tokens;
}

std::uint64_t read_tape(Flight& flight, const Tape& tape) {
  std::uint64_t tokens = 0;
  tape.for_each(
      [&](Nanos at, std::string_view payload) { tokens += read_event(flight, at, payload); });
  return tokens;
}

void finish_row(Flight& flight) {
  record::Row& row = flight.row;
  const engine::StreamSummary& summary = flight.reader->summary();
  count_tokens(flight, summary);
  row.finish_reason = summary.finish_reason;
  row.engine = summary.timings;
  std::tie(row.status, row.error) = judge(flight);
  row.reads = flight.lag.reads;
  row.stamped_reads = flight.lag.stamped;
  if (flight.lag.stamped > 0) {
    row.lag_mean = flight.lag.total / flight.lag.stamped;
    row.lag_max = flight.lag.max;
  }
}

}  // namespace tt::load
