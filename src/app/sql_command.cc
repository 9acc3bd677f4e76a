// sql: questions of one's own to the rows of runs.

#include <fmt/format.h>

#include "app/commands.h"
#include "app/signals.h"
#include "app/sql_view.h"
#include "base/text.h"
#include "record/query.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

constexpr std::uint64_t kTableRows = 100;
constexpr std::uint64_t kMachineRows = 10'000;

struct Question {
  std::vector<std::string> folders;
  std::string sql;
  std::string format;  // table, csv, json, jsonl, parquet
  std::string output;  // empty: stdout
  record::QueryOptions options;
};

// The format by its name, else by the file's.
std::string format_of(const Arguments& arguments, std::string_view output) {
  if (arguments.has("--json")) return "json";
  if (const auto format = arguments.value("--format")) return std::string(*format);
  if (output.empty()) return "table";
  const auto dot = output.rfind('.');
  const std::string ending = dot == std::string_view::npos ? "" : to_lower(output.substr(dot + 1));
  return ending == "ndjson" ? "jsonl" : ending;
}

Result<record::TableFormat> file_format(const std::string& name) {
  using enum record::TableFormat;
  if (name == "csv") return kCsv;
  if (name == "json") return kJson;
  if (name == "jsonl") return kJsonLines;
  if (name == "parquet") return kParquet;
  return fail(ErrorCode::kInvalidInput,
              "ends in .csv, .json, .jsonl or .parquet, or --format says which of them it is",
              "--output");
}

Result<Question> read_question(const Arguments& arguments) {
  Question question;
  auto words = arguments.words();
  question.sql = std::string(words.back());
  words.pop_back();
  const std::string dir(arguments.value("--results").value_or("results"));
  for (const auto word : words) {
    const auto folder = trial::find_ended_run(dir, word);
    if (!folder) return fail(ErrorCode::kNotFound, folder.error().message, folder.error().source);
    question.folders.push_back(folder->path());
  }
  question.output =
      std::string(arguments.value(arguments.has("-o") ? "-o" : "--output").value_or(""));
  question.format = format_of(arguments, question.output);
  if (question.output.empty() && question.format == "parquet") {
    return fail(ErrorCode::kInvalidInput, "parquet needs a file: --output FILE", "--format");
  }
  const auto limit = arguments.count("--limit");
  if (!limit) return std::unexpected(limit.error());
  if (*limit && !question.output.empty()) {
    return fail(ErrorCode::kInvalidInput, "a file gets every row; write LIMIT in the SQL",
                "--limit");
  }
  question.options.max_rows =
      limit->value_or(question.format == "table" ? kTableRows : kMachineRows);
  const auto timeout = arguments.duration("--timeout");
  if (!timeout) return std::unexpected(timeout.error());
  question.options.timeout = timeout->value_or(0);
  question.options.json_cells = question.format == "json" || question.format == "jsonl";
  return question;
}

// DuckDB's words, and what it cannot know: that nothing but a SELECT is let through.
std::unexpected<Error> explained(Error error) {
  if (error.message.starts_with("Parser Error")) error.message += "; only a SELECT is let through";
  return std::unexpected(std::move(error));
}

Outcome write_file(const Question& question, Session& session) {
  const auto format = file_format(question.format);
  if (!format) return std::unexpected(format.error());
  const auto rows = record::write_query(question.folders, question.sql, *format, question.output,
                                        question.options);
  if (!rows) return explained(rows.error());
  session.err.line(
      Line(fmt::format("{} rows in ", format_count(*rows))).add(question.output, Style::kAccent));
  return ExitCode::kGood;
}

Outcome run(const Arguments& arguments, Session& session) {
  const StopOnSignals signals;
  auto question = read_question(arguments);
  if (!question) return std::unexpected(question.error());
  question->options.stopped = [&] {
    return signals.stop().load(std::memory_order_relaxed) != load::StopMode::kPlay;
  };
  if (!question->output.empty()) return write_file(*question, session);
  const auto table = record::query_runs(question->folders, question->sql, question->options);
  if (!table) return explained(table.error());
  if (question->format == "table") {
    session.out.lines(sql_table_lines(*table, session.out.look().width));
  } else {
    session.out.raw(question->format == "csv"     ? sql_csv(*table)
                    : question->format == "jsonl" ? sql_json_lines(*table)
                                                  : sql_json(*table));
  }
  if (table->truncated) {
    session.err.text(fmt::format("The first {} rows; there are more. --limit 0 shows all, --output "
                                 "FILE writes all.",
                                 format_count(question->options.max_rows)),
                     Style::kWarn);
  }
  return ExitCode::kGood;
}

}  // namespace

Command sql_command() {
  return {
      .name = "sql",
      .summary = "Asks the rows of runs by SQL; changes nothing",
      .words = "RUN... \"SELECT ...\"",
      .least_words = 2,
      .most_words = 1000,
      .options = {{"--format", "table|csv|json|jsonl|parquet", "of the result (table)"},
                  {"--output", "FILE",
                   "every row into a file; its ending says the format: .csv, .json, .jsonl, "
                   ".parquet"},
                  {"-o", "FILE", "the same"},
                  {"--limit", "N",
                   "most rows to print, 0 for all (100 in a table, 10,000 elsewhere)"},
                  {"--timeout", "TIME", "stop after so long (never; Ctrl-C stops it at any time)"},
                  kResultsOption,
                  kJsonOption,
                  kNoColorOption,
                  kHelpOption},
      .about =
          "One SELECT, as DuckDB reads it, over the views requests, texts, telemetry and "
          "events (the files of the runs) and runs and targets (from their manifests). Each "
          "has the run's id in the column run. docs/sql.md lists the columns.",
      .examples = {"tokentrial sql demo \"SELECT status, count(*) FROM requests GROUP BY status\"",
                   "tokentrial sql before after \"SELECT run, t.name, median(first_token_ns - "
                   "sent_ns) / 1e6 AS ttft_ms FROM requests JOIN targets t USING (run, target) "
                   "GROUP BY ALL\""},
      .run = run};
}

}  // namespace tt::app
