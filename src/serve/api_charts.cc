// Charts by their ids: as a browser draws them, with the table behind, and as files.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "analysis/groups.h"
#include "base/text.h"
#include "chart/catalogue.h"
#include "report/chart_file.h"
#include "serve/api.h"
#include "serve/cost_terms.h"
#include "serve/json.h"
#include "serve/view_choice.h"

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

// Only what is made of rows alone can be made of a part of them.
bool made_of_rows(const chart::Entry& entry) {
  return entry.needs == chart::Needs::kRun || entry.needs == chart::Needs::kTargets;
}

struct Made {
  chart::Chart chart;
  Json selection;  // null where all requests are in it, or the chart is not made of requests
};

// `others` are the parameters that are neither conditions nor a choice of what is shown.
Result<Made> make_one(const Api& api, const chart::Entry& entry, const Target& target,
                      std::span<const std::string_view> others) {
  std::vector<std::string_view> no_conditions(others.begin(), others.end());
  no_conditions.insert(no_conditions.end(), kViewChoices.begin(), kViewChoices.end());
  const auto filter = row_filter(target, no_conditions);
  if (!filter) return std::unexpected(filter.error());
  const auto choice = view_choice(target);
  if (!choice) return std::unexpected(choice.error());
  const auto ids = target.list("runs");
  if ((filter->empty() && choice->empty()) || !made_of_rows(entry)) {
    const auto source = api.library.charts(ids, {entry.needs});
    if (!source) return std::unexpected(source.error());
    return Made{chart::make_chart(entry, (*source)->input()), {}};
  }
  const auto part = api.library.select(ids, *filter, *choice);
  if (!part) return std::unexpected(part.error());
  const auto& [source, view, requests, of] = **part;
  Made made{chart::make_chart(entry, {.run = &view}), {{"requests", requests}, {"of", of}}};
  if (filter->empty()) return made;
  std::vector<std::string> names;
  for (const auto& one : view.run.targets) names.push_back(one.name);
  const auto words = filter_text(*filter, names);
  if (requests == 0) made.chart.empty = "No request is in this part: " + words + ".";
  // In front: a picture that is too small for all of its small print must still say this.
  made.chart.source =
      fmt::format("Part of the requests: {} of {} ({}) · {}", format_count(requests),
                  format_count(of), words, made.chart.source);
  return made;
}

Reply one_chart(const Api& api, const Request& request) {
  const auto* entry = chart::find_chart(request.part("chart"));
  if (entry == nullptr) {
    return reply_of(no_chart(request.part("chart")), "GET /api/v1/charts lists them.");
  }
  constexpr std::array<std::string_view, 1> kOthers = {"runs"};
  const auto one = make_one(api, *entry, request.target, kOthers);
  if (!one) return reply_of(one.error());
  const auto& made = one->chart;
  // The chart is JSON already, which need not be read to be passed on.
  const std::string drawn = made.has_picture() ? chart::chart_json(made) : "null";
  const Json said = {{"id", made.id},
                     {"title", made.title},
                     {"subtitle", made.subtitle},
                     {"source", made.source},
                     {"alt", made.alt},
                     {"empty", made.empty},
                     {"about", entry_value(*entry)},
                     {"selection", one->selection},
                     {"table", table_value(made.table)}};
  std::string text = text_of(said);
  text.pop_back();
  return json_reply(fmt::format("{}, \"chart\": {}}}\n", text, drawn));
}

Json quantiles_value(const analysis::GroupQuantiles& q) {
  return {{"n", q.n}, {"p50", number(q.p50)}, {"p95", number(q.p95)}, {"p99", number(q.p99)}};
}

Json target_figures(const analysis::TargetInput& target, const analysis::Slice& slice,
                    std::uint64_t of) {
  const auto group = analysis::whole_group(slice, target.name);
  std::map<std::string, std::uint64_t> statuses;
  for (const auto row : slice.rows) ++statuses[std::string(status_name(slice.frame->status[row]))];
  if (slice.dropped > 0) statuses[std::string(status_name(Status::kDropped))] = slice.dropped;
  return {{"target", target.name},
          {"requests", group.requests},
          {"of", of},
          {"ok", group.ok},
          {"failed", group.failed},
          {"cancelled", group.cancelled},
          {"statuses", statuses},
          {"error_rate", number(group.error_rate())},
          {"input_tokens", group.input_tokens},
          {"output_tokens", group.output_tokens},
          {"seconds", slice.seconds()},
          {"ttft_ms", quantiles_value(group.ttft)},
          {"tpot_ms", quantiles_value(group.tpot)},
          {"e2e_ms", quantiles_value(group.e2e)}};
}

// The figures of a part of the requests, by target.
Reply figures(const Api& api, const Request& request) {
  const std::array<std::string_view, 1> others = {"runs"};
  const auto filter = row_filter(request.target, others);
  if (!filter) return reply_of(filter.error());
  const auto part = api.library.select(request.target.list("runs"), *filter);
  if (!part) return reply_of(part.error());
  const auto& view = (*part)->view;
  const auto& whole = *(*part)->source->input().run;
  Json targets = Json::array();
  for (std::size_t t = 0; t < view.slices.size(); ++t) {
    targets.push_back(
        target_figures(view.run.targets[t], view.slices[t], whole.slices[t].rows.size()));
  }
  return json_reply_of(
      {{"requests", (*part)->requests}, {"of", (*part)->of}, {"targets", std::move(targets)}});
}

constexpr std::string_view type_of(std::string_view format) {
  if (format == "svg") return "image/svg+xml";
  if (format == "pdf") return "application/pdf";
  if (format == "csv") return "text/csv; charset=utf-8";
  return "image/png";
}

Result<chart::Page> page_of(const Target& target) {
  chart::Page page;
  if (const auto size = target.value("size")) {
    const auto read = chart::parse_size(*size);
    if (!read) return fail(ErrorCode::kInvalidInput, read.error().message, "size");
    page = *read;
  }
  const auto theme = target.value("theme").value_or("light");
  if (theme == "dark") {
    page.theme = chart::Theme::kDark;
  } else if (theme != "light") {
    return fail(ErrorCode::kInvalidInput, "must be light or dark", "theme");
  }
  return page;
}

bool names_prices(const Target& target) {
  return std::ranges::any_of(kPrices, [&](auto name) { return target.value(name).has_value(); });
}

// Prices are read by the command that knows them.
Result<std::string> draw_priced(const Api& api, const chart::Entry& entry, const Target& target,
                                const std::string& format) {
  std::vector<std::string> command = {"chart", "--output=-", "--format=" + format};
  add_once(target, "size", command);
  add_once(target, "theme", command);
  for (const auto name : kPrices) add_each(target, name, command);
  const auto words = api.library.words(target.list("runs"));
  if (!words) return std::unexpected(words.error());
  command.push_back("--results=" + api.library.results_dir());
  command.emplace_back("--");
  command.insert(command.end(), words->begin(), words->end());
  command.push_back(entry.id);
  return api.studio.ask(command);
}

Result<std::string> draw(const Api& api, const chart::Entry& entry, const Target& target,
                         const std::string& format) {
  const auto page = page_of(target);
  if (!page) return std::unexpected(page.error());
  if (!made_of_rows(entry) && names_prices(target)) {
    return draw_priced(api, entry, target, format);
  }
  constexpr std::array<std::string_view, 7> kOthers = {"runs", "format", "size", "theme",
                                                       "gpu",  "price",  "gpus"};
  const auto made = make_one(api, entry, target, kOthers);
  if (!made) return std::unexpected(made.error());
  return report::chart_file(made->chart, *page, format);
}

// The same chart as one_chart's, of the same part of the requests.
Reply chart_file(const Api& api, const Request& request) {
  const auto* entry = chart::find_chart(request.part("chart"));
  if (entry == nullptr) {
    return reply_of(no_chart(request.part("chart")), "GET /api/v1/charts lists them.");
  }
  const std::string format(request.target.value("format").value_or("png"));
  if (std::ranges::find(report::kChartFormats, format) == report::kChartFormats.end()) {
    return reply_of(Error{ErrorCode::kInvalidInput, "must be png, svg, pdf or csv", "format"});
  }
  auto bytes = draw(api, *entry, request.target, format);
  if (!bytes) return reply_of(bytes.error());
  return download(std::move(*bytes), type_of(format), fmt::format("{}.{}", entry->id, format));
}

}  // namespace

void add_chart_paths(Router& router, const Api& api) {
  const AddTo add{router, api};
  using enum Method;
  add(kGet, "/api/v1/charts", list_charts);
  add(kGet, "/api/v1/charts/{chart}", one_chart);
  add(kGet, "/api/v1/charts/{chart}/file", chart_file);
  add(kGet, "/api/v1/figures", figures);
}

}  // namespace tt::serve
