#include "engine/stream_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "engine/failure.h"
#include "engine/json_text.h"
#include "engine/repeat_matcher.h"

namespace tt::engine {
namespace {

// No engine sends events near this size (Ollama's context array is the largest, some 100 kB).
constexpr std::size_t kMaxEvent = std::size_t{16} << 20;
// Events beyond this size are rare: the scratch memory that they took is given back.
constexpr std::size_t kKeptScratch = std::size_t{1} << 20;

// The parser and its padded copy of an event. Nothing of it outlives a read, so one a thread serves
// every stream: ten thousand streams cost no parser each, and its memory stays in the cache.
class Scratch {
 public:
  // Calls `use(object)`; false where `payload` is not one well-formed JSON object.
  template <class Use>
  bool parse(std::string_view payload, Use&& use) {
    shrink();
    if (buffer_.size() < payload.size() + simdjson::SIMDJSON_PADDING) {
      buffer_.resize(2 * payload.size() + simdjson::SIMDJSON_PADDING);
    }
    std::memcpy(buffer_.data(), payload.data(), payload.size());
    // simdjson looks at the byte after the event: a brace that an earlier one left there would have
    // it judge unbalanced braces more strictly.
    std::memset(buffer_.data() + payload.size(), 0, simdjson::SIMDJSON_PADDING);
    const simdjson::padded_string_view padded(buffer_.data(), payload.size(), buffer_.size());
    json::document document;
    json::object object;
    if (parser_->iterate(padded).get(document) != simdjson::SUCCESS) return false;
    if (document.get_object().get(object) != simdjson::SUCCESS) return false;
    if (use(object) != simdjson::SUCCESS) return false;
    // Nothing may follow the object.
    const char* rest = nullptr;
    return document.current_location().get(rest) == simdjson::OUT_OF_BOUNDS;
  }

  std::size_t offset_of(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - buffer_.data());
  }

 private:
  void shrink() {
    if (buffer_.size() <= kKeptScratch) return;
    buffer_ = {};
    parser_ = std::make_unique<json::parser>();
  }

  std::unique_ptr<json::parser> parser_ = std::make_unique<json::parser>();
  std::vector<char> buffer_;
};

Scratch& scratch() {
  thread_local Scratch instance;
  return instance;
}

std::uint32_t clamp_count(std::uint64_t count) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(count, std::numeric_limits<std::uint32_t>::max()));
}

// A later report of the same count replaces an earlier one; what it leaves out stays.
void take_in(TokenCounts& to, const TokenCounts& from) {
  if (from.input) to.input = from.input;
  if (from.output) to.output = from.output;
  if (from.cached) to.cached = from.cached;
  if (from.reasoning) to.reasoning = from.reasoning;
}

class Reader final : public StreamReader {
 public:
  Reader(SightFunction look, std::string_view end_mark) : look_(look), end_mark_(end_mark) {}

  StreamEvent read(std::string_view payload) override {
    payload = trim(payload);
    if (payload.size() > kMaxEvent) {
      return malformed(fmt::format("an event of {} bytes", payload.size()));
    }
    if (const auto body = repeat_.match(payload)) {
      if (text_out_ != nullptr) append_unescaped(*text_out_, *body);
      return token_event(false);
    }
    if (payload.empty()) return {};
    if (!end_mark_.empty() && payload == end_mark_) {
      ended_ = true;
      settle();
      return {.kind = StreamEvent::Kind::kEnd};
    }
    return parse(payload);
  }

  const StreamSummary& summary() const override { return summary_; }
  void keep_text(std::string* out) override { text_out_ = out; }

 private:
  StreamEvent parse(std::string_view payload) {
    Sight sight;
    sight.text_out = text_out_;
    const std::size_t kept = text_out_ != nullptr ? text_out_->size() : 0;
    const bool read =
        scratch().parse(payload, [&](json::object event) { return look_(event, sight); });
    if (!read || sight.bad_text) {
      if (text_out_ != nullptr) text_out_->resize(kept);
      return malformed(fmt::format("'{}'", clip_words(payload, 120)));
    }
    if (sight.plain())
      repeat_.remember(payload, scratch().offset_of(sight.text), sight.text.size());
    return weigh(sight, payload);
  }

  StreamEvent weigh(const Sight& sight, std::string_view payload) {
    if (sight.usage) take_in(usage_, *sight.usage);
    if (sight.engine) take_in(engine_, *sight.engine);
    if (sight.timings) summary_.timings = *sight.timings;
    units_ += sight.units;
    if (sight.last) ended_ = true;
    if (!sight.finish_reason.empty()) finish(sight.finish_reason);
    StreamEvent event;
    if (sight.texts > 0 || sight.tool_call) {
      event = token_event(sight.usage && sight.usage->output.value_or(0) > 0);
    } else if (sight.last) {
      event.kind = StreamEvent::Kind::kEnd;
    }
    if (sight.failed) {
      const ErrorWords words = read_error_words(payload);
      fail_stream(words.overloaded ? Status::kOverloaded : Status::kStreamError, words.message);
      event = {.kind = StreamEvent::Kind::kError};
    }
    settle();
    return event;
  }

  // `counted`: the event carries a running usage.
  StreamEvent token_event(bool counted) {
    ++chunks_;
    // A usage that only comes with the last chunk is a total, not a running count.
    running_ = running_ && counted;
    const std::uint64_t said = running_ ? usage_.output.value_or(0) : units_;
    StreamEvent event{.kind = StreamEvent::Kind::kToken};
    if (said > attributed_) {
      event.tokens = clamp_count(said - attributed_);
      attributed_ = said;
    }
    settle_output();
    return event;
  }

  void finish(std::string_view reason) {
    summary_.finish_reason.clear();
    append_unescaped(summary_.finish_reason, reason);
    ended_ = true;
    // Not an answer: the engine gave this request up (vLLM, SGLang).
    if (summary_.finish_reason == "abort" || summary_.finish_reason == "error") {
      fail_stream(Status::kStreamError,
                  fmt::format("the engine gave the request up (finish reason '{}')",
                              summary_.finish_reason));
    }
  }

  StreamEvent malformed(std::string_view what) {
    fail_stream(Status::kMalformed, fmt::format("not an event of this protocol: {}", what));
    settle();
    return {.kind = StreamEvent::Kind::kMalformed};
  }

  void fail_stream(Status status, std::string_view message) {
    if (summary_.status != Status::kOk) return;
    summary_.status = status;
    summary_.error = message.empty() ? "the engine reported an error without a message" : message;
  }

  void settle() {
    summary_.complete = ended_ && summary_.status == Status::kOk;
    // A prompt is never 0 tokens long: 0 means that the engine does not tell.
    if (usage_.input.value_or(0) > 0) {
      summary_.input_tokens = *usage_.input;
      summary_.input_source = TokenSource::kUsage;
    } else if (engine_.input.value_or(0) > 0) {
      summary_.input_tokens = *engine_.input;
      summary_.input_source = TokenSource::kEngineFields;
    }
    summary_.cached_tokens = usage_.cached.value_or(engine_.cached.value_or(0));
    summary_.reasoning_tokens = usage_.reasoning.value_or(0);
    settle_output();
  }

  // A count of 0 is believed only where no token was seen (Ollama's OpenAI form fills in zeros).
  void settle_output() {
    const auto believed = [&](const TokenCounts& counts) {
      return counts.output && (*counts.output > 0 || chunks_ == 0);
    };
    if (believed(usage_)) {
      set_output(*usage_.output, TokenSource::kUsage);
    } else if (believed(engine_)) {
      set_output(*engine_.output, TokenSource::kEngineFields);
    } else if (units_ > 0) {
      set_output(units_, TokenSource::kEngineFields);
    } else if (chunks_ > 0) {
      set_output(chunks_, TokenSource::kChunks);
    }
  }

  void set_output(std::uint64_t tokens, TokenSource source) {
    summary_.output_tokens = clamp_count(tokens);
    summary_.output_source = source;
  }

  SightFunction look_;
  std::string_view end_mark_;
  std::string* text_out_ = nullptr;
  RepeatMatcher repeat_;
  StreamSummary summary_;
  TokenCounts usage_;
  TokenCounts engine_;
  std::uint64_t chunks_ = 0;      // token events
  std::uint64_t units_ = 0;       // tokens by the events' own word
  std::uint64_t attributed_ = 0;  // tokens already given to an event
  bool running_ = true;           // every token event so far carried a running usage
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<StreamReader> make_stream_reader(SightFunction look, std::string_view end_mark) {
  return std::make_unique<Reader>(look, end_mark);
}

void Sight::add_text(json::value value) {
  add_text_body(string_body(value).value_or(std::string_view{}));
}

void Sight::add_text_body(std::string_view body) {
  if (body.empty()) return;
  if (!valid_string_body(body)) {
    bad_text = true;
    return;
  }
  ++texts;
  text = body;
  if (text_out != nullptr) append_unescaped(*text_out, body);
}

std::optional<std::string_view> string_body(json::value& value) {
  std::string_view token = value.raw_json_token();
  // Blanks may follow the closing quote.
  const auto close = token.rfind('"');
  if (token.empty() || token.front() != '"' || close == 0) return std::nullopt;
  return token.substr(1, close - 1);
}

std::optional<std::uint32_t> count_of(json::value& value) {
  std::uint64_t whole = 0;
  if (value.get_uint64().get(whole) == simdjson::SUCCESS) return clamp_count(whole);
  double number = 0;
  if (value.get_double().get(number) != simdjson::SUCCESS || !(number >= 0)) return std::nullopt;
  return clamp_count(static_cast<std::uint64_t>(std::min(number, 4294967295.0)));
}

std::int64_t millis_of(json::value& value) {
  double number = 0;
  if (value.get_double().get(number) != simdjson::SUCCESS) return -1;
  // Beyond 100 days it is no duration of a request.
  if (!(number >= 0 && number <= 8.64e9)) return -1;
  return from_seconds(number / 1e3);
}

std::int64_t nanos_of(json::value& value) {
  std::int64_t number = 0;
  if (value.get_int64().get(number) != simdjson::SUCCESS) return -1;
  return std::max<std::int64_t>(number, -1);
}

}  // namespace tt::engine
