// The words that stand for enumerators in plans, declared once for reading, writing and advice.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "plan/plan.h"

namespace tt::plan {

template <class E>
struct Word {
  std::string_view text;
  E value;
};

inline constexpr std::array kLengthWords = {
    Word{"fixed", Lengths::Kind::kFixed}, Word{"uniform", Lengths::Kind::kUniform},
    Word{"normal", Lengths::Kind::kNormal}, Word{"lognormal", Lengths::Kind::kLognormal}};
inline constexpr std::array kFormatWords = {
    Word{"auto", PromptFile::Format::kAuto},   Word{"text", PromptFile::Format::kText},
    Word{"jsonl", PromptFile::Format::kJsonl}, Word{"sharegpt", PromptFile::Format::kShareGpt},
    Word{"csv", PromptFile::Format::kCsv},     Word{"scenario", PromptFile::Format::kScenario}};
inline constexpr std::array kReplayWords = {Word{"engine", Sessions::Replay::kEngine},
                                            Word{"recorded", Sessions::Replay::kRecorded}};
inline constexpr std::array kArrivalWords = {Word{"constant", Rate::Arrivals::kConstant},
                                             Word{"poisson", Rate::Arrivals::kPoisson},
                                             Word{"gamma", Rate::Arrivals::kGamma}};
inline constexpr std::array kCurveWords = {
    Word{"linear", Stage::Curve::kLinear}, Word{"exponential", Stage::Curve::kExponential},
    Word{"wave", Stage::Curve::kWave},     Word{"burst", Stage::Curve::kBurst},
    Word{"step", Stage::Curve::kStep},     Word{"business_hours", Stage::Curve::kBusinessHours}};
inline constexpr std::array kTraceFormatWords = {
    Word{"auto", TraceReplay::Format::kAuto},   Word{"mooncake", TraceReplay::Format::kMooncake},
    Word{"azure", TraceReplay::Format::kAzure}, Word{"burstgpt", TraceReplay::Format::kBurstGpt},
    Word{"csv", TraceReplay::Format::kCsv},     Word{"jsonl", TraceReplay::Format::kJsonl}};
inline constexpr std::array kLongerWords = {Word{"cut", TraceReplay::Longer::kCut},
                                            Word{"skip", TraceReplay::Longer::kSkip}};
inline constexpr std::array kOrderWords = {Word{"interleaved", Order::kInterleaved},
                                           Word{"sequential", Order::kSequential},
                                           Word{"together", Order::kTogether}};

/// The enumerator that `text` names; nullopt where it names none.
template <class E, std::size_t N>
std::optional<E> value_of(const std::array<Word<E>, N>& words, std::string_view text) {
  for (const auto& word : words) {
    if (word.text == text) return word.value;
  }
  return std::nullopt;
}

template <class E, std::size_t N>
std::string_view word_of(const std::array<Word<E>, N>& words, E value) {
  for (const auto& word : words) {
    if (word.value == value) return word.text;
  }
  return {};
}

template <class E, std::size_t N>
std::array<std::string_view, N> texts_of(const std::array<Word<E>, N>& words) {
  std::array<std::string_view, N> texts;
  for (std::size_t i = 0; i < N; ++i) texts[i] = words[i].text;
  return texts;
}

/// "'possion' is not known; did you mean poisson?" or, where nothing is near, the whole list.
std::string unknown_word(std::string_view word, std::span<const std::string_view> good);

}  // namespace tt::plan
