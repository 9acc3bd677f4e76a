#include "record/telemetry.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "record/varint.h"

namespace tt::record {
namespace {

// Whole numbers have their low bits zero: from the other side they are small.
std::uint64_t turned(std::uint64_t bits) { return __builtin_bswap64(bits); }

void put_series(std::string& out, const Series& series) {
  put_varint(out, series.target);
  put_bytes(out, series.name);
  put_bytes(out, series.labels);
  put_bytes(out, series.source);
}

Series take_series(ByteCursor& bytes) {
  Series series;
  series.target = static_cast<std::uint32_t>(bytes.varint());
  series.name = bytes.bytes();
  series.labels = bytes.bytes();
  series.source = bytes.bytes();
  return series;
}

auto key_of(const Series& series) { return std::tie(series.target, series.name, series.labels); }

}  // namespace

std::string labels_json(const std::map<std::string, std::string>& labels) {
  if (labels.empty()) return {};
  std::string out = "{";
  for (const auto& [key, value] : labels) {
    if (out.size() > 1) out += ',';
    out += json_string(key) + ":" + json_string(value);
  }
  return out + "}";
}

std::string label_of(std::string_view labels, std::string_view key) {
  const std::string head = json_string(key) + ":\"";
  const std::size_t found = labels.find(head);
  if (found == std::string_view::npos) return {};
  std::string value;
  for (std::size_t i = found + head.size(); i < labels.size() && labels[i] != '"'; ++i) {
    if (labels[i] == '\\' && i + 1 < labels.size()) ++i;
    value += labels[i];
  }
  return value;
}

bool operator==(const Sample& a, const Sample& b) {
  const bool same = a.series == b.series || (a.series && b.series && *a.series == *b.series);
  return same && a.at == b.at && a.value == b.value;
}

void TelemetryEncoder::encode(std::string& out, std::span<const Sample> samples) {
  put_varint(out, samples.size());
  Nanos at = 0;
  for (const Sample& sample : samples) {
    const auto [place, fresh] = known_.try_emplace(sample.series.get());
    Known& known = place->second;
    if (fresh) known = {.series = sample.series, .id = known_.size() - 1, .bits = 0};
    put_varint(out, known.id);
    if (fresh) put_series(out, *sample.series);
    put_varint(out, zigzag(static_cast<std::uint64_t>(sample.at) - static_cast<std::uint64_t>(at)));
    at = sample.at;
    const auto bits = std::bit_cast<std::uint64_t>(sample.value);
    put_varint(out, turned(bits ^ known.bits));
    known.bits = bits;
  }
}

Result<std::vector<Sample>> TelemetryDecoder::decode(std::string_view payload) {
  ByteCursor bytes(payload);
  std::vector<Sample> samples;
  const std::size_t count = bytes.count();
  // Each sample takes three bytes or more.
  samples.reserve(std::min(count, payload.size() / 3));
  std::uint64_t at = 0;
  bool good = true;
  for (std::size_t i = 0; i < count && bytes.ok() && good; ++i) {
    const std::uint64_t id = bytes.varint();
    good = id <= known_.size();
    if (!good) break;
    if (id == known_.size()) {
      known_.push_back({.series = std::make_shared<const Series>(take_series(bytes)), .bits = 0});
    }
    at += unzigzag(bytes.varint());
    Known& known = known_[id];
    known.bits ^= turned(bytes.varint());
    samples.push_back({static_cast<Nanos>(at), known.series, std::bit_cast<double>(known.bits)});
  }
  if (!good || !bytes.ok() || !bytes.at_end()) {
    return fail(ErrorCode::kInvalidInput, "not a record of telemetry");
  }
  return samples;
}

std::span<const SeriesPoints> Telemetry::of(std::uint32_t target, std::string_view name) const {
  const auto before = [](const SeriesPoints& a,
                         const std::pair<std::uint32_t, std::string_view>& b) {
    return std::pair(a.series.target, std::string_view(a.series.name)) < b;
  };
  const auto after = [](const std::pair<std::uint32_t, std::string_view>& a,
                        const SeriesPoints& b) {
    return a < std::pair(b.series.target, std::string_view(b.series.name));
  };
  const std::pair wanted(target, name);
  const auto first = std::lower_bound(series.begin(), series.end(), wanted, before);
  return {first, std::upper_bound(first, series.end(), wanted, after)};
}

Telemetry make_telemetry(std::span<const Sample> samples) {
  const auto less = [](const Series& a, const Series& b) { return key_of(a) < key_of(b); };
  std::map<const Series*, SeriesPoints*> seen;
  std::map<Series, SeriesPoints, decltype(less)> grouped(less);
  for (const Sample& sample : samples) {
    SeriesPoints*& points = seen[sample.series.get()];
    if (points == nullptr) {
      points = &grouped[*sample.series];
      if (points->at.empty()) points->series = *sample.series;
    }
    points->at.push_back(sample.at);
    points->value.push_back(sample.value);
  }
  Telemetry telemetry;
  telemetry.series.reserve(grouped.size());
  for (auto& [series, points] : grouped) telemetry.series.push_back(std::move(points));
  return telemetry;
}

}  // namespace tt::record
