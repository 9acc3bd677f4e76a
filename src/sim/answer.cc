#include "sim/answer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "net/http_server.h"
#include "sim/session.h"
#include "sim/tokens.h"

namespace tt::sim {
namespace {

constexpr std::uint32_t kCompletionsDefault = 16;  // OpenAI's max_tokens for text completions
constexpr double kOutputSigma = 0.5;  // spread of the lengths at which the model ends by itself
constexpr std::size_t kSendAtMost = 64 * 1024;  // catching up writes pieces of about this size

std::string_view garbage(engine::Framing framing) {
  return framing == engine::Framing::kSse ? "data: {\"choices\":[{\"delta\":{\"con\xff\xfe\n\n"
                                          : "{\"message\":{\"con\xff\xfe\n";
}

}  // namespace

Answer::Answer(Core& core, Session& session, AnswerSetup setup)
    : core_(core),
      session_(session),
      setup_(std::move(setup)),
      rng_(Rng::stream(core.options().seed ^ setup_.number, "odd chunks")),
      text_seed_(core.options().seed * 0x9e3779b97f4a7c15ULL + setup_.number) {
  truth_.id = setup_.id;
  truth_.number = setup_.number;
  truth_.received = setup_.received;
}

Answer::~Answer() { abandon(); }

// --- Admission ----------------------------------------------------------------------------------

/// Sets prompt and output lengths; returns what the request allows.
std::uint32_t Answer::choose_lengths() {
  const auto& profile = core_.options().profile;
  auto& request = setup_.request;
  prompt_tokens_ = std::max(count_tokens(request.prompt), 1U);
  const std::uint32_t context = profile.limits.max_model_tokens;
  const std::uint32_t rest = context > prompt_tokens_ ? context - prompt_tokens_ : 0;
  std::uint32_t allowed = request.max_tokens;
  if (allowed == 0) {
    const bool text = setup_.protocol->name() == "openai-completions";
    allowed = text && core_.options().engine != engine::EngineKind::kOllama
                  ? std::min(kCompletionsDefault, rest)
                  : rest;
  }
  if (!core_.habit().refuses_too_long) allowed = std::min(allowed, rest);
  if (profile.fixed && profile.fixed->tokens > 0) allowed = profile.fixed->tokens;
  output_tokens_ = allowed;
  const bool forced = (request.ignore_eos && engine::traits(core_.options().engine).ignore_eos) ||
                      profile.fixed.has_value();
  if (!forced) {
    Rng rng = Rng::stream(core_.options().seed + setup_.number, "output length");
    const double own = profile.mean_output_tokens *
                       std::exp(kOutputSigma * rng.normal() - kOutputSigma * kOutputSigma / 2);
    const auto length = static_cast<std::uint32_t>(std::clamp(own, 1.0, 1e9));
    output_tokens_ = std::min(allowed, std::max(length, request.min_tokens));
    ends_by_itself_ = output_tokens_ < allowed;
  }
  return allowed;
}

/// What the engine says before it takes the request in; nothing where it is good.
std::optional<engine::ServerFault> Answer::fault_of_request(std::uint32_t allowed) const {
  using Kind = engine::ServerFault::Kind;
  const auto& profile = core_.options().profile;
  const std::uint64_t whole = std::uint64_t{prompt_tokens_} + allowed;
  if (allowed == 0 || (whole > profile.limits.max_model_tokens && !profile.fixed)) {
    return engine::ServerFault{
        Kind::kInvalid, "This model's maximum context length is " +
                            std::to_string(profile.limits.max_model_tokens) +
                            " tokens. However, you requested " + std::to_string(whole) +
                            " tokens (" + std::to_string(prompt_tokens_) + " in the messages, " +
                            std::to_string(allowed) + " in the completion)."};
  }
  const bool fcfs = profile.scheduling_policy == SchedulingPolicy::kFcfs;
  if (setup_.request.priority != 0 && fcfs && core_.habit().refuses_priority) {
    return engine::ServerFault{Kind::kInvalid, "Got priority " +
                                                   std::to_string(setup_.request.priority) +
                                                   " but priority scheduling is not enabled."};
  }
  return std::nullopt;
}

std::optional<engine::ServerFault> Answer::admit() {
  using Kind = engine::ServerFault::Kind;
  const auto& profile = core_.options().profile;
  const std::uint32_t allowed = choose_lengths();
  if (auto fault = fault_of_request(allowed)) return fault;
  const Nanos schedulable = core_.schedulable(setup_.received);
  load_ = schedulable - setup_.received;
  tag_ = core_.enter(*this);
  Submission submission{.tag = tag_,
                        .prompt_tokens = prompt_tokens_,
                        .output_tokens = output_tokens_,
                        .max_tokens = allowed,
                        .priority = setup_.request.priority,
                        .at = schedulable};
  if (profile.prefix_cache && !profile.fixed) {
    submission.blocks =
        block_names(setup_.request.prompt, text_seed_, output_tokens_, profile.limits.block_tokens,
                    std::hash<std::string>{}(setup_.request.model));
  }
  const auto id = core_.submit(std::move(submission));
  if (!id) {
    core_.forget(std::exchange(tag_, 0));
    over_ = true;
    return id.error() == Refusal::kOverloaded
               ? engine::ServerFault{Kind::kOverloaded, "Model is overloaded"}
               : engine::ServerFault{Kind::kInvalid, "The request does not fit into the KV cache."};
  }
  id_ = *id;
  submitted_ = true;
  replica_ = core_.model().replica_of(id_);
  meter_ = {.received = setup_.received,
            .queued = setup_.received,
            .started = kNever,
            .prompt = prompt_tokens_,
            .max_tokens = allowed};
  setup_.request.max_tokens = allowed;  // so that the writer knows which token is the last
  if (profile.fixed) event_tokens_ = profile.fixed->chunk;
  fault_at_ = output_tokens_ < 2
                  ? 0
                  : 1 + static_cast<std::uint32_t>(setup_.fate.where * (output_tokens_ - 1));
  fault_played_ = setup_.fate.kind == Fate::Kind::kNone;
  if (core_.truth() != nullptr) truth_.events.reserve(output_tokens_);
  return std::nullopt;
}

void Answer::begin() {
  if (setup_.request.stream) {
    writer_ = setup_.protocol->writer(
        setup_.request, {core_.options().engine, setup_.id, realtime_now() / kSecond});
    const Nanos silence = core_.habit().ping_after;
    if (silence > 0 && setup_.protocol->framing() == engine::Framing::kSse) {
      last_write_ = steady_now();
      core_.wake_at(last_write_ + silence, tag_, Core::Wake::kPing);
    }
  }
  if (setup_.fate.slow_header) {
    hold(core_.options().faults.slow_header_for);
  } else {
    pump();
  }
}

// --- The model's side ---------------------------------------------------------------------------

void Answer::take(const Emission& emission) {
  measure(emission);
  if (emission.kind == Emission::Kind::kTokens) {
    pending_ += emission.tokens;
    made_ = emission.finished;
  }
  pump();
}

/// As the engine itself sees it: instants of the model, before anything is written.
void Answer::measure(const Emission& emission) {
  replica_ = emission.replica;
  Meters& meters = core_.metrics().of(replica_);
  meter_.started = emission.started;
  if (emission.kind == Emission::Kind::kStarted) {
    meter_.cached = emission.cached;
    // The frontend's own work comes before the queue.
    const Nanos overhead = from_seconds(core_.options().profile.step.overhead_ms / 1e3);
    meter_.queued = std::min(setup_.received + overhead, emission.started);
    meters.started(meter_);
    return;
  }
  const Nanos gap = emission.first ? kNever : emission.at - meter_.last;
  meter_.first = emission.first_at;
  meter_.last = emission.at;
  meter_.output += emission.tokens;
  meters.tokens(meter_, emission.tokens, gap, emission.drafted);
  if (emission.finished) {
    meters.ended(meter_, ends_by_itself_ ? EndReason::kStop : EndReason::kLength);
  }
}

void Answer::hold(Nanos duration) {
  held_ = true;
  core_.wake_at(steady_now() + duration, tag_, Core::Wake::kRelease);
}

void Answer::release() {
  held_ = false;
  pump();
}

void Answer::ping() {
  const Nanos silence = core_.habit().ping_after;
  const Nanos now = steady_now();
  if (header_sent_ && !over_ && !held_ && session_.clear() && now - last_write_ >= silence) {
    append_framed(":\n\n");
    send(0, false);
  }
  // Where it could not be written now (a stall, a reader that does not read) it is tried again.
  if (over_) return;
  core_.wake_at(std::max(last_write_ + silence, now + silence / 15), tag_, Core::Wake::kPing);
}

void Answer::abandon() {
  if (over_) return;
  over_ = true;
  if (!submitted_) return;
  if (!made_) {
    core_.metrics().of(replica_).ended(meter_, EndReason::kAbort);
    core_.cancel(id_);
  }
  core_.forget(tag_);
  if (core_.truth() != nullptr) core_.truth()->add(std::move(truth_));
}

// --- Writing ------------------------------------------------------------------------------------

void Answer::pump() {
  if (over_ || held_ || !session_.clear()) return;
  if (setup_.request.stream) {
    pump_stream();
  } else if (made_) {
    pump_whole();
  }
}

void Answer::pump_stream() {
  do {
    if (!header_sent_) {
      if (!header_is_due()) return;
      append_header();
    }
    std::uint32_t tokens = 0;
    const std::uint32_t before = written_;
    while (pending_ > 0 && out_.size() < kSendAtMost) {
      if (!fault_played_ && written_ >= fault_at_) {
        if (written_ > before) break;  // what came before the fault leaves first
        if (!play_fault()) return;
      }
      append_event();
    }
    tokens = written_ - before;
    const bool ends = made_ && pending_ == 0;
    if (ends) append_finish();
    if (out_.empty()) return;
    send(tokens, ends);
    if (ends) return end(true);
  } while (pending_ > 0 && !over_ && session_.clear());
}

bool Answer::header_is_due() const {
  switch (core_.habit().header) {
    case Habits::HeaderTime::kAtOnce:
      return true;
    case Habits::HeaderTime::kWithStart:
      return meter_.started != kNever;
    case Habits::HeaderTime::kWithToken:
      break;
  }
  return pending_ > 0;
}

void Answer::append_header() {
  header_sent_ = true;
  const bool sse = setup_.protocol->framing() == engine::Framing::kSse;
  session_.append_stream_head(
      out_, sse ? core_.habit().sse_type : std::string_view("application/x-ndjson"),
      setup_.keep_alive);
  event_.clear();
  writer_->begin(event_);
  append_framed(event_);
}

void Answer::append_event() {
  std::uint32_t tokens = core_.habit().merges ? pending_ : std::min(pending_, event_tokens_);
  if (!fault_played_) tokens = std::min(tokens, std::max(fault_at_ - written_, 1U));
  pieces_.clear();
  for (std::uint32_t i = 0; i < tokens; ++i) {
    pieces_.push_back(answer_piece(text_seed_, written_ + i));
  }
  pending_ -= tokens;
  written_ += tokens;
  event_.clear();
  writer_->tokens(event_, pieces_, usage());
  append_framed(event_);
}

void Answer::append_finish() {
  event_.clear();
  writer_->finish(event_, reason(), usage(), timings());
  append_framed(event_);
  out_ += net::kLastChunk;
}

void Answer::append_framed(std::string_view bytes) {
  while (setup_.fate.odd_chunks && bytes.size() > 1) {
    const std::size_t size = 1 + rng_.below(bytes.size());
    net::append_chunk(out_, bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  net::append_chunk(out_, bytes);
}

bool Answer::play_fault() {
  fault_played_ = true;
  ++core_.stats().faults;
  switch (setup_.fate.kind) {
    case Fate::Kind::kStall:
      hold(core_.options().faults.stall_for);
      if (!out_.empty()) send(0, false);
      return false;
    case Fate::Kind::kCut:
      session_.drop(true);
      return false;
    case Fate::Kind::kGarbage:
      append_framed(garbage(setup_.protocol->framing()));
      return true;
    case Fate::Kind::kStreamError: {
      event_.clear();
      writer_->fault(event_, {engine::ServerFault::Kind::kInternal, "simulated failure"});
      if (event_.empty()) {  // this engine just breaks off
        session_.drop(false);
        return false;
      }
      append_framed(event_);
      out_ += net::kLastChunk;
      send(0, true);
      end(false);
      return false;
    }
    case Fate::Kind::kNone:
    case Fate::Kind::kError:
    case Fate::Kind::kOverload:
      break;
  }
  return true;
}

void Answer::pump_whole() {
  using engine::ServerFault;
  if (!std::exchange(fault_played_, true)) {
    ++core_.stats().faults;
    if (setup_.fate.kind == Fate::Kind::kStall) return hold(core_.options().faults.stall_for);
    if (setup_.fate.kind == Fate::Kind::kCut) return session_.drop(true);
  }
  std::string text;
  for (std::uint32_t i = 0; i < pending_; ++i) text += answer_piece(text_seed_, i);
  written_ = std::exchange(pending_, 0);
  engine::ServerReply reply;
  if (setup_.fate.kind == Fate::Kind::kStreamError) {
    reply = setup_.protocol->refuse({ServerFault::Kind::kInternal, "simulated failure"}, false,
                                    core_.options().engine);
  } else {
    reply = setup_.protocol->whole(setup_.request,
                                   {core_.options().engine, setup_.id, realtime_now() / kSecond},
                                   text, reason(), usage(), timings());
  }
  if (setup_.fate.kind == Fate::Kind::kGarbage)
    reply.body.insert(reply.body.size() / 2, "\xff\xfe");
  session_.append_reply(out_, reply, setup_.keep_alive);
  header_sent_ = true;
  send(written_, true);
  end(true);
}

void Answer::send(std::uint32_t tokens, bool ends) {
  last_write_ = steady_now();
  core_.used(last_write_);
  if (truth_.header == kNever) truth_.header = last_write_;
  if (tokens > 0) {
    core_.stats().tokens += tokens;
    if (core_.truth() != nullptr) truth_.events.push_back({last_write_, tokens});
  }
  if (ends) truth_.end = last_write_;
  std::string_view rest = out_;
  while (setup_.fate.odd_chunks && rest.size() > 1) {
    const std::size_t size = 1 + rng_.below(rest.size());
    session_.write(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  session_.write(rest);
  out_.clear();
}

/// The answer's last byte was written.
void Answer::end(bool whole) {
  if (over_) return;
  if (whole) ++core_.stats().finished;
  abandon();
  session_.answer_done(setup_.keep_alive);
}

engine::ServerUsage Answer::usage() const {
  return {.input_tokens = prompt_tokens_,
          .output_tokens = written_,
          .cached_tokens = meter_.cached,
          .tell_cached = core_.options().profile.report_cached_tokens};
}

EngineTimings Answer::timings() const {
  return {.queue_ns = meter_.started - setup_.received - load_,
          .load_ns = load_ > 0 ? load_ : -1,
          .prefill_ns = meter_.first - meter_.started,
          .decode_ns = meter_.last - meter_.first,
          .total_ns = meter_.last - setup_.received};
}

}  // namespace tt::sim
