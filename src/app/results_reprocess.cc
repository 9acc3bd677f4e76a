// results reprocess: a run's charts and reports once more, from its rows.
#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/results_family.h"
#include "chart/catalogue.h"
#include "report/kinds.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

// The same command line as was typed for a file once, as far as its name tells; empty where it was
// made of more than this run.
Words chart_words(std::string_view id, const fs::path& file) {
  std::string name = file.stem().string();
  if (!name.starts_with(fmt::format("{}-", id))) return {};
  name.erase(0, id.size() + 1);
  const bool dark = name.ends_with("-dark");
  if (dark) name.erase(name.size() - 5);
  if (chart::find_chart(name) == nullptr) return {};
  return {
      name,     "--format", file.extension().string().substr(1), "--theme", dark ? "dark" : "light",
      "--force"};
}

Words report_words(std::string_view id, const fs::path& file) {
  std::string name = file.stem().string();
  if (!name.starts_with(fmt::format("{}-", id)) || file.extension().empty()) return {};
  name.erase(0, id.size() + 1);
  Words words = {"--format", file.extension().string().substr(1), "--force"};
  if (report::audience_from_name(name)) {
    words.insert(words.begin(), {"--audience", name});
    return words;
  }
  const auto dash = name.find('-');
  const auto kind = name.substr(0, dash);
  if (!report::kind_from_name(kind)) return {};
  words.insert(words.begin(), {"--kind", kind});
  if (dash == std::string::npos) return words;
  const auto audience = name.substr(dash + 1);
  if (!report::audience_from_name(audience)) return {};
  words.insert(words.begin(), {"--audience", audience});
  return words;
}

struct Work {
  std::set<Words> charts;   // without the run
  std::set<Words> reports;  // likewise
  std::vector<std::string> left;
};

void look_through(const fs::path& folder, std::string_view id,
                  Words (*read)(std::string_view, const fs::path&), std::set<Words>& found,
                  std::vector<std::string>& left) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (auto words = read(id, entry.path()); !words.empty()) {
      found.insert(std::move(words));
    } else {
      left.push_back(entry.path().string());
    }
  }
}

Work work_of(const std::string& folder, std::string_view id) {
  Work work;
  look_through(fs::path(folder) / "charts", id, chart_words, work.charts, work.left);
  look_through(fs::path(folder) / "reports", id, report_words, work.reports, work.left);
  if (work.charts.empty()) work.charts.insert({"--force"});
  if (work.reports.empty()) work.reports.insert({"--force"});
  std::ranges::sort(work.left);
  return work;
}

Outcome again(const Command& command, const std::string& run, const std::string& dir, Words words,
              Session& session) {
  words.insert(words.begin(), {run, "--results", dir});
  const std::vector<std::string_view> views(words.begin(), words.end());
  const auto arguments = parse_arguments(views, command.options);
  if (!arguments) return std::unexpected(arguments.error());
  return command.run(*arguments, session);
}

Outcome run(const Arguments& arguments, Session& session) {
  const auto dir = results_dir(arguments);
  const auto folder = trial::find_ended_run(dir, arguments.words().front());
  if (!folder) return fail(ErrorCode::kNotFound, folder.error().message, folder.error().source);
  const auto work = work_of(folder->path(), folder->id());
  const auto chart = chart_command();
  const auto report = report_command();
  for (const auto& [command, orders] :
       {std::pair{&chart, &work.charts}, {&report, &work.reports}}) {
    for (const auto& words : *orders) {
      if (auto done = again(*command, folder->id(), dir, words, session); !done) return done;
    }
  }
  for (const auto& file : work.left) {
    session.err.text("left as it is, made of more than this run: " + file, Style::kWarn);
  }
  return ExitCode::kGood;
}

}  // namespace

Command results_reprocess_command() {
  return {.name = "results reprocess",
          .summary = "Makes a run's charts and reports again",
          .words = "RUN",
          .least_words = 1,
          .most_words = 1,
          .options = {kResultsOption, kNoColorOption, kHelpOption},
          .about =
              "Those that lie in the run's folder are made anew from its rows, as after an update "
              "of the program; where there are none, every chart and a report are made.",
          .examples = {"tokentrial results reprocess demo"},
          .run = run};
}

}  // namespace tt::app
