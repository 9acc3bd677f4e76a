#include "base/outcome.h"

#include <array>

namespace tt {
namespace {

struct StatusText {
  std::string_view name;
  std::string_view help;
};

constexpr std::array<StatusText, kStatusCount> kStatusTexts = {{
    {"ok", "answered in full"},
    {"connect_refused",
     "nothing listens at that address; check the port and that the engine is up"},
    {"connect_failed", "the host cannot be reached; check the address, routes and firewalls"},
    {"dns", "the host name does not resolve; check its spelling and your DNS"},
    {"tls",
     "the TLS handshake failed; give the CA with --ca, or check the certificate's host name"},
    {"connect_timeout", "no connection in time; the host is unreachable or its backlog is full"},
    {"first_token_timeout",
     "connected, but no token came in time; the engine queues or is loading"},
    {"gap_timeout", "the stream fell silent; the engine stalled, or raise timeouts.gap"},
    {"total_timeout", "the request took longer than timeouts.total"},
    {"http_client_error", "the engine refused the request (HTTP 4xx); its message says why"},
    {"overloaded", "the engine refuses more requests (HTTP 429 or its own overload error)"},
    {"http_server_error", "the engine failed (HTTP 5xx); look at its log"},
    {"stream_error", "the engine reported an error after it had answered 200"},
    {"truncated", "the stream ended before its end mark; the engine or a proxy broke off"},
    {"malformed", "the answer is not the protocol that was asked; check the engine kind and URL"},
    {"empty", "the answer held no token"},
    {"cancelled", "stopped by the user before its end"},
    {"dropped",
     "never sent: too many in flight, target given up, or an earlier turn of its session failed"},
    {"client_limit",
     "the client ran out of files, ports or memory; raise ulimit -n, reuse connections"},
    {"left", "the client went away in mid-answer, as workload.cancel asked; no fault of anybody"},
}};

constexpr std::array<std::string_view, kTokenSourceCount> kSourceNames = {
    "none", "usage", "engine_fields", "chunks", "tokenizer"};

}  // namespace

std::string_view status_name(Status status) {
  return kStatusTexts[static_cast<std::size_t>(status)].name;
}

std::string_view status_help(Status status) {
  return kStatusTexts[static_cast<std::size_t>(status)].help;
}

std::optional<Status> status_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kStatusTexts.size(); ++i) {
    if (kStatusTexts[i].name == name) return static_cast<Status>(i);
  }
  return std::nullopt;
}

std::string_view token_source_name(TokenSource source) {
  return kSourceNames[static_cast<std::size_t>(source)];
}

std::optional<TokenSource> token_source_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kSourceNames.size(); ++i) {
    if (kSourceNames[i] == name) return static_cast<TokenSource>(i);
  }
  return std::nullopt;
}

}  // namespace tt
