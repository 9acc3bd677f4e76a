// sim: a simulated engine behind a real port, until Ctrl-C.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include "app/commands.h"
#include "app/table.h"
#include "base/text.h"
#include "engine/protocol.h"
#include "sim/server.h"

namespace tt::app {
namespace {

Result<sim::ServerFlags> flags_of(const Arguments& arguments) {
  sim::ServerFlags flags;
  const auto text = [&](std::string_view option, std::string& member) {
    if (const auto value = arguments.value(option)) member = std::string(*value);
  };
  text("--engine", flags.engine);
  text("--profile", flags.profile);
  text("--fixed", flags.fixed);
  text("--faults", flags.faults);
  text("--truth", flags.truth);
  text("--address", flags.address);
  text("--api-key-env", flags.api_key_env);
  for (const auto model : arguments.all("--model")) flags.models.emplace_back(model);
  for (const auto setting : arguments.all("--set")) flags.settings.emplace_back(setting);
  auto seed = arguments.count("--seed");
  if (!seed) return std::unexpected(seed.error());
  if (*seed) flags.seed = **seed;
  return flags;
}

// --port 0 lets the system choose, which the flags cannot say: there 0 is the engine's own port.
Result<sim::ServerOptions> options_of(const Arguments& arguments) {
  const auto flags = flags_of(arguments);
  if (!flags) return std::unexpected(flags.error());
  const auto port = arguments.count("--port", 0, 65535);
  if (!port) return std::unexpected(port.error());
  auto options = sim::make_server_options(*flags);
  if (!options) return fail(ErrorCode::kInvalidInput, options.error().text());
  if (*port) options->port = static_cast<std::uint16_t>(**port);
  return options;
}

std::string curl_example(const sim::ServerOptions& options, const std::string& url) {
  const std::string& model =
      options.models.empty() ? options.profile.model : options.models.front();
  switch (options.engine) {
    case engine::EngineKind::kTgi:
      return fmt::format(R"(curl -N {}/generate_stream -H 'Content-Type: application/json' )"
                         R"(-d '{{"inputs":"Hello","parameters":{{"max_new_tokens":8}}}}')",
                         url);
    case engine::EngineKind::kOllama:
      return fmt::format(
          R"(curl -N {}/api/generate )"
          R"(-d {})",
          url,
          shell_word(fmt::format(R"({{"model":{},"prompt":"Hello","options":{{"num_predict":8}}}})",
                                 json_string(model))));
    default:
      return fmt::format(
          R"(curl -N {}/v1/chat/completions -H 'Content-Type: application/json' )"
          R"(-d {})",
          url,
          shell_word(fmt::format(
              R"({{"model":{},"stream":true,"max_tokens":8,"messages":[{{"role":"user","content":"Hello"}}]}})",
              json_string(model))));
  }
}

void introduce(const sim::Server& server, bool json, Printer& out) {
  const auto& options = server.options();
  const auto& traits = engine::traits(options.engine);
  const bool v6 = options.address.find(':') != std::string::npos;
  const std::string url =
      fmt::format("http://{}{}{}:{}", v6 ? "[" : "", options.address, v6 ? "]" : "", server.port());
  const std::string& model =
      options.models.empty() ? options.profile.model : options.models.front();
  if (json) {
    out.raw(fmt::format("{{\"url\": {}, \"engine\": {}, \"profile\": {}, \"model\": {}}}\n",
                        json_string(url), json_string(traits.name),
                        json_string(options.profile.name), json_string(model)));
    return;
  }
  // The first line is a promise to scripts: `listening on URL`.
  out.line(Line("listening on ").add(url, Style::kStrong));
  out.lines(hanging(Line("  "),
                    fmt::format("a simulated {}: {}, answering to the model {}", traits.title,
                                options.profile.title, model),
                    out.look().width));
  if (options.faults.any()) out.line(Line("  with faults, as asked", Style::kWarn));
  out.line();
  out.line(Line("Try it", Style::kStrong));
  // Whole lines, to be copied: never wrapped.
  out.line(Line("  ").add(curl_example(options, url), Style::kAccent));
  out.line(Line("  ").add(
      fmt::format("tokentrial run --target {}={} --concurrency 8 --duration 20s", traits.name, url),
      Style::kAccent));
  out.line();
  out.line(Line("Ctrl-C ends it.", Style::kDim));
}

Outcome run(const Arguments& arguments, Session& session) {
  auto options = options_of(arguments);
  if (!options) return std::unexpected(options.error());
  boost::asio::io_context context(1);
  auto server = sim::Server::start(context, std::move(*options));
  if (!server) return std::unexpected(server.error());
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  Result<void> ended;
  sim::ServerStats stats;
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    stats = (*server)->stats();
    ended = (*server)->stop();
  });
  introduce(**server, arguments.has("--json"), session.out);
  context.run();
  session.err.line(Line(fmt::format("{} requests, {} answered to the end, {} tokens",
                                    format_count(stats.requests), format_count(stats.finished),
                                    format_count(stats.tokens))));
  if (!ended) return std::unexpected(ended.error());
  return ExitCode::kGood;
}

}  // namespace

Command sim_command() {
  return {
      .name = "sim",
      .summary = "Simulates an engine behind a real port, until Ctrl-C",
      .words = "",
      .options = {{"--engine", "NAME",
                   "vllm, sglang, tgi, ollama, llamacpp, trtllm, openai (vllm)"},
                  {"--profile", "NAME", "a built-in profile or a file; see examples/sim"},
                  {"--set", "KEY=VALUE",
                   "a key of the profile anew, as router.replicas=4; once for each", "", true},
                  {"--model", "NAME", "the name it answers to; once for each", "", true},
                  {"--port", "N", "0: the system chooses (the engine's own)"},
                  {"--address", "IP", "where it listens (127.0.0.1)"},
                  {"--fixed", "RHYTHM",
                   "ttft=50ms,itl=10ms,tokens=100,chunk=1: no model, one rhythm"},
                  {"--faults", "RATES",
                   "error, overload, stream_error, stall, cut, garbage, "
                   "slow_header, odd_chunks, as error=0.01,stall=0.02"},
                  {"--seed", "N", "of noise and faults (1)"},
                  {"--api-key-env", "VAR", "ask for the key that this variable holds"},
                  {"--truth", "FILE", "write the instant of every token, for checking clients"},
                  {"--json", "", "say where it listens as one line of JSON"},
                  kNoColorOption,
                  kHelpOption},
      .about =
          "It speaks the engine's own protocols. The first line it prints is 'listening on URL'.",
      .examples = {"tokentrial sim --engine vllm --port 0",
                   "tokentrial sim --engine ollama --profile rtx4090-8b-ollama --faults error=0.02",
                   "tokentrial sim --set effects.slow_after=30s --set effects.slow_factor=1.5"},
      .run = run};
}

}  // namespace tt::app
