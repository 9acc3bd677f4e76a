// The rows of a run as columns: what the analysis of large runs reads. A million rows take some
// 130 MB and a tenth of a second, where as many Row objects take 400 MB and more than one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/outcome.h"
#include "record/columns.h"
#include "record/row.h"

namespace tt::record {

/// Columns of the same length, in file order; values as in Row (kNever, -1 and 0 mean the same).
struct Frame {
  std::vector<std::uint64_t> index;
  std::vector<std::uint32_t> target;
  std::vector<std::uint32_t> block;
  std::vector<char> warmup;  // 0 or 1
  std::vector<Nanos> planned;
  std::vector<Nanos> sent;
  std::vector<Nanos> first_byte;
  std::vector<Nanos> first_token;
  std::vector<Nanos> last_token;
  std::vector<Nanos> end;
  std::vector<Status> status;
  std::vector<std::uint16_t> http_code;
  std::vector<std::uint32_t> planned_output_tokens;
  std::vector<std::uint32_t> input_tokens;
  std::vector<std::uint32_t> output_tokens;
  std::vector<std::uint32_t> cached_tokens;
  std::vector<TokenSource> input_source;
  std::vector<TokenSource> output_source;
  std::vector<Nanos> dns;
  std::vector<Nanos> connect;
  std::vector<Nanos> tls;
  std::vector<std::int64_t> engine_queue;
  std::vector<std::int64_t> engine_prefill;
  std::vector<std::int64_t> engine_decode;
  std::vector<std::int64_t> engine_total;
  std::vector<Nanos> lag_mean;
  std::vector<std::uint32_t> reads;
  std::vector<std::uint32_t> stamped_reads;
  std::vector<std::uint64_t> session;
  std::vector<std::uint32_t> turn;
  std::vector<Nanos> reported_ttft;
  std::vector<Nanos> reported_tpot;
  std::vector<Nanos> reported_itl;
  std::vector<Nanos> reported_e2e;

  /// Chunks of row i: [chunk_begin[i], chunk_begin[i + 1]) of the two below. All three are empty
  /// where chunks were not asked for; the two below where no row has any.
  std::vector<std::uint64_t> chunk_begin;
  std::vector<Nanos> chunk_at;
  std::vector<std::uint32_t> chunk_tokens;

  /// Whose request each was, as an index into `users`, where "" stands for nobody. Both are empty
  /// where no row names a user.
  std::vector<std::uint32_t> user;
  std::vector<std::string> users;

  /// What was said of the first of each kind of failure: by target, status and HTTP code. Foreign
  /// text.
  using Kind = std::tuple<std::uint32_t, Status, std::uint16_t>;
  std::map<Kind, std::string> first_errors;

  std::size_t size() const { return status.size(); }
  bool ok(std::size_t row) const { return status[row] == Status::kOk; }
  /// Of row i; empty where chunks are missing or do not match their counts.
  std::span<const Nanos> chunks_at(std::size_t row) const;
  std::span<const std::uint32_t> chunks_tokens(std::size_t row) const;
  bool has_chunks() const { return !chunk_at.empty(); }
  /// Of memory that the columns take.
  std::size_t bytes() const;
};

/// Most rows that a frame holds: views count them in 32 bits.
inline constexpr std::size_t kMaxFrameRows = UINT32_MAX - 1;

/// Reads a requests.parquet. Without `chunks` the chunk lists, by far the largest part, stay
/// unread. Columns are matched by name, as visit_rows does. kInvalidInput where the file is not of
/// request rows.
Result<Frame> read_frame(const std::string& path, bool chunks);

/// The same of rows in memory.
Frame make_frame(std::span<const Row> rows);

}  // namespace tt::record
