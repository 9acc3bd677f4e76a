// Any bytes as a request to a simulated engine, and as answers to probes. First byte: the protocol
// or engine.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/probe.h"
#include "engine/protocol.h"
#include "engine/stream_testing.h"

namespace {

using namespace tt::engine;

std::uint32_t count_words(std::string_view text) {
  return static_cast<std::uint32_t>(text.size() / 4 % 1000);
}

// What was understood of a request can be answered, and the answer can be read.
void answer(const Protocol& protocol, const ServerRequest& request, EngineKind kind) {
  const auto writer = protocol.writer(request, {.kind = kind, .request_id = "f", .created_s = 1});
  std::string out;
  const std::string_view piece = request.prompt;
  writer->begin(out);
  writer->tokens(out, {&piece, 1}, {1, 1, 0});
  writer->finish(out, "stop", {1, 1, 0}, {});
  const auto reader = protocol.reader(traits(kind));
  for (const auto payload : payloads_of(out, protocol.framing())) reader->read(payload);
  if (!reader->summary().complete) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string body(reinterpret_cast<const char*>(data + 1), size - 1);
  const EngineKind kind = engines()[data[0] % engines().size()].kind;
  for (const Protocol* protocol : protocols()) {
    const auto request = protocol->parse("/", body);
    if (request) answer(*protocol, *request, kind);
  }
  (void)read_models(kind, body);
  (void)read_version(kind, body);
  (void)read_tokenize(kind, body);
  (void)guess_engine(body, body, body);
  const ServerIdentity identity{.kind = kind, .models = {"m"}, .version = "1"};
  (void)answer_probe(identity, "POST", traits(kind).tokenize_path, body, count_words);
  const Prompt prompt = Prompt::of(body);
  for (const Protocol* protocol : protocols()) {
    const HttpRequest built = protocol->build({.model = body,
                                               .prompt = &prompt,
                                               .max_tokens = 1,
                                               .temperature = {},
                                               .seed = {},
                                               .extra_body = body},
                                              traits(kind));
    if (built.body.empty()) std::abort();
  }
  return 0;
}
