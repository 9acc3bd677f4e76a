// demo: the whole product in a minute, without a GPU: three simulated engines are measured, and the
// answer is shown in all its forms.
#include <array>
#include <filesystem>

#include <fmt/format.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/demo_engines.h"
#include "app/open_page.h"
#include "app/run_options.h"
#include "app/run_show.h"
#include "base/text.h"

namespace tt::app {
namespace {

Result<plan::Plan> plan_from(const Arguments& arguments) {
  plan::Plan plan = demo_plan();
  auto users = arguments.count("--concurrency", 1, 1000);
  if (!users) return std::unexpected(users.error());
  if (*users) plan.load = plan::Concurrency{static_cast<std::uint32_t>(**users)};
  auto length = arguments.duration("--duration");
  if (!length) return std::unexpected(length.error());
  const Nanos whole = length->value_or(kDemoLength);
  if (whole < kSecond) {
    return fail(ErrorCode::kInvalidInput, "is too short; the least is 1s", "--duration");
  }
  plan.stop.duration = whole / static_cast<Nanos>(kDemoEngines);
  auto seed = arguments.count("--seed", 0, UINT64_MAX - 2);
  if (!seed) return std::unexpected(seed.error());
  if (*seed) plan.seeds = {.arrivals = **seed, .lengths = **seed + 1, .prompts = **seed + 2};
  return plan;
}

// The same answer as a page with charts, as `tokentrial report` makes it. Its path goes to stderr:
// stdout is the answer's.
Outcome make_report(const std::string& folder, Session& session) {
  const auto report = report_command();
  const std::array<std::string_view, 1> words = {folder};
  const auto arguments = parse_arguments(words, report.options);
  if (!arguments) return std::unexpected(arguments.error());
  session.err.line();
  session.err.line(Line("The same with charts, to open in a browser:"));
  Session aside{session.err, session.err, session.no_color};
  return report.run(*arguments, aside);
}

bool is_default(std::string_view results_dir) { return results_dir == "results"; }

// The run in the dashboard: at once where somebody sits before a terminal and a screen, else how to
// get there. Scripts are never kept waiting.
Outcome offer_dashboard(const std::string& folder, const std::string& results_dir,
                        Session& session) {
  const auto id = std::filesystem::path(folder).filename().string();
  const bool shown = session.err.look().terminal && ::isatty(STDIN_FILENO) == 1 && has_screen();
  session.err.line();
  if (!shown) {
    session.err.line(
        Line("The same in the dashboard, to dig in: ")
            .add(
                fmt::format("tokentrial dashboard {}{}", shell_word(id),
                            is_default(results_dir) ? "" : " --results " + shell_word(results_dir)),
                Style::kAccent));
    return ExitCode::kGood;
  }
  const auto dashboard = dashboard_command();
  const std::string results = "--results=" + results_dir;
  const std::array<std::string_view, 3> words = {id, results, "--port=0"};
  const auto arguments = parse_arguments(words, dashboard.options);
  if (!arguments) return std::unexpected(arguments.error());
  Session aside{session.err, session.err, session.no_color};
  return dashboard.run(*arguments, aside);
}

Outcome run(const Arguments& arguments, Session& session) {
  auto plan = plan_from(arguments);
  if (!plan) return std::unexpected(plan.error());
  const ShowOptions show = show_options(arguments);
  if (!show.quiet) {
    session.err.lines(hanging(
        {},
        "Three simulated engines, each on a port and with a protocol of its own, get the same load "
        "in turns: a vLLM on an H100, a TGI on an A100 and an Ollama on an RTX 4090, all serving "
        "Llama 3 8B. They are models of those engines, not the engines: see how an answer reads, "
        "not which to buy.",
        session.err.look().width));
    session.err.line();
  }
  auto engines = start_demo_engines(*plan);
  if (!engines) return std::unexpected(engines.error());
  trial::RunRequest request{.plan = std::move(*plan)};
  if (const auto dir = arguments.value("--results")) request.results_dir = std::string(*dir);
  const auto played = play_and_show(request, show, session);
  if (!played) return std::unexpected(played.error());
  if (played->code != ExitCode::kFailed) {
    if (auto made = make_report(played->folder, session); !made) return made;
    engines->clear();  // they are no more needed
    if (!show.quiet && !arguments.has("--json")) {
      if (auto seen = offer_dashboard(played->folder, request.results_dir, session); !seen) {
        return seen;
      }
    }
  }
  return played->code;
}

}  // namespace

Command demo_command() {
  return {.name = "demo",
          .summary = "Compares three simulated engines: no GPU, a minute",
          .words = "",
          .options = {{"--duration", "TIME", "of the whole load (36s)"},
                      {"--concurrency", "N", "so many requests in flight (8)"},
                      {"--seed", "N", "another seed gives another load of the same kind (1)"},
                      kResultsOption,
                      kJsonOption,
                      {"--quiet", "", "only the verdict, no progress"},
                      {"--no-progress", "", "the whole answer, no progress"},
                      kNoColorOption,
                      kHelpOption},
          .about =
              "Each engine is a process of its own that speaks its own protocol over a real "
              "port; they end with the demo, however it ends. The run is then shown in the "
              "dashboard where there is a terminal and a screen; elsewhere its command is told.",
          .examples = {"tokentrial demo", "tokentrial demo --duration 12s --concurrency 4"},
          .run = run};
}

}  // namespace tt::app
