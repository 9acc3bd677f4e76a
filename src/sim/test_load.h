// Loads in virtual time, for tests of what the model is worth. Lengths are log-normal with means of
// 256 in and 350 out, no answer longer than 512 tokens, as in AccelMark's ShareGPT requests; the
// spread is assumed.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "sim/model.h"

namespace tt::sim {

struct Lengths {
  std::uint32_t prompt;
  std::uint32_t output;
  std::vector<std::uint64_t> names = {};  // of the prompt's blocks, where a cache may know it
};

inline std::uint32_t lognormal(Rng& rng, double mean, double sigma, double most) {
  const double x = mean * std::exp(sigma * rng.normal() - sigma * sigma / 2);
  return static_cast<std::uint32_t>(std::clamp(x, 1.0, most));
}

inline std::vector<Lengths> sharegpt(std::size_t count) {
  Rng rng = Rng::stream(42, "lengths");
  std::vector<Lengths> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back({lognormal(rng, 256, 0.8, 4000), lognormal(rng, 420, 0.6, 512)});
  }
  return out;
}

struct Measured {
  double mean_ttft_ms = 0;
  double ttft_ms = 0;  // median
  double tpot_ms = 0;  // median
  double tokens_per_s = 0;
};

class Bench {
 public:
  explicit Bench(const Profile& profile) : model_(make_model(profile, 1)) {}

  /// `users` at a time (0: each at its own instant in `arrivals`).
  Measured play(const std::vector<Lengths>& lengths, std::size_t users,
                const std::vector<Nanos>& arrivals = {}) {
    lengths_ = lengths;
    sent_.assign(lengths.size(), 0);
    std::size_t next = 0;
    const auto initially = users == 0 ? lengths.size() : std::min(users, lengths.size());
    for (; next < initially; ++next) send(next, arrivals.empty() ? 0 : arrivals[next]);
    std::vector<double> ttft;
    std::vector<double> tpot;
    Nanos end = 0;
    double tokens = 0;
    for (Nanos t = model_->next_event(); t != kNever; t = model_->next_event()) {
      finished_.clear();
      for (const Emission& e : model_->advance(t)) {
        tokens += e.tokens;
        end = e.at;
        if (e.first) ttft.push_back(to_millis(e.at - sent_[e.tag]));
        if (!e.finished) continue;
        const auto output = lengths_[e.tag].output;
        if (output > 1) tpot.push_back(to_millis(e.at - e.first_at) / (output - 1));
        finished_.push_back(e.at);
      }
      for (const Nanos at : finished_) {
        if (next < lengths.size()) send(next++, at);
      }
    }
    return {.mean_ttft_ms = mean(ttft),
            .ttft_ms = median(ttft),
            .tpot_ms = median(tpot),
            .tokens_per_s = tokens / to_seconds(end)};
  }

 private:
  void send(std::size_t i, Nanos at) {
    sent_[i] = at;
    ASSERT_TRUE(model_->submit({.tag = i,
                                .prompt_tokens = lengths_[i].prompt,
                                .output_tokens = lengths_[i].output,
                                .blocks = lengths_[i].names,
                                .at = at}));
  }
  static double mean(const std::vector<double>& v) {
    return v.empty() ? 0 : std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
  }
  static double median(std::vector<double>& v) {
    if (v.empty()) return 0;
    const auto middle = v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2);
    std::nth_element(v.begin(), middle, v.end());
    return *middle;
  }

  std::unique_ptr<Model> model_;
  std::vector<Lengths> lengths_;
  std::vector<Nanos> sent_;
  std::vector<Nanos> finished_;
};

inline std::vector<Nanos> poisson(std::size_t count, double rate) {
  Rng rng = Rng::stream(42, "arrivals");
  std::vector<Nanos> at;
  double t = 0;
  for (std::size_t i = 0; i < count; ++i) at.push_back(from_seconds(t += rng.exponential() / rate));
  return at;
}

inline Measured alone(const Profile& p) { return Bench(p).play(sharegpt(60), 1); }
inline Measured sustained(const Profile& p, std::size_t users = 8) {
  return Bench(p).play(sharegpt(400), users);
}
inline Measured offline(const Profile& p) { return Bench(p).play(sharegpt(100), 100); }
inline Measured open_loop(const Profile& p, double rate) {
  return Bench(p).play(sharegpt(300), 0, poisson(300, rate));
}
inline Measured long_prompt(const Profile& p) { return Bench(p).play({{28'650, 256}}, 1); }

}  // namespace tt::sim
