// dashboard: the runs in a browser.
#include <chrono>
#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <sys/stat.h>

#include "app/commands.h"
#include "app/dashboard_studio.h"
#include "app/open_page.h"
#include "app/results_family.h"
#include "app/signals.h"
#include "base/text.h"
#include "import/import.h"
#include "record/file.h"
#include "serve/dashboard.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

constexpr std::uint64_t kUsualPort = 8420;
constexpr std::size_t kShortestToken = 16;
constexpr auto kLook = std::chrono::milliseconds(50);  // for a signal

// A secret that others can read is none.
Result<std::string> read_token(const std::string& path) {
  struct stat about = {};
  if (::stat(path.c_str(), &about) != 0) {
    return fail(ErrorCode::kInvalidInput, fmt::format("{} cannot be read", path), "--token-file");
  }
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(ErrorCode::kInvalidInput, fmt::format("others can read {0}; chmod 600 {0}", path),
                "--token-file");
  }
  const auto text = record::read_file(path);
  if (!text) return fail(ErrorCode::kInvalidInput, text.error().message, "--token-file");
  const auto token = trim(*text);
  const bool plain = token.find_first_not_of(
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~") ==
                     std::string_view::npos;
  if (token.size() < kShortestToken || !plain) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("{} must hold one line of at least {} letters, digits, '-' or '_'; "
                            "openssl rand -hex 32 makes one",
                            path, kShortestToken),
                "--token-file");
  }
  return std::string(token);
}

Result<serve::DashboardOptions> read_options(const Arguments& arguments) {
  serve::DashboardOptions options;
  const auto port = arguments.count("--port", 0, 65535);
  if (!port) return std::unexpected(port.error());
  options.server.port = static_cast<std::uint16_t>(port->value_or(kUsualPort));
  options.results_dir = results_dir(arguments);
  options.plans_dir = std::string(arguments.value("--plans").value_or("."));
  if (const auto file = arguments.value("--token-file")) {
    auto token = read_token(std::string(*file));
    if (!token) return std::unexpected(token.error());
    options.access_token = std::move(*token);
  }
  if (const auto address = arguments.value("--listen")) {
    if (options.access_token.empty()) {
      return fail(ErrorCode::kInvalidInput,
                  "other machines could start loads from here and read every run: it needs "
                  "--token-file FILE with a secret",
                  "--listen");
    }
    options.server.address = std::string(*address);
  }
  return options;
}

// Files of other tools become runs; all else must be runs.
Result<std::vector<std::string>> shown_runs(const Arguments& arguments, const std::string& dir,
                                            Session& session) {
  std::vector<std::string> ids;
  std::vector<std::string> files;
  for (const auto word : arguments.words()) {
    const auto folder = trial::find_ended_run(dir, word);
    std::error_code ignored;
    if (folder) {
      ids.push_back(folder->id());
    } else if (std::filesystem::is_regular_file(word, ignored)) {
      files.emplace_back(word);
    } else {
      return fail(ErrorCode::kNotFound, folder.error().message, folder.error().source);
    }
  }
  if (files.empty()) return ids;
  const import::ImportOptions options{.results_dir = dir,
                                      .threads = std::max(1U, std::thread::hardware_concurrency()),
                                      .now = realtime_now()};
  for (const auto& outcome : import::import_files(files, options)) {
    if (!outcome.runs) {
      session.err.text(
          fmt::format("Not imported {}: {}", outcome.path, outcome.runs.error().message),
          Style::kWarn);
      continue;
    }
    for (const auto& run : *outcome.runs) ids.push_back(run.manifest.run_id);
  }
  return ids;
}

std::string page_of(const serve::DashboardOptions& options, std::uint16_t port) {
  const auto& address = options.server.address;
  const bool any = address == "0.0.0.0" || address == "::";
  const bool six = !any && address.contains(':');
  return fmt::format("http://{}:{}/",
                     any   ? "127.0.0.1"
                     : six ? "[" + address + "]"
                           : address,
                     port);
}

// The page stays until a run under way has come to its end; the second signal hurries it.
void wait_for_end(serve::Dashboard& dashboard, const trial::StopSwitch& stop, Session& session) {
  auto seen = load::StopMode::kPlay;
  do {
    std::this_thread::sleep_for(kLook);
    const auto now = stop.load(std::memory_order_relaxed);
    if (now == seen) continue;
    seen = now;
    if (dashboard.busy()) {
      session.err.line(seen == load::StopMode::kDrain
                           ? "Ending the run under way; once more stops it at once."
                           : "Stopping at once.");
      StopOnSignals::load_began();  // there is something to lose
    }
    dashboard.stop_jobs(seen == load::StopMode::kAbort);
  } while (seen == load::StopMode::kPlay || dashboard.busy());
}

Outcome run(const Arguments& arguments, Session& session) {
  auto options = read_options(arguments);
  if (!options) return std::unexpected(options.error());
  auto shown = shown_runs(arguments, options->results_dir, session);
  if (!shown) return std::unexpected(shown.error());
  options->shown = std::move(*shown);
  const StopOnSignals signals;
  DashboardStudio studio(options->results_dir);
  auto dashboard = serve::Dashboard::start(*options, studio);
  if (!dashboard) return fail(ErrorCode::kUnavailable, dashboard.error().text());
  const std::string page = page_of(*options, (*dashboard)->port());
  session.out.line(Line("Dashboard at ").add(page, Style::kAccent));
  session.out.line(
      Line(fmt::format("  runs of {}; Ctrl-C ends it", options->results_dir), Style::kDim));
  if (!options->access_token.empty()) {
    session.out.line(Line("  open it once with /?token=..., the token of the file", Style::kDim));
  }
  if (!arguments.has("--no-browser")) open_page(page);
  wait_for_end(**dashboard, signals.stop(), session);
  (*dashboard)->stop();
  return ExitCode::kGood;
}

}  // namespace

Command dashboard_command() {
  return {.name = "dashboard",
          .summary = "Shows runs in a browser, starts them and follows them live",
          .words = "[RUN or FILE...]",
          .most_words = 50,
          .options = {{"--port", "N", "of this machine, 0 for any that is free (8420)"},
                      {"--no-browser", "", "only serve; open no page"},
                      {"--listen", "ADDR",
                       "for other machines, too: an address of this one, 0.0.0.0 for all; needs "
                       "--token-file"},
                      {"--token-file", "FILE", "every call then needs the secret in it"},
                      {"--plans", "DIR", "folder of plans that can be started (.)"},
                      kResultsOption,
                      kNoColorOption,
                      kHelpOption},
          .about =
              "Without --listen nobody but this machine can reach it. Files of other tools are "
              "imported first. Nothing is loaded from the network. docs/dashboard.md describes the "
              "API.",
          .examples = {"tokentrial dashboard", "tokentrial dashboard demo --port 0 --no-browser",
                       "tokentrial dashboard vllm-results.csv sglang-results.csv"},
          .run = run};
}

}  // namespace tt::app
