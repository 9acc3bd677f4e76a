#include "trial/target_probe.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "load/one_shot.h"
#include "net/fetch.h"

namespace tt::trial {
namespace {

using engine::EngineKind;

const std::string kKeyRemedy =
    "name the key's variable with --api-key-env, or api_key_env in the plan";

// Everything that one target's questions share.
struct Questioner {
  const plan::Target& target;
  const ProbeOptions& options;
  net::Endpoint endpoint;
  std::vector<net::Header> headers;
  TargetReport report;
  std::string no_models;  // why the server's models are not known; empty: it told them

  net::NetResult<net::FetchReply> ask(std::string_view path) {
    return net::fetch_now(endpoint, {.path = path, .headers = headers, .timeout = options.timeout},
                          options.stopped);
  }

  void problem(std::string what, std::string remedy) {
    if (!report.problem.empty()) return;
    report.problem = std::move(what);
    report.remedy = std::move(remedy);
  }
};

// The URL, the TLS context and the headers, key included.
bool prepare(Questioner& q) {
  auto url = net::parse_url(q.target.url);
  if (!url) {
    q.problem(url.error().message, "write the target as name=http://host:port");
    return false;
  }
  q.endpoint.url = *url;
  if (url->tls) {
    auto context =
        net::TlsContext::create({.ca_file = q.options.ca_file, .insecure = q.options.insecure});
    if (!context) {
      q.problem(context.error().text(), "give --ca a PEM file that can be read");
      return false;
    }
    q.endpoint.tls = *context;
  }
  for (const auto& [name, value] : q.target.headers) q.headers.push_back({name, value});
  if (!q.target.api_key_env.empty()) {
    const char* key = std::getenv(q.target.api_key_env.c_str());
    if (key == nullptr || *key == '\0') {
      q.problem(fmt::format("the variable {} is not set", q.target.api_key_env),
                fmt::format("export {}=... before the run", q.target.api_key_env));
      return false;
    }
    q.headers.push_back({"Authorization", fmt::format("Bearer {}", key)});
  }
  return true;
}

// Reaches the server at all: asks what every engine answers, its model list.
bool reach(Questioner& q) {
  const std::string_view path =
      q.report.engine ? engine::traits(*q.report.engine).health_path : "/v1/models";
  auto reply = q.ask(path.empty() ? "/v1/models" : path);
  if (!reply) {
    q.problem(std::move(reply.error().message), "");  // it says itself what to try
    return false;
  }
  q.report.reachable = true;
  q.report.health_status = reply->status;
  q.report.connect =
      reply->connect.connect < 0
          ? -1
          : reply->connect.connect + (reply->connect.tls > 0 ? reply->connect.tls : 0);
  q.report.health_latency = reply->first_byte;
  return true;
}

void guess_engine(Questioner& q) {
  std::string models;
  std::string version;
  std::string server;
  for (const std::string_view path : {"/v1/models", "/api/tags"}) {
    auto reply = q.ask(path);
    if (!reply || reply->status != 200) continue;
    server = net::find_header(reply->headers, "Server");
    models = std::move(reply->body);
    break;
  }
  for (const std::string_view path : {"/version", "/api/version", "/info", "/get_server_info"}) {
    auto reply = q.ask(path);
    if (!reply || reply->status != 200) continue;
    version = std::move(reply->body);
    break;
  }
  q.report.engine_guessed = true;
  q.report.engine = engine::guess_engine(models, version, server).value_or(EngineKind::kOpenAi);
}

// A key that is missing or wrong, whichever page tells.
void key_problem(Questioner& q, int status) {
  if (q.target.api_key_env.empty()) {
    q.problem(fmt::format("the server asks for a key (HTTP {})", status), kKeyRemedy);
  } else {
    q.problem(fmt::format("the server refuses the key (HTTP {})", status),
              fmt::format("check what the variable {} holds", q.target.api_key_env));
  }
}

void judge_health(Questioner& q) {
  const engine::EngineTraits& traits = engine::traits(*q.report.engine);
  if (q.report.engine_guessed && !traits.health_path.empty()) {
    if (auto reply = q.ask(traits.health_path)) q.report.health_status = reply->status;
  }
  const int status = q.report.health_status;
  q.report.healthy = status == 200;
  if (q.report.healthy) return;
  if (status == 401 || status == 403) {
    key_problem(q, status);
  } else if (status == 404) {
    q.problem(
        fmt::format("no {} at this address: {} is not found", traits.title, traits.health_path),
        q.endpoint.url.base_path.ends_with("/v1") ? "leave /v1 off the URL: it is added"
                                                  : "check the engine's name and the port");
  } else if (status >= 300 && status < 400) {
    q.problem(fmt::format("{} is moved elsewhere (HTTP {})", traits.health_path, status),
              "name the address that it is moved to; redirects are not followed");
  } else {
    q.problem(fmt::format("not healthy: {} answers HTTP {}", traits.health_path, status),
              status == 503 ? "it is loading or stopping: wait until it is up"
                            : "look at the server's log");
  }
}

void learn_models(Questioner& q) {
  const EngineKind kind = *q.report.engine;
  const engine::EngineTraits& traits = engine::traits(kind);
  if (!traits.version_path.empty()) {
    auto reply = q.ask(traits.version_path);
    if (reply && reply->status == 200) q.report.version = engine::read_version(kind, reply->body);
  }
  auto reply = q.ask(traits.models_path);
  if (!reply) {
    q.no_models = std::move(reply.error().message);
  } else if (reply->status == 401) {
    key_problem(q, reply->status);
  } else if (reply->status != 200) {
    q.no_models = fmt::format("{} answers HTTP {}", traits.models_path, reply->status);
  } else if (auto models = engine::read_models(kind, reply->body)) {
    q.report.models = std::move(*models);
  } else {
    q.no_models = std::move(models.error().message);
  }
}

// As many names as a reader looks at.
std::string some_of(const std::vector<std::string_view>& names) {
  constexpr std::size_t kMost = 10;
  if (names.size() <= kMost) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more; see tokentrial models",
                     fmt::join(names.begin(), names.begin() + kMost, ", "), names.size() - kMost);
}

void choose_model(Questioner& q) {
  const auto& models = q.report.models;
  const auto list = [&] {
    std::vector<std::string_view> names;
    for (const auto& model : models) names.push_back(model.id);
    return names;
  };
  if (q.target.model.empty()) {
    if (models.size() == 1) {
      q.report.model = models.front().id;
    } else if (models.empty()) {
      q.problem(q.no_models.empty() ? "the server lists no model"
                                    : fmt::format("its models are not known: {}", q.no_models),
                "name one with --model");
    } else {
      q.problem(fmt::format("the server has {} models", models.size()),
                fmt::format("name one with --model: {}", some_of(list())));
    }
    return;
  }
  q.report.model = q.target.model;
  const auto same = [&](const engine::ModelInfo& model) {
    // Ollama lists "name:latest" for a model that is asked for as "name".
    return model.id == q.target.model || model.id == q.target.model + ":latest";
  };
  // TGI and many proxies take any name, and a server that lists nothing cannot contradict.
  const bool checks_names = *q.report.engine != EngineKind::kTgi && !models.empty();
  if (!checks_names || std::any_of(models.begin(), models.end(), same)) return;
  const auto names = list();
  const std::string_view near = nearest_word(q.target.model, names);
  q.problem(fmt::format("the server has no model '{}'", q.target.model),
            near.empty() ? fmt::format("it has: {}", some_of(names))
                         : fmt::format("did you mean '{}'? It has: {}", near, some_of(names)));
}

const engine::Protocol* choose_protocol(Questioner& q) {
  const engine::EngineTraits& traits = engine::traits(*q.report.engine);
  q.report.protocol =
      q.target.protocol.empty() ? std::string(traits.default_protocol) : q.target.protocol;
  const engine::Protocol* protocol = engine::find_protocol(q.report.protocol);
  if (protocol != nullptr) return protocol;
  std::vector<std::string_view> names;
  for (const auto* known : engine::protocols()) names.push_back(known->name());
  q.problem(fmt::format("there is no protocol '{}'", q.report.protocol),
            fmt::format("use one of: {}", fmt::join(names, ", ")));
  return nullptr;
}

// One short streamed request: proves that the whole way works.
void try_generate(Questioner& q, const load::LoadTarget& target) {
  const engine::Prompt prompt = engine::Prompt::of("Say hello.");
  const record::Row row = load::ask_once(target, prompt, 8, q.options.timeout, q.options.stopped);
  if (!row.ok()) {
    const bool keyless = row.http_code == 401 || row.http_code == 403;  // TGI guards this alone
    q.problem(fmt::format("a test request failed: {}", row.error),
              keyless ? kKeyRemedy : std::string(status_help(row.status)));
    return;
  }
  q.report.probe_ttft = row.first_token - row.sent;
  q.report.probe_e2e = row.end - row.sent;
  q.report.probe_tokens = row.output_tokens;
}

}  // namespace

ProbedTarget probe_target(const plan::Target& target, std::uint32_t index,
                          const ProbeOptions& options) {
  Questioner q{target, options, {}, {}, {}};
  q.report.name = target.name;
  q.report.url = target.url;
  if (!target.engine.empty()) {
    if (const auto* traits = engine::find_engine(target.engine)) {
      q.report.engine = traits->kind;
    } else {
      q.problem(fmt::format("there is no engine '{}'", target.engine),
                "see tokentrial help engines");
    }
  }
  ProbedTarget probed;
  if (q.report.ok() && prepare(q) && reach(q)) {
    if (!q.report.engine) guess_engine(q);
    judge_health(q);
    if (q.report.healthy) learn_models(q);
    if (q.report.healthy) choose_model(q);
    const engine::Protocol* protocol = choose_protocol(q);
    if (q.report.ok()) {
      load::LoadTarget ready;
      ready.index = index;
      ready.url = q.endpoint.url;
      ready.tls = q.endpoint.tls;
      ready.protocol = protocol;
      ready.engine = &engine::traits(*q.report.engine);
      ready.model = q.report.model;
      ready.headers = q.headers;
      ready.extra_body = target.extra_body;
      if (auto good = load::check_target(ready); !good) {
        q.problem(good.error().message, "correct the target's headers");
      } else {
        if (options.generate) try_generate(q, ready);
        if (q.report.ok()) probed.load = std::move(ready);
      }
    }
  }
  probed.report = std::move(q.report);
  return probed;
}

std::vector<ProbedTarget> probe_targets(const std::vector<plan::Target>& targets,
                                        const ProbeOptions& options) {
  std::vector<ProbedTarget> probed(targets.size());
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    threads.emplace_back(
        [&, i] { probed[i] = probe_target(targets[i], static_cast<std::uint32_t>(i), options); });
  }
  threads.clear();  // joins
  return probed;
}

}  // namespace tt::trial
