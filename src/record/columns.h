// The columns of a row, declared once. The journal's encoding, the Parquet writer and reader, the
// CSV header and the table in docs/run-folder.md all come from kColumns: to add a column, add a
// member to Row and a line here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "record/row.h"

namespace tt::record {

/// What a column holds, and so how it is stored and when it is NULL.
enum class ColumnKind : std::uint8_t {
  kCount,        // unsigned; never NULL
  kInstant,      // nanoseconds since the run's start; kNever is NULL
  kDuration,     // nanoseconds; -1 is NULL
  kFlag,         // boolean
  kText,         // UTF-8; empty where there is none
  kStatus,       // a Status by name
  kTokenSource,  // a TokenSource by name
  kInstantList,  // nanoseconds since the run's start
  kCountList,
};

/// One column, bound to its member of Row by a path of member pointers.
template <ColumnKind Kind, auto... Path>
struct Column {
  static constexpr ColumnKind kKind = Kind;

  std::string_view name;
  std::string_view meaning;

  /// The member, const or not as `row` is.
  static constexpr auto& of(auto& row) { return (row.*....*Path); }
  using Value = std::remove_cvref_t<decltype(of(std::declval<Row&>()))>;
};

/// The kind of a `const auto& column`, as a constant.
template <class ColumnReference>
inline constexpr ColumnKind kKindOf = std::remove_cvref_t<ColumnReference>::kKind;

inline constexpr auto kColumns = std::tuple{
    Column<ColumnKind::kCount, &Row::index>{"index",
                                            "position in the schedule, unique within the run"},
    Column<ColumnKind::kCount, &Row::target>{"target", "index into the manifest's targets, from 0"},
    Column<ColumnKind::kCount, &Row::block>{"block",
                                            "which interleaved block of its target, from 0"},
    Column<ColumnKind::kCount, &Row::worker>{"worker", "client thread that played it, from 0"},
    Column<ColumnKind::kFlag, &Row::warmup>{"warmup", "measured, but left out of every figure"},
    Column<ColumnKind::kText, &Row::request_id>{"request_id", "sent as X-Request-Id"},

    Column<ColumnKind::kInstant, &Row::planned>{
        "planned_ns",
        "open loop: the scheduled instant; closed loop: when its slot came free; later turns of a "
        "session: the end of what they wait for, plus the think time"},
    Column<ColumnKind::kInstant, &Row::sent>{"sent_ns",
                                             "just before the first byte of the request left"},
    Column<ColumnKind::kInstant, &Row::first_byte>{"first_byte_ns", "first byte of the response"},
    Column<ColumnKind::kInstant, &Row::first_token>{
        "first_token_ns", "first chunk with text, reasoning or a tool call"},
    Column<ColumnKind::kInstant, &Row::last_token>{"last_token_ns", "last such chunk"},
    Column<ColumnKind::kInstant, &Row::end>{"end_ns", "end of the stream, or of the failure"},

    Column<ColumnKind::kInstantList, &Row::chunk_at>{
        "chunk_at_ns",
        "every chunk that held text, reasoning or a tool call; counted from the request's own "
        "start where sent_ns is NULL"},
    Column<ColumnKind::kCountList, &Row::chunk_tokens>{
        "chunk_tokens", "tokens in each of those chunks, 0 where not told; the same length"},

    Column<ColumnKind::kStatus, &Row::status>{"status", "how the request ended, by name"},
    Column<ColumnKind::kCount, &Row::http_code>{"http_code", "0: no response"},
    Column<ColumnKind::kText, &Row::error>{"error", "empty for ok"},
    Column<ColumnKind::kText, &Row::finish_reason>{
        "finish_reason", "as the engine names it; empty where it says none"},

    Column<ColumnKind::kCount, &Row::planned_input_tokens>{
        "planned_input_tokens", "0: the plan does not say (a prompt file)"},
    Column<ColumnKind::kCount, &Row::planned_output_tokens>{"planned_output_tokens",
                                                            "max_tokens as asked"},
    Column<ColumnKind::kCount, &Row::input_tokens>{"input_tokens", "0 where input_source is none"},
    Column<ColumnKind::kCount, &Row::output_tokens>{"output_tokens",
                                                    "0 where output_source is none"},
    Column<ColumnKind::kCount, &Row::cached_tokens>{
        "cached_tokens", "input tokens that the engine had cached; 0 where it does not tell"},
    Column<ColumnKind::kCount, &Row::reasoning_tokens>{
        "reasoning_tokens", "output tokens spent on reasoning; 0 where it does not tell"},
    Column<ColumnKind::kTokenSource, &Row::input_source>{"input_source",
                                                         "where input_tokens comes from"},
    Column<ColumnKind::kTokenSource, &Row::output_source>{"output_source",
                                                          "where output_tokens comes from"},

    Column<ColumnKind::kDuration, &Row::dns>{
        "dns_ns", "resolving the name; NULL where a kept connection was reused"},
    Column<ColumnKind::kDuration, &Row::connect>{"connect_ns", "TCP connect; NULL likewise"},
    Column<ColumnKind::kDuration, &Row::tls>{"tls_ns", "TLS handshake; NULL likewise"},
    Column<ColumnKind::kFlag, &Row::connection_reused>{"connection_reused",
                                                       "it left on a kept connection"},

    Column<ColumnKind::kDuration, &Row::engine, &EngineTimings::queue_ns>{
        "engine_queue_ns", "the engine's own figure: waiting; NULL where not told"},
    Column<ColumnKind::kDuration, &Row::engine, &EngineTimings::load_ns>{
        "engine_load_ns", "the engine's own figure: loading the model"},
    Column<ColumnKind::kDuration, &Row::engine, &EngineTimings::prefill_ns>{
        "engine_prefill_ns", "the engine's own figure: prompt processing"},
    Column<ColumnKind::kDuration, &Row::engine, &EngineTimings::decode_ns>{
        "engine_decode_ns", "the engine's own figure: generation"},
    Column<ColumnKind::kDuration, &Row::engine, &EngineTimings::total_ns>{
        "engine_total_ns", "the engine's own figure: everything"},

    Column<ColumnKind::kDuration, &Row::lag_mean>{
        "lag_mean_ns", "user-space read minus kernel receive stamp, mean over the row's reads"},
    Column<ColumnKind::kDuration, &Row::lag_max>{"lag_max_ns", "the same, largest"},
    Column<ColumnKind::kCount, &Row::reads>{"reads", "socket reads that brought this response"},
    Column<ColumnKind::kCount, &Row::stamped_reads>{"stamped_reads",
                                                    "of them with a kernel receive stamp"},

    Column<ColumnKind::kText, &Row::user>{
        "user", "whose request it was; empty where the load has no users of its own"},
    Column<ColumnKind::kText, &Row::priority>{
        "priority", "how urgent it was, as planned; empty where the plan gives none"},
    Column<ColumnKind::kCount, &Row::session>{
        "session", "which session of its target, from 1; 0 where the load has none"},
    Column<ColumnKind::kCount, &Row::turn>{"turn", "which request of its session, from 1"},
    Column<ColumnKind::kDuration, &Row::reported, &Reported::ttft>{
        "reported_ttft_ns",
        "imported rows: TTFT as the other tool defines it; NULL where not told"},
    Column<ColumnKind::kDuration, &Row::reported, &Reported::tpot>{
        "reported_tpot_ns", "likewise, time per output token"},
    Column<ColumnKind::kDuration, &Row::reported, &Reported::itl>{
        "reported_itl_ns", "likewise, mean gap between tokens"},
    Column<ColumnKind::kDuration, &Row::reported, &Reported::e2e>{"reported_e2e_ns",
                                                                  "likewise, the whole request"},
    Column<ColumnKind::kText, &Row::flags>{
        "flags", "imported rows: what the import doubts, names joined by ';'"},
};
inline constexpr std::size_t kColumnCount = std::tuple_size_v<decltype(kColumns)>;

/// Calls visit(column) for every column, in order.
template <class Visit>
constexpr void for_each_column(Visit&& visit) {
  std::apply([&](const auto&... column) { (visit(column), ...); }, kColumns);
}

/// A column as readers of files see it.
struct ColumnInfo {
  std::string_view name;
  ColumnKind kind;
  std::string_view sql_type;  // "BIGINT", "UINTEGER[]": as DuckDB and Parquet name it
  std::string_view unit;      // "ns"; empty where there is none
  std::string_view meaning;
};

/// Every column in file order. Lives for ever.
std::span<const ColumnInfo> columns();

/// FNV-1a over every column's name and type and every status name: two builds with the same digest
/// write the same journal rows.
std::uint64_t columns_digest();

/// The table of docs/run-folder.md.
std::string columns_markdown();

/// "index,target,...", without a line end.
std::string csv_header();
/// Appends one row, without a line end. NULL is an empty cell; list items are joined by ';'; text
/// is quoted as RFC 4180 asks.
void append_csv(std::string& out, const Row& row);

}  // namespace tt::record
