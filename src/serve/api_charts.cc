// Charts by their ids: as a browser draws them, with the table behind, and as files.
#include <fmt/format.h>

#include "base/text.h"
#include "chart/catalogue.h"
#include "serve/api.h"
#include "serve/json.h"

namespace tt::serve {
namespace {

Json entry_value(const chart::Entry& entry) {
  return {{"id", entry.id},
          {"title", entry.title},
          {"question", entry.question},
          {"how_to_read", entry.how_to_read},
          {"needs", chart::needs_name(entry.needs)},
          {"level", chart::level_name(entry.level)}};
}

// Of all, or of those that the named runs can make.
Reply list_charts(const Api& api, const Request& request) {
  const auto ids = request.target.list("runs");
  Json charts = Json::array();
  if (ids.empty()) {
    for (const auto& entry : chart::catalogue()) charts.push_back(entry_value(entry));
    return json_reply_of({{"charts", std::move(charts)}});
  }
  std::set<chart::Needs> wanted;
  for (const auto& entry : chart::catalogue()) wanted.insert(entry.needs);
  const auto source = api.library.charts(ids, wanted);
  if (!source) return reply_of(source.error());
  const auto input = (*source)->input();
  for (const auto& entry : chart::catalogue()) {
    if (chart::fits(entry, input)) charts.push_back(entry_value(entry));
  }
  return json_reply_of({{"charts", std::move(charts)}});
}

Error no_chart(const std::string& id) {
  std::vector<std::string_view> ids;
  for (const auto& entry : chart::catalogue()) ids.push_back(entry.id);
  const auto near = nearest_word(id, ids);
  return {ErrorCode::kNotFound,
          fmt::format("there is no chart '{}'{}", id,
                      near.empty() ? "" : fmt::format("; did you mean {}?", near)),
          {}};
}

Json cell_value(const chart::Cell& cell) {
  if (const auto* value = std::get_if<double>(&cell)) return number(*value);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return {};
}

Json table_value(const chart::Table& table) {
  Json rows = Json::array();
  for (const auto& row : table.rows) {
    Json cells = Json::array();
    for (const auto& cell : row) cells.push_back(cell_value(cell));
    rows.push_back(std::move(cells));
  }
  return {{"columns", table.columns}, {"rows", std::move(rows)}};
}

Reply one_chart(const Api& api, const Request& request) {
  const auto* entry = chart::find_chart(request.part("chart"));
  if (entry == nullptr) {
    return reply_of(no_chart(request.part("chart")), "GET /api/v1/charts lists them.");
  }
  const auto source = api.library.charts(request.target.list("runs"), {entry->needs});
  if (!source) return reply_of(source.error());
  const auto made = chart::make_chart(*entry, (*source)->input());
  // The chart is JSON already, which need not be read to be passed on.
  const std::string drawn = made.has_picture() ? chart::chart_json(made) : "null";
  const Json said = {{"id", made.id},
                     {"title", made.title},
                     {"subtitle", made.subtitle},
                     {"source", made.source},
                     {"alt", made.alt},
                     {"empty", made.empty},
                     {"about", entry_value(*entry)},
                     {"table", table_value(made.table)}};
  std::string text = text_of(said);
  text.pop_back();
  return json_reply(fmt::format("{}, \"chart\": {}}}\n", text, drawn));
}

constexpr std::string_view type_of(std::string_view format) {
  if (format == "svg") return "image/svg+xml";
  if (format == "pdf") return "application/pdf";
  if (format == "csv") return "text/csv; charset=utf-8";
  return "image/png";
}

// As `chart` writes it.
Reply chart_file(const Api& api, const Request& request) {
  const auto* entry = chart::find_chart(request.part("chart"));
  if (entry == nullptr) {
    return reply_of(no_chart(request.part("chart")), "GET /api/v1/charts lists them.");
  }
  const std::string format(request.target.value("format").value_or("png"));
  std::vector<std::string> command = {"chart", "--output=-", "--format=" + format};
  for (const std::string_view name : {"size", "theme", "gpu", "price", "gpus"}) {
    for (const auto& value : request.target.list(name)) {
      command.push_back(fmt::format("--{}={}", name, value));
    }
  }
  const auto words = api.library.words(request.target.list("runs"));
  if (!words) return reply_of(words.error());
  command.push_back("--results=" + api.library.results_dir());
  command.emplace_back("--");
  command.insert(command.end(), words->begin(), words->end());
  command.push_back(entry->id);
  auto bytes = api.studio.ask(command);
  if (!bytes) return reply_of(bytes.error());
  return download(std::move(*bytes), type_of(format), fmt::format("{}.{}", entry->id, format));
}

}  // namespace

void add_chart_paths(Router& router, const Api& api) {
  router.add({.pattern = "/api/v1/charts",
              .answer = [&api](const Request& request) { return list_charts(api, request); }});
  router.add({.pattern = "/api/v1/charts/{chart}",
              .answer = [&api](const Request& request) { return one_chart(api, request); }});
  router.add({.pattern = "/api/v1/charts/{chart}/file",
              .answer = [&api](const Request& request) { return chart_file(api, request); }});
}

}  // namespace tt::serve
