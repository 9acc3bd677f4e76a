#include "analysis/validity.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "stats/quantile.h"
#include "stats/ratio.h"

namespace tt::analysis {
namespace {

std::string percent(double share) { return fmt::format("{:.1f}%", share * 100); }

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// A check of one target, passed until said otherwise.
Check about(const TargetSummary& t, std::size_t index, std::string id, std::string title) {
  Check check;
  check.id = std::move(id);
  check.title = std::move(title);
  check.target = index;
  check.text = t.target.name + ": ";
  return check;
}

std::optional<double> median(const TargetSummary& t, MetricId metric) {
  const Distribution* d = t.distribution(metric);
  const QuantileFigure* figure = d == nullptr ? nullptr : d->at(0.5);
  if (figure == nullptr) return std::nullopt;
  return figure->value;
}

Check check_requests(const TargetSummary& t, std::size_t index) {
  Check c = about(t, index, "requests", "Enough requests");
  const std::uint64_t ok = t.counts.ok;
  c.value = static_cast<double>(ok);
  c.limit = static_cast<double>(kEnoughRequests);
  c.level = ok == 0 ? Level::kFail : ok < kEnoughRequests ? Level::kWarn : Level::kPass;
  c.text += fmt::format("{} successful requests", format_count(ok));
  if (ok == 0) {
    c.text += "; nothing to judge by: see the errors";
  } else if (c.level == Level::kWarn) {
    c.text += fmt::format(", of {} that make medians steady; run longer", kEnoughRequests);
  }
  return c;
}

Check check_duration(const TargetSummary& t, std::size_t index) {
  Check c = about(t, index, "duration", "Long enough");
  c.value = t.seconds;
  c.limit = kEnoughSeconds;
  c.text += fmt::format("{:.1f} s measured", t.seconds);
  if (t.seconds < kEnoughSeconds) {
    c.level = Level::kWarn;
    c.text +=
        fmt::format("; under {:g} s a passing disturbance decides, use --duration {:g}s or more",
                    kEnoughSeconds, kEnoughSeconds);
  }
  return c;
}

Check check_errors(const TargetSummary& t, std::size_t index) {
  Check c = about(t, index, "errors", "Few errors");
  const double errors = share(t.counts.failed, t.counts.answerable());
  c.value = errors;
  c.limit = kErrorShareWarn;
  c.level = errors > kErrorShareFail   ? Level::kFail
            : errors > kErrorShareWarn ? Level::kWarn
                                       : Level::kPass;
  c.text += fmt::format("{} of {} requests failed ({})", format_count(t.counts.failed),
                        format_count(t.counts.answerable()), percent(errors));
  if (c.level != Level::kPass) c.text += "; latencies describe only those that succeeded";
  return c;
}

Check check_dropped(const TargetSummary& t, std::size_t index) {
  Check c = about(t, index, "dropped", "Nothing dropped");
  const double dropped = share(t.counts.dropped, t.counts.planned);
  c.value = dropped;
  c.limit = 0;
  c.level = t.counts.dropped > 0 ? Level::kWarn : Level::kPass;
  c.text += fmt::format("{} of {} planned requests were never sent", format_count(t.counts.dropped),
                        format_count(t.counts.planned));
  if (c.level != Level::kPass) {
    c.text += fmt::format(
        " ({}): the cap on requests in flight was reached, the target was given up, an earlier "
        "turn of the session failed or the client ran out of files or ports, so the load was lower "
        "than planned",
        percent(dropped));
  }
  return c;
}

// The clients that stay are those that were served fast where the others had no token yet.
Check check_left(const TargetSummary& t, std::size_t index) {
  Check c = about(t, index, "left", "Clients that went away had their first token");
  c.value = share(t.counts.left_untold, t.counts.left);
  c.limit = 0;
  c.text +=
      fmt::format("{} clients went away in mid-answer, as planned", format_count(t.counts.left));
  if (t.counts.left_untold > 0) {
    c.level = Level::kWarn;
    c.text += fmt::format(
        ", {} of them before their first token: the slowest are missing from TTFT, which reads "
        "low; let them wait longer (workload.cancel)",
        format_count(t.counts.left_untold));
  }
  return c;
}

// An engine that kept its cache from an earlier run of the same prompts looks faster than it is.
Check check_known_prompts(const TargetSummary& t, std::size_t index) {
  Check c = about(t, index, "known_prompts", "Prompts new to the engine");
  c.value = t.target.known_prompts;
  c.limit = kKnownPromptsShare;
  c.level = Level::kWarn;
  c.text += fmt::format(
      "{} of the input tokens came from its prefix cache, though no two prompts of the plan begin "
      "alike: it knows them from an earlier run, and TTFT reads low; restart it, or give another "
      "--seed",
      percent(*c.value));
  return c;
}

Check check_token_counts(const TargetSummary& t, std::size_t index) {
  Check c = about(t, index, "token_counts", "Token counts told by the server, and credible");
  const auto count = [&](TokenSource source) {
    return t.tokens.output_sources[static_cast<std::size_t>(source)];
  };
  if (t.tokens.incredible_requests > 0) {
    c.value = share(t.tokens.incredible_output, t.tokens.output);
    c.limit = kIncredibleShare;
    c.level = *c.value > kIncredibleShare ? Level::kFail : Level::kWarn;
    c.text += fmt::format(
        "the server counts {} output tokens for {} requests, far more than were asked for or came "
        "({} of all tokens): believe no tokens/s and no TPOT; tell the engine's makers",
        format_count(t.tokens.incredible_output), format_count(t.tokens.incredible_requests),
        percent(*c.value));
    return c;
  }
  const std::uint64_t estimated = count(TokenSource::kChunks) + count(TokenSource::kNone);
  c.value = share(estimated, t.counts.ok);
  c.limit = 0;
  c.level = estimated > 0 ? Level::kWarn : Level::kPass;
  const bool tokenized = count(TokenSource::kTokenizer) > 0;
  c.text += estimated == 0 ? (tokenized ? "counts come from a tokenizer on the client's side"
                                        : "every count comes from the server")
                           : fmt::format(
                                 "{} of requests have tokens counted by chunks; tokens/s and "
                                 "TPOT are estimates",
                                 percent(*c.value));
  return c;
}

Check check_lengths(const TargetSummary& t, std::size_t index) {
  Check c = about(t, index, "output_lengths", "Output as long as asked");
  c.value = t.tokens.mean_length_miss;
  c.limit = kLengthMiss;
  c.level = t.tokens.mean_length_miss > kLengthMiss ? Level::kWarn : Level::kPass;
  if (t.tokens.mean_planned_output == 0) {
    c.text += "no length was asked for";
    return c;
  }
  c.text += fmt::format("{} tokens on average, {} asked", format_number(t.tokens.mean_output),
                        format_number(t.tokens.mean_planned_output));
  if (c.level != Level::kPass) {
    c.text += fmt::format(
        " (a request misses by {} on average); the engine stops by itself, compare "
        "TPOT rather than E2E",
        percent(t.tokens.mean_length_miss));
  }
  return c;
}

// Requests of a block too short for a full load meet a lighter one while it fills and empties.
Check check_block_length(const RunInput& run, const TargetSummary& t, std::size_t index) {
  Check c = about(t, index, "block_length", "Turns long enough for a full load");
  c.limit = kNeverFull;
  if (t.full_load_seconds <= 0) {
    c.text += "no answer to tell by";
    return c;
  }
  if (run.load_varies) {
    c.text += fmt::format(
        "the load varies by plan, so its rates are means over all of {:.1f} s, not those of a "
        "full load; compare them with runs of the same load only",
        t.full_load_seconds);
    return c;
  }
  c.value = t.never_full_seconds / t.full_load_seconds;
  if (*c.value <= kNeverFull) {
    c.text += fmt::format("its rates are those of {:.1f} s at full load", t.full_load_seconds);
    return c;
  }
  c.level = Level::kWarn;
  c.text += fmt::format(
      "{} of its time went by in turns that were over before the load was full, so rates read low "
      "and latencies too good: use a longer --duration or fewer --blocks",
      percent(*c.value));
  return c;
}

Check check_drift(const TargetSummary& t, const TargetRows& rows, std::size_t index) {
  Check c = about(t, index, "drift", "Steady from block to block");
  std::optional<double> low;
  std::optional<double> high;
  for (auto& block : samples(rows, MetricId::kE2e)) {
    const auto m = stats::quantile_in_place(block, 0.5);
    if (!m || block.size() < stats::samples_needed(0.5)) continue;
    low = std::min(low.value_or(*m), *m);
    high = std::max(high.value_or(*m), *m);
  }
  c.limit = kDrift;
  if (!low || *low <= 0 || rows.blocks.size() < 2) {
    c.text += rows.blocks.size() < 2 ? "a single block cannot show drift"
                                     : "too few requests a block to show drift";
    return c;
  }
  c.value = *high / *low - 1;
  c.level = *c.value > kDrift ? Level::kWarn : Level::kPass;
  c.text += fmt::format("E2E medians of blocks lie between {} and {} ms", format_number(*low),
                        format_number(*high));
  if (c.level != Level::kPass) c.text += "; the machine or the engine changed during the run";
  return c;
}

Check check_stamps(const TargetSummary& t, std::size_t index) {
  Check c = about(t, index, "kernel_stamps", "Token times from the kernel");
  const double stamped = share(t.client.stamped_reads, t.client.reads);
  c.value = stamped;
  c.limit = kStampedShare;
  if (t.client.reads == 0) {
    c.text += "nothing was read";
    return c;
  }
  c.text += fmt::format("{} of reads carry a kernel stamp", percent(stamped));
  if (stamped < kStampedShare) {
    c.level = Level::kWarn;
    c.text += "; the rest are stamped when the client reads them, and hold its own delay";
  }
  return c;
}

// How far the client's delay reaches into what it measures.
struct Reach {
  std::string_view of;
  double share = 0;
  double limit = 0;
};

void judge_reach(Check& c, double lag_ms, std::optional<Reach> worst_reach) {
  c.text += fmt::format("p99 {} ms", format_number(lag_ms));
  if (!worst_reach) return;
  c.value = worst_reach->share;
  c.limit = worst_reach->limit;
  c.text += fmt::format(", {} of the median {}", percent(worst_reach->share), worst_reach->of);
  if (worst_reach->share >= kLagFail) {
    c.level = Level::kFail;
  } else if (worst_reach->share > worst_reach->limit) {
    c.level = Level::kWarn;
  }
  if (c.level != Level::kPass) {
    c.text += fmt::format(" (limit {}); use more --workers, a lighter load or a faster client",
                          percent(worst_reach->limit));
  }
}

std::optional<Reach> reach(double lag_ms, std::string_view of, std::optional<double> median_ms,
                           double limit) {
  if (!median_ms || *median_ms <= 0) return std::nullopt;
  return Reach{of, lag_ms / *median_ms, limit};
}

Check check_read_lag(const TargetSummary& t, std::size_t index) {
  Check c = about(t, index, "client_lag", "Client reads in time");
  c.text += "read lag ";
  if (!t.client.read_lag_p99_ms) {
    c.text += "not known: no kernel stamps";
    return c;
  }
  const double lag = *t.client.read_lag_p99_ms;
  auto worst_reach = reach(lag, "TPOT", median(t, MetricId::kTpot), kLagOfTpot);
  const auto ttft = reach(lag, "TTFT", median(t, MetricId::kTtft), kLagOfTtft);
  if (!worst_reach ||
      (ttft && ttft->share / ttft->limit > worst_reach->share / worst_reach->limit)) {
    worst_reach = ttft;
  }
  judge_reach(c, lag, worst_reach);
  return c;
}

// Open loop: late requests meet another load than the planned one, and wait before they are sent.
// Closed loop: nothing was promised for an instant, but while a place stands idle the load is
// lighter than asked.
Check check_send_lag(const RunInput& run, const TargetSummary& t, std::size_t index) {
  Check c = about(t, index, "schedule_lag", "Client sends in time");
  c.text += "schedule lag ";
  if (!t.client.send_lag_p99_ms) {
    c.text += "not known";
    return c;
  }
  const double lag = *t.client.send_lag_p99_ms;
  judge_reach(c, lag,
              run.load == LoadKind::kOpen
                  ? reach(lag, "TTFT", median(t, MetricId::kTtft), kLagOfTtft)
                  : reach(lag, "E2E", median(t, MetricId::kE2e), kLagOfE2e));
  return c;
}

Check check_cpu(const RunInput& run) {
  Check c;
  c.id = "client_cpu";
  c.title = "Client has CPU to spare";
  c.limit = kClientCpuShare;
  c.value = run.client_cpu_share;
  if (!run.client_cpu_share) {
    c.text = "not measured";
    return c;
  }
  c.text = fmt::format("the busiest worker used {} of a core", percent(*run.client_cpu_share));
  if (*run.client_cpu_share >= kClientCpuShare) {
    c.level = Level::kWarn;
    c.text += "; use more --workers";
  }
  return c;
}

// A request that could not be opened says nothing of the target; and those that could met a lighter
// load than was asked for.
Check check_client_limit(std::span<const TargetSummary> targets) {
  Check c;
  c.id = "client_limit";
  c.title = "Client had files and ports enough";
  c.limit = 0;
  constexpr auto kLimited = static_cast<std::size_t>(Status::kClientLimit);
  std::uint64_t limited = 0;
  std::uint64_t planned = 0;
  std::string_view said;
  for (const TargetSummary& t : targets) {
    planned += t.counts.planned;
    limited += t.counts.by_status[kLimited];
    if (said.empty()) said = t.counts.first_error[kLimited];
  }
  c.value = share(limited, planned);
  if (limited == 0) {
    c.text = "it lacked none";
    return c;
  }
  c.level = Level::kFail;
  c.text = fmt::format("{} of {} requests were never sent, as the client ran out ({})",
                       format_count(limited), format_count(planned), said);
  return c;
}

Check check_equal(std::span<const TargetSummary> targets, double Tokens::* mean, std::string id,
                  std::string title, std::string_view remedy) {
  Check c;
  c.id = std::move(id);
  c.title = std::move(title);
  c.limit = kLengthUnequal;
  const TargetSummary* low = nullptr;
  const TargetSummary* high = nullptr;
  for (const TargetSummary& t : targets) {
    if (t.tokens.*mean <= 0) continue;
    if (low == nullptr || t.tokens.*mean < low->tokens.*mean) low = &t;
    if (high == nullptr || t.tokens.*mean > high->tokens.*mean) high = &t;
  }
  if (low == high) {
    c.text = "the same for all, or nothing to compare";
    return c;
  }
  c.value = high->tokens.*mean / low->tokens.*mean - 1;
  c.text =
      fmt::format("from {} ({}) to {} ({}) tokens on average", format_number(low->tokens.*mean),
                  low->target.name, format_number(high->tokens.*mean), high->target.name);
  if (*c.value > kLengthUnequal) {
    c.level = Level::kWarn;
    c.text += fmt::format("; {}", remedy);
  }
  return c;
}

Check check_blocks(const RunInput& run, std::span<const TargetRows> rows) {
  Check c;
  c.id = "blocks";
  c.title = "Targets took turns";
  c.limit = static_cast<double>(stats::kMinSections);
  std::size_t fewest = rows.empty() ? 0 : rows[0].blocks.size();
  for (const TargetRows& r : rows) fewest = std::min(fewest, r.blocks.size());
  c.value = static_cast<double>(fewest);
  if (run.targets.size() < 2) {
    c.text = "a single target";
  } else if (run.order == TurnOrder::kTogether) {
    c.level = Level::kWarn;
    c.text = "all targets ran at once: on a shared machine they slow each other down";
  } else if (fewest < stats::kMinSections) {
    c.level = Level::kWarn;
    c.text = fmt::format(
        "{} block{} a target: a change of the machine may favour one; use order: interleaved",
        fewest, fewest == 1 ? "" : "s");
  } else {
    c.text = fmt::format("{} interleaved blocks a target", fewest);
  }
  return c;
}

Check check_complete(const RunInput& run) {
  Check c;
  c.id = "complete";
  c.title = "Ran to its end";
  c.level = run.partial ? Level::kWarn : Level::kPass;
  c.text = run.partial ? "the run was stopped, or gave a target up, before its plan ended"
                       : "the plan was played to its end";
  return c;
}

}  // namespace

std::string_view level_name(Level level) {
  switch (level) {
    case Level::kPass:
      return "pass";
    case Level::kWarn:
      return "warn";
    case Level::kFail:
      return "fail";
  }
  return "";
}

Level worst(std::span<const Check> checks) {
  Level level = Level::kPass;
  for (const Check& check : checks) level = std::max(level, check.level);
  return level;
}

std::vector<Check> check_run(const RunInput& run, std::span<const TargetRows> rows,
                             std::span<const TargetSummary> targets) {
  std::vector<Check> checks = {check_complete(run), check_cpu(run), check_client_limit(targets),
                               check_blocks(run, rows)};
  checks.push_back(
      check_equal(targets, &Tokens::mean_input, "equal_input", "Same input for all",
                  "prompts or tokenizers differ, so TTFT is not compared like for like"));
  checks.push_back(check_equal(targets, &Tokens::mean_output, "equal_output",
                               "Same output length for all",
                               "compare TPOT and tokens/s rather than E2E and requests/s"));
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const TargetSummary& t = targets[i];
    checks.push_back(check_requests(t, i));
    checks.push_back(check_duration(t, i));
    checks.push_back(check_errors(t, i));
    checks.push_back(check_dropped(t, i));
    if (t.counts.left > 0) checks.push_back(check_left(t, i));
    if (t.target.known_prompts > kKnownPromptsShare) checks.push_back(check_known_prompts(t, i));
    checks.push_back(check_token_counts(t, i));
    checks.push_back(check_lengths(t, i));
    checks.push_back(check_block_length(run, t, i));
    checks.push_back(check_drift(t, rows[i], i));
    checks.push_back(check_stamps(t, i));
    checks.push_back(check_read_lag(t, i));
    checks.push_back(check_send_lag(run, t, i));
  }
  return checks;
}

ClientVerdict client_verdict(std::span<const Check> checks) {
  ClientVerdict verdict{.ok = true, .text = ""};
  for (const Check& check : checks) {
    const bool of_client = check.id == "client_lag" || check.id == "schedule_lag" ||
                           check.id == "client_cpu" || check.id == "client_limit";
    if (!of_client || check.level == Level::kPass) continue;
    verdict.ok = verdict.ok && check.level != Level::kFail && check.id != "client_cpu";
    verdict.text += (verdict.text.empty() ? "" : "; ") + check.text;
  }
  const std::string_view head = !verdict.ok            ? "client was the bottleneck: "
                                : verdict.text.empty() ? "client ok"
                                                       : "client ok, though ";
  verdict.text.insert(0, head);
  return verdict;
}

}  // namespace tt::analysis
