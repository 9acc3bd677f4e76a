// Requests of a run: pages of them, one with its tokens, and SQL over all.
#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "analysis/request_value.h"
#include "base/text.h"
#include "record/columns.h"
#include "record/query.h"
#include "serve/api.h"
#include "serve/json.h"
#include "serve/request_page.h"

namespace tt::serve {
namespace {

constexpr std::size_t kMostSql = 64 << 10;  // bytes
constexpr std::size_t kMostRows = 10'000;
constexpr std::size_t kMostBytes = 32 << 20;        // of all cells
constexpr std::size_t kMostCell = 64 << 10;         // of one
constexpr std::uint64_t kSqlMemory = 2U << 30;      // 2 GiB, of what DuckDB itself holds
constexpr std::uint64_t kMostFile = 1'000'000'000;  // bytes of a result that is saved
constexpr Nanos kSqlTime = 30 * kSecond;

Json row_value(const record::Frame& frame, std::uint32_t row) {
  Json json = {{"row", row}, {"status", status_name(frame.status[row])}};
  for (const auto& column : request_columns()) {
    const double value = column.value(frame, row);
    json[std::string(column.name)] = std::isfinite(value) && value == std::floor(value)
                                         ? Json(static_cast<std::int64_t>(value))
                                         : number(value);
  }
  if (!frame.users.empty()) json["user"] = frame.users[frame.user[row]];
  return json;
}

Reply requests_page(const Api& api, const Request& request) {
  const auto query = request_query(request.target);
  if (!query) return reply_of(query.error());
  const auto run = api.library.open(request.part("run"));
  if (!run) return reply_of(run.error());
  const auto& frame = (*run)->frame;
  const auto page = find_requests(frame, *query);
  Json rows = Json::array();
  for (const auto row : page.rows) rows.push_back(row_value(frame, row));
  return json_reply_of({{"rows", page.of},
                        {"matching", page.matching},
                        {"offset", query->offset},
                        {"requests", std::move(rows)}});
}

Reply request_columns_list(const Api&, const Request&) {
  Json columns = Json::array();
  for (const auto& column : request_columns()) {
    columns.push_back({{"name", column.name}, {"meaning", column.meaning}});
  }
  return json_reply_of({{"columns", std::move(columns)}});
}

// Cells come as JSON; what cannot be read as such is its text.
Json cell_value(const std::optional<std::string>& cell) {
  if (!cell) return {};
  auto value = parsed(*cell);
  return value ? std::move(*value) : Json(*cell);
}

Json table_value(const record::SqlTable& table) {
  Json columns = Json::array();
  for (const auto& column : table.columns) {
    columns.push_back({{"name", column.name}, {"type", column.type}});
  }
  Json rows = Json::array();
  for (const auto& row : table.rows) {
    Json cells = Json::array();
    for (const auto& cell : row) {
      cells.push_back(cell_value(cell));
    }
    rows.push_back(std::move(cells));
  }
  return {{"columns", std::move(columns)},
          {"rows", std::move(rows)},
          {"truncated", table.truncated},
          {"cut", table.cut}};
}

// One row of a query as an object by column.
Json object_value(const record::SqlTable& table, std::size_t row) {
  Json json = Json::object();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    json[table.columns[i].name] = cell_value(table.rows[row][i]);
  }
  return json;
}

// With every column of docs/run-folder.md, the instants of its tokens among them.
Reply one_request(const Api& api, const Request& request) {
  const auto target = parse_whole(request.part("target"));
  const auto index = parse_whole(request.part("index"));
  if (!target || !index) {
    return reply_of(Error{ErrorCode::kInvalidInput,
                          "a request is named by the numbers of its target and its index",
                          {}});
  }
  const auto folder = api.library.ended(request.part("run"));
  if (!folder) return reply_of(folder.error());
  const std::vector<std::string> folders = {folder->path()};
  const auto found = record::query_runs(
      folders,
      fmt::format("SELECT * FROM requests WHERE target = {} AND \"index\" = {} LIMIT 1", *target,
                  *index),
      {.json_cells = true, .timeout = kSqlTime});
  if (!found) return reply_of(found.error());
  if (found->rows.empty()) {
    return reply_of(
        Error{
            ErrorCode::kNotFound, fmt::format("target {} has no request {}", *target, *index), {}},
        "GET /api/v1/runs/{run}/requests lists them.");
  }
  Json json = {{"request", object_value(*found, 0)}};
  const auto texts = record::query_runs(
      folders,
      fmt::format("SELECT * FROM texts WHERE target = {} AND \"index\" = {} LIMIT 1", *target,
                  *index),
      {.json_cells = true, .timeout = kSqlTime});
  json["texts"] = texts && !texts->rows.empty() ? object_value(*texts, 0) : Json();
  return json_reply_of(json);
}

struct SqlQuestion {
  std::vector<std::string> folders;
  std::string text;
};

Result<SqlQuestion> sql_question(const Api& api, const Json& body) {
  const auto ids = strings_of(body, "runs");
  auto text = string_of(body, "sql", "");
  if (!ids) return std::unexpected(ids.error());
  if (!text) return std::unexpected(text.error());
  if (text->empty() || text->size() > kMostSql) {
    return fail(ErrorCode::kInvalidInput, "must be one SELECT of at most 64 KiB", "sql");
  }
  SqlQuestion question{.folders = {}, .text = std::move(*text)};
  for (const auto& id : *ids) {
    const auto folder = api.library.ended(id);
    if (!folder) return std::unexpected(folder.error());
    question.folders.push_back(folder->path());
  }
  if (question.folders.empty()) {
    return fail(ErrorCode::kInvalidInput, "names at least one run", "runs");
  }
  return question;
}

constexpr std::string_view kSqlRemedy =
    "One SELECT over requests, texts, telemetry, events, runs and targets.";

Reply sql(const Api& api, const Request& request) {
  const auto body = object_of(request.body);
  if (!body) return reply_of(body.error());
  const auto question = sql_question(api, *body);
  if (!question) return reply_of(question.error());
  const auto limit = number_of(*body, "limit", 1000);
  if (!limit) return reply_of(limit.error());
  if (!(*limit >= 1) || *limit > kMostRows) {
    return reply_of(Error{ErrorCode::kInvalidInput, "must be from 1 to 10,000", "limit"});
  }
  const auto table = record::query_runs(question->folders, question->text,
                                        {.max_rows = static_cast<std::size_t>(*limit),
                                         .max_bytes = kMostBytes,
                                         .max_cell = kMostCell,
                                         .memory = kSqlMemory,
                                         .json_cells = true,
                                         .timeout = kSqlTime,
                                         .stopped = [&api] { return api.hub.closed(); }});
  if (!table) return reply_of(table.error(), kSqlRemedy);
  return json_reply_of(table_value(*table));
}

struct SqlFormat {
  std::string_view name;
  std::string_view type;
  record::TableFormat format;
};
constexpr std::array kSqlFormats = {
    SqlFormat{"csv", "text/csv; charset=utf-8", record::TableFormat::kCsv},
    SqlFormat{"json", "application/json", record::TableFormat::kJson},
    SqlFormat{"parquet", "application/vnd.apache.parquet", record::TableFormat::kParquet}};

// Takes the file away when the answer that it was made for is sent.
std::shared_ptr<const void> taken_away(const std::string& path) {
  return {new std::string(path), [](const std::string* file) {
            std::error_code ignored;
            std::filesystem::remove(*file, ignored);
            delete file;  // NOLINT(*-owning-memory): a deleter's own
          }};
}

// Every row of the result as a file, which a table on a page does not hold.
Reply sql_file(const Api& api, const Request& request) {
  const auto body = object_of(request.body);
  if (!body) return reply_of(body.error());
  const auto question = sql_question(api, *body);
  if (!question) return reply_of(question.error());
  const auto wanted = string_of(*body, "format", "csv");
  if (!wanted) return reply_of(wanted.error());
  const auto* format = std::ranges::find(kSqlFormats, *wanted, &SqlFormat::name);
  if (format == kSqlFormats.end()) {
    return reply_of(Error{ErrorCode::kInvalidInput, "must be csv, json or parquet", "format"});
  }
  const auto folder = api.uploads.workplace(kMostFile);
  const auto name = make_token();
  if (!folder) return reply_of(folder.error());
  if (!name) return reply_of(name.error());
  const std::string path = *folder + "/" + *name;
  bool large = false;
  const auto too_much = [&] {  // written beside its place until it is whole
    std::error_code none;
    const auto bytes = std::filesystem::file_size(path + ".tmp", none);
    large = large || (!none && bytes > kMostFile);
    return large || api.hub.closed();
  };
  const auto rows =
      record::write_query(question->folders, question->text, format->format, path,
                          {.memory = kSqlMemory, .timeout = kSqlTime, .stopped = too_much});
  if (!rows) {
    if (!large) return reply_of(rows.error(), kSqlRemedy);
    return reply_of(
        Error{ErrorCode::kInvalidInput, "the result is larger than 1 GB", "sql"},
        "tokentrial sql writes it without a limit: tokentrial sql RUN --output FILE 'SELECT ...'");
  }
  Reply reply = download({}, format->type, fmt::format("query.{}", format->name));
  reply.file = path;
  reply.held = taken_away(path);
  return reply;
}

}  // namespace

void add_request_paths(Router& router, const Api& api) {
  const AddTo add{router, api};
  using enum Method;
  add(kGet, "/api/v1/runs/{run}/requests", requests_page);
  add(kGet, "/api/v1/runs/{run}/requests/{target}/{index}", one_request);
  add(kGet, "/api/v1/request-columns", request_columns_list, true);
  add(kPost, "/api/v1/sql", sql);
  add(kPost, "/api/v1/sql/file", sql_file);
}

}  // namespace tt::serve
