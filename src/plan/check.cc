#include "plan/check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.h"
#include "plan/client_section.h"
#include "plan/faults.h"
#include "plan/keywords.h"
#include "plan/load_section.h"
#include "plan/search_section.h"
#include "plan/session_section.h"
#include "plan/telemetry_section.h"

namespace tt::plan {
namespace {

constexpr std::uint32_t kMaxTokens = 10'000'000;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_made_of(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [&](char c) {
    return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
  });
}

std::string header_fault(std::string_view name, std::string_view value) {
  static constexpr std::array<std::string_view, 6> kOurs = {
      "host", "content-length", "content-type", "transfer-encoding", "connection", "x-request-id"};
  if (name.empty() || !is_made_of(name, "!#$%&'*+-.^_`|~")) return "is not a header name";
  if (names_a_secret(name)) return std::string(kSecretAdvice);
  if (std::ranges::find(kOurs, to_lower(name)) != kOurs.end()) {
    return "is set by the client itself; leave it out";
  }
  const bool control = std::ranges::any_of(value, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
  return control ? "has a control character or a line break in its value" : "";
}

std::string extra_body_fault(std::string_view members) {
  if (members.empty()) return {};
  const auto advice = "must be the members of a JSON object, for example \"top_p\":0.9";
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  const auto text = fmt::format("{{{}}}", members);
  if (parser.parse(text).get(object) != simdjson::SUCCESS) return advice;
  for (const auto field : object) {
    if (names_a_secret(field.key)) return std::string(kSecretAdvice);
  }
  return {};
}

std::string variable_fault(std::string_view name) {
  if (name.empty()) return {};
  if (is_made_of(name, "_") && !(name[0] >= '0' && name[0] <= '9')) return {};
  // The text is not repeated: it may well be the key itself.
  return "must be the name of an environment variable, for example OPENAI_API_KEY, never the key";
}

// The name stands in every table, and files are called after it.
std::string name_fault(std::string_view name) {
  constexpr std::size_t kLongestName = 80;
  if (name.empty()) return "must not be empty";
  if (name.size() <= kLongestName) return {};
  return fmt::format("must be at most {} bytes long, not {}", kLongestName, name.size());
}

void check_target(Faults& check, const Target& target, const std::string& path) {
  check.pass(path + ".name", name_fault(target.name));
  check.pass(path + ".url", url_fault(target.url));
  if (!target.engine.empty() && engine::find_engine(target.engine) == nullptr) {
    check.pass(path + ".engine", unknown_engine(target.engine));
  }
  if (!target.protocol.empty() && engine::find_protocol(target.protocol) == nullptr) {
    std::vector<std::string_view> names;
    for (const auto* protocol : engine::protocols()) names.push_back(protocol->name());
    check.pass(path + ".protocol", unknown_word(target.protocol, names));
  }
  check.pass(path + ".api_key_env", variable_fault(target.api_key_env));
  for (const auto& [name, value] : target.headers) {
    check.pass(fmt::format("{}.headers.{}", path, name), header_fault(name, value));
  }
  check.pass(path + ".extra_body", extra_body_fault(target.extra_body));
  check.require(target.colour.empty() || is_colour(target.colour), path + ".colour",
                "must look like #2563eb");
  check.pass(path + ".metrics", metrics_page_fault(target.metrics));
}

void check_targets(Faults& check, const Plan& plan) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < plan.targets.size(); ++i) {
    const auto path = fmt::format("targets[{}]", i);
    const auto& target = plan.targets[i];
    check_target(check, target, path);
    check.require(names.insert(target.name).second, path + ".name",
                  fmt::format("'{0}' is the name of two targets; give each its own, as in "
                              "name: {0}-2, or in a text {0}-2:vllm=http://host:8000",
                              target.name));
  }
}

void check_workload(Faults& check, const Workload& workload) {
  if (const auto* synthetic = std::get_if<SyntheticPrompts>(&workload.prompts)) {
    check.pass("workload.input", lengths_fault(synthetic->input));
  } else {
    check.require(!std::get<PromptFile>(workload.prompts).path.empty(), "workload.prompts",
                  "must name a file");
  }
  check.pass("workload.extra_body", extra_body_fault(workload.extra_body));
  check.pass("workload.output", lengths_fault(workload.output));
  for (const auto& [name, text] : workload.headers) {
    check.pass("workload.headers." + name, header_fault(name, text));
  }
  if (workload.temperature) check.within(*workload.temperature, 0.0, 2.0, "workload.temperature");
}

void check_rest(Faults& check, const Plan& plan) {
  check.duration(plan.timeouts.connect, "no limit", "timeouts.connect");
  check.duration(plan.timeouts.first_token, "no limit", "timeouts.first_token");
  check.duration(plan.timeouts.gap, "no limit", "timeouts.gap");
  check.duration(plan.timeouts.total, "no limit", "timeouts.total");
  check.within(plan.blocks, 1U, 1000U, "blocks");
  check.within(plan.workers, 0U, 256U, "workers");
  check.pass(telemetry_faults(plan));
  for (std::size_t i = 0; i < plan.slos.size(); ++i) {
    check.pass(fmt::format("slo[{}]", i), slo_fault(plan.slos[i]));
  }
  check.require(plan.ca_file.empty() || !plan.insecure, "tls.insecure",
                "turns off the verification that tls.ca asks for; keep one of them");
}

}  // namespace

std::string url_fault(std::string_view url) {
  std::string_view rest = url;
  if (rest.starts_with("http://") || rest.starts_with("https://")) {
    rest.remove_prefix(rest.find("://") + 3);
  } else {
    return url.empty() ? "a URL is needed, for example http://host:8000"
                       : "the URL must begin with http:// or https://";
  }
  auto host = rest.substr(0, rest.find_first_of("/?#"));
  if (host.find('@') != std::string_view::npos) {
    return "the URL must not hold a user or password; name an environment variable with "
           "api_key_env";
  }
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return "the URL must not have a query or fragment; paths are added to it";
  }
  if (std::ranges::any_of(rest, [](char c) { return static_cast<unsigned char>(c) <= 0x20; })) {
    return "the URL must not hold blanks";
  }
  const auto bracket = host.starts_with('[') ? host.find(']') : 0;
  if (bracket == std::string_view::npos) return "the URL has '[' without ']' around its address";
  const auto colon = host.find(':', bracket);
  if (colon != std::string_view::npos) {
    const auto text = host.substr(colon + 1);
    unsigned port = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (ec != std::errc{} || end != text.data() + text.size() || port == 0 || port > 65535) {
      return fmt::format("'{}' is not a port; it must lie from 1 to 65535", text);
    }
    host = host.substr(0, colon);
  }
  return host.empty() ? "the URL has no host" : "";
}

std::string_view url_host(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find('/'));
}

std::string lengths_fault(const Lengths& lengths) {
  using Kind = Lengths::Kind;
  if (lengths.min < 1 || lengths.max > kMaxTokens || lengths.min > lengths.max) {
    return fmt::format("bounds must be 1 <= min <= max <= {}, not {} and {}", kMaxTokens,
                       lengths.min, lengths.max);
  }
  if (lengths.kind == Kind::kUniform) return {};
  if (!(lengths.mean >= lengths.min && lengths.mean <= lengths.max)) {
    return fmt::format("must lie from {} to {} tokens, not {}", lengths.min, lengths.max,
                       lengths.mean);
  }
  if (lengths.kind == Kind::kFixed) {
    return lengths.mean == std::floor(lengths.mean) ? "" : "must be a whole number of tokens";
  }
  if (!(lengths.stddev >= 0 && lengths.stddev <= kMaxTokens)) {
    return fmt::format("the standard deviation must be 0 or more, not {}", lengths.stddev);
  }
  return {};
}

std::string slo_fault(const Slo& slo) {
  if (!(slo.limit > 0)) return fmt::format("'{}': the limit must be above 0", slo.text);
  if (!(slo.quantile > 0 && slo.quantile < 1)) {
    return fmt::format("'{}': the quantile must lie between p0 and p100, for example p99",
                       slo.text);
  }
  if (slo.metric == "success_rate" && slo.limit > 1) {
    return fmt::format("'{}': a success rate is at most 1; write 99.9% or 0.999", slo.text);
  }
  return {};
}

bool is_colour(std::string_view text) {
  return text.size() == 7 && text[0] == '#' &&
         text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

std::string unknown_engine(std::string_view word) {
  std::vector<std::string_view> names;
  for (const auto& engine : engine::engines()) names.push_back(engine.name);
  return unknown_word(word, names);
}

bool names_a_secret(std::string_view name) {
  static constexpr std::array<std::string_view, 15> kSecrets = {
      "apikey",     "xapikey",  "apitoken",      "token",          "key",
      "secret",     "password", "authorization", "authentication", "proxyauthorization",
      "xauthtoken", "bearer",   "auth",          "accesstoken",    "cookie"};
  std::string plain = to_lower(name);
  std::erase_if(plain, [](char c) { return c == '_' || c == '-'; });
  return std::ranges::find(kSecrets, plain) != kSecrets.end();
}

std::vector<Error> check_plan(const Plan& plan) {
  Faults check;
  check.require(!plan.name.empty() && plan.name.size() <= 80 && is_made_of(plan.name, "._-") &&
                    plan.name[0] != '.' && plan.name[0] != '-',
                "name",
                "becomes a folder's name: use letters, digits, '.', '_' and '-', at most 80");
  check_targets(check, plan);
  check_workload(check, plan.workload);
  check.pass(session_faults(plan));
  check.pass(client_faults(plan));
  check.pass(load_faults(plan));
  check_rest(check, plan);
  check.pass(check_search(plan));
  return check.take();
}

}  // namespace tt::plan
