#include "telemetry/mapper.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <deque>
#include <limits>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/text_map.h"
#include "telemetry/alias_table.h"

namespace tt::telemetry {
namespace {

constexpr std::size_t kMostSeries = 20'000;
// Of their keys: label values may be long, and a page may bring new ones each time.
constexpr std::size_t kMostKeyBytes = 16u << 20;
// Begins the keys of raw series: no alias has this number.
constexpr std::uint16_t kRawKey = UINT16_MAX;
// What stands for "not supported" on GPU pages begins a little below 2^63.
constexpr double kNotSupported = 9.2e18;

/// What a sample's name means.
struct Rule {
  const Alias* alias;
  std::uint16_t index;      // of the alias
  std::uint16_t metric;     // index into metrics()
  std::string_view suffix;  // of our name: "_bucket", "_sum", "_count" or ""
};
using Rules = std::vector<Rule>;

// Every name that a page may have, and what it means.
TextMap<Rules> make_rules() {
  TextMap<Rules> rules;
  const auto add = [&](const std::string& name, const Rule& rule) {
    rules[name].push_back(rule);
    // Some pipelines, and some releases, write an underscore for the colon.
    const std::size_t colon = name.find(':');
    if (colon == std::string::npos) return;
    std::string other = name;
    other[colon] = '_';
    rules[other].push_back(rule);
  };
  const auto all = aliases();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Alias& alias = all[i];
    const Metric* metric = find_metric(alias.name);
    if (metric == nullptr) continue;  // the table's test would say so
    const std::string source(alias.source);
    Rule rule{&alias, static_cast<std::uint16_t>(i),
              static_cast<std::uint16_t>(metric - metrics().data()),
              alias.name.substr(metric->name.size())};
    switch (alias.part) {
      case Part::kValue:
        add(source, rule);
        add(source + "_total", rule);
        break;
      case Part::kBuckets:
        for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
          rule.suffix = suffix;
          add(source + std::string(suffix), rule);
        }
        break;
      case Part::kSum:
        add(source + "_sum", rule);
        break;
      case Part::kCount:
        add(source + "_count", rule);
        break;
      case Part::kLabelProduct:
        add(source, rule);
        break;
    }
  }
  return rules;
}

const TextMap<Rules>& rules() {
  static const TextMap<Rules> all = make_rules();
  return all;
}

// Copies of one value on other ranks of a tensor or pipeline parallel engine.
bool is_other_rank(const ExpositionSample& sample) {
  return std::ranges::any_of(sample.labels, [](const Label& label) {
    const bool rank =
        label.name == "tp_rank" || label.name == "pp_rank" || label.name == "moe_ep_rank";
    return rank && label.value != "0";
  });
}

bool fits(const Alias& alias, const ExpositionSample& sample, std::string_view model) {
  if (alias.own_model && !model.empty()) {
    const auto* own = sample.label("model");
    if (own != nullptr && *own != model) return false;
  }
  if (alias.where.empty() || alias.part == Part::kLabelProduct) return true;
  const std::size_t equals = alias.where.find('=');
  const auto* value = sample.label(alias.where.substr(0, equals));
  return value != nullptr && *value == alias.where.substr(equals + 1);
}

std::optional<double> label_product(const Alias& alias, const ExpositionSample& sample) {
  const std::size_t star = alias.where.find('*');
  const auto* a = sample.label(alias.where.substr(0, star));
  const auto* b = sample.label(alias.where.substr(star + 1));
  if (a == nullptr || b == nullptr) return std::nullopt;
  const auto x = parse_metric_value(*a);
  const auto y = parse_metric_value(*b);
  return x && y ? std::optional(*x * *y) : std::nullopt;
}

// The label that is kept, "a.b" joined; appended to a key.
void append_label(std::string& out, const Alias& alias, const ExpositionSample& sample) {
  std::string_view names = alias.label;
  while (!names.empty()) {
    const std::size_t dot = std::min(names.find('.'), names.size());
    const auto* value = sample.label(names.substr(0, dot));
    names.remove_prefix(std::min(dot + 1, names.size()));
    if (value == nullptr || value->empty()) continue;
    if (!out.empty() && out.back() != '\n') out += '.';
    out += *value;
  }
}

// An edge as one text, however it was written: "1.0" and "1" are the same.
std::string edge_text(std::string_view le, double scale) {
  const auto edge = parse_metric_value(le);
  if (!edge) return std::string(le);
  if (std::isinf(*edge)) return "+Inf";
  return fmt::format("{}", scale == 1 ? *edge : std::round(*edge * scale * 1e12) / 1e12);
}

}  // namespace

struct Mapper::Impl final : ExpositionSink {
  explicit Impl(MapperOptions the_options) : options(std::move(the_options)) {
    if (options.targets.empty()) options.targets.push_back(record::kNoTarget);
    best_rank.resize(metrics().size());
  }

  // One alias's share of one of our series, on this page.
  struct Slot {
    const Alias* alias = nullptr;
    std::uint16_t metric = 0;
    std::string source;  // as the page names it
    std::uint64_t page = 0;
    double value = 0;
    std::uint32_t count = 0;

    void add(double v, Combine combine, std::uint64_t now) {
      const bool first = page != now;
      page = now;
      count = first ? 1 : count + 1;
      if (first) {
        value = v;
      } else if (combine == Combine::kMax) {
        value = std::max(value, v);
      } else {
        value += v;  // of a mean, divided at the end
      }
    }
    double result(Combine combine) const {
      return combine == Combine::kMean ? value / count : value;
    }
  };
  // One of our series, for each target.
  struct Out {
    std::string name;
    std::string labels;
    std::vector<std::uint32_t> slots;
    std::vector<std::shared_ptr<const record::Series>> series;  // made when it first has a value
  };

  void on_sample(const ExpositionSample& sample) override;
  void take(const Rule& rule, const ExpositionSample& sample);
  void take_raw(const ExpositionSample& sample);
  void begin_key(std::uint16_t number) {
    key.assign(reinterpret_cast<const char*>(&number), sizeof number);
  }
  // For one more series, named by `key`; else it is counted as left out.
  bool has_room();
  std::uint32_t new_slot(const Rule& rule, const ExpositionSample& sample);
  std::uint32_t out_for(std::string name, std::string labels);
  void emit(Out& out, double value, const std::string& source, Nanos at);
  void emit_all(Nanos at);
  void derive(Nanos at);
  void push(const Out& out, double value, Nanos at);

  MapperOptions options;
  ExpositionParser parser;
  std::uint64_t page = 0;
  std::vector<std::uint8_t> best_rank;  // by metric, on this page
  std::deque<Slot> slots;
  std::deque<Out> outs;
  TextMap<std::uint32_t> slot_of;  // by alias and labels
  TextMap<std::uint32_t> out_of;   // by name and labels
  std::string key;
  std::string last_name;
  const Rules* last_rules = nullptr;
  std::size_t key_bytes = 0;
  std::size_t left_out = 0;
  std::vector<record::Sample> samples;
};

bool Mapper::Impl::has_room() {
  if (slots.size() >= kMostSeries || key_bytes + key.size() > kMostKeyBytes) {
    ++left_out;
    return false;
  }
  key_bytes += key.size();
  return true;
}

void Mapper::Impl::on_sample(const ExpositionSample& sample) {
  if (sample.name != last_name) {
    last_name = sample.name;
    const auto found = rules().find(sample.name);
    last_rules = found == rules().end() ? nullptr : &found->second;
  }
  if (last_rules == nullptr) {
    if (options.raw) take_raw(sample);
    return;
  }
  if (is_other_rank(sample)) return;
  for (const Rule& rule : *last_rules) {
    if (fits(*rule.alias, sample, options.model)) take(rule, sample);
  }
}

void Mapper::Impl::take(const Rule& rule, const ExpositionSample& sample) {
  const Alias& alias = *rule.alias;
  double value = sample.value;
  if (alias.part == Part::kLabelProduct) {
    const auto product = label_product(alias, sample);
    if (!product) return;
    value = *product;
  }
  if (std::isnan(value) || std::abs(value) >= kNotSupported) return;
  const bool bucket = rule.suffix == "_bucket";
  const auto* le = bucket ? sample.label("le") : nullptr;
  if (bucket && le == nullptr) return;
  if (alias.rank > best_rank[rule.metric]) return;
  best_rank[rule.metric] = alias.rank;
  // Counts stay counts; sums and values are in our unit.
  const bool is_count = alias.part == Part::kBuckets && rule.suffix != "_sum";
  if (!is_count) value *= alias.scale;

  begin_key(rule.index);
  key += rule.suffix;
  key += '\n';
  append_label(key, alias, sample);
  if (bucket) {
    key += '\n';
    key += *le;
  }
  auto place = slot_of.find(key);
  if (place == slot_of.end()) {
    if (!has_room()) return;
    place = slot_of.emplace(key, new_slot(rule, sample)).first;
  }
  slots[place->second].add(value, metrics()[rule.metric].combine, page);
}

std::uint32_t Mapper::Impl::new_slot(const Rule& rule, const ExpositionSample& sample) {
  const Metric& metric = metrics()[rule.metric];
  std::string name(metric.name);
  name += rule.suffix;
  std::map<std::string, std::string> labels;
  if (!metric.label.empty() && !rule.alias->label.empty()) {
    std::string value;
    append_label(value, *rule.alias, sample);
    labels.emplace(metric.label, std::move(value));
  }
  if (rule.suffix == "_bucket") {
    labels.emplace("le", edge_text(*sample.label("le"), rule.alias->scale));
  }
  std::string source(sample.name);
  if (rule.alias->part == Part::kBuckets) {
    source.resize(source.size() - rule.suffix.size());
  }
  if (!rule.alias->where.empty()) source += fmt::format("{{{}}}", rule.alias->where);
  const auto index = static_cast<std::uint32_t>(slots.size());
  slots.push_back({.alias = rule.alias, .metric = rule.metric, .source = std::move(source)});
  outs[out_for(std::move(name), record::labels_json(labels))].slots.push_back(index);
  return index;
}

std::uint32_t Mapper::Impl::out_for(std::string name, std::string labels) {
  const auto [place, fresh] =
      out_of.try_emplace(name + '\n' + labels, static_cast<std::uint32_t>(outs.size()));
  if (fresh)
    outs.push_back(
        {.name = std::move(name), .labels = std::move(labels), .slots = {}, .series = {}});
  return place->second;
}

void Mapper::Impl::take_raw(const ExpositionSample& sample) {
  if (std::isnan(sample.value) || sample.name.ends_with("_created")) return;
  begin_key(kRawKey);
  key += sample.name;
  for (const Label& label : sample.labels) {
    key += '\n';
    key += label.name;
    key += '=';
    key += label.value;
  }
  auto place = slot_of.find(key);
  if (place == slot_of.end()) {
    if (!has_room()) return;
    std::map<std::string, std::string> labels;
    for (const Label& label : sample.labels) labels.emplace(label.name, label.value);
    const auto index = static_cast<std::uint32_t>(slots.size());
    slots.push_back({.source = std::string(sample.name)});
    outs[out_for(std::string(sample.name), record::labels_json(labels))].slots.push_back(index);
    place = slot_of.emplace(key, index).first;
  }
  slots[place->second].add(sample.value, Combine::kSum, page);
}

void Mapper::Impl::push(const Out& out, double value, Nanos at) {
  for (const auto& series : out.series) samples.push_back({at, series, value});
}

void Mapper::Impl::emit(Out& out, double value, const std::string& source, Nanos at) {
  if (out.series.empty()) {
    for (const std::uint32_t target : options.targets) {
      out.series.push_back(std::make_shared<const record::Series>(
          record::Series{target, out.name, out.labels, source}));
    }
  }
  push(out, value, at);
}

void Mapper::Impl::emit_all(Nanos at) {
  for (Out& out : outs) {
    double value = 0;
    bool any = false;
    std::string source;
    for (const std::uint32_t index : out.slots) {
      const Slot& slot = slots[index];
      if (slot.page != page) continue;
      if (slot.alias != nullptr && slot.alias->rank != best_rank[slot.metric]) continue;
      const Combine combine =
          slot.alias != nullptr ? metrics()[slot.metric].combine : Combine::kSum;
      value += slot.result(combine);
      any = true;
      if (!out.series.empty()) continue;
      if (!source.empty()) source += " + ";
      source += slot.source;
    }
    if (any) emit(out, value, source, at);
  }
}

// What follows from two others where the server does not tell it itself.
void Mapper::Impl::derive(Nanos at) {
  const record::Sample* used = nullptr;
  const record::Sample* capacity = nullptr;
  for (const record::Sample& sample : samples) {
    const std::string& name = sample.series->name;
    if (name == "kv_cache_usage") return;
    if (name == "kv_cache_used_tokens" && used == nullptr) used = &sample;
    if (name == "kv_cache_capacity_tokens" && capacity == nullptr) capacity = &sample;
  }
  if (used == nullptr || capacity == nullptr || capacity->value <= 0) return;
  const double share = used->value / capacity->value;
  const std::string source = used->series->source + " / " + capacity->series->source;
  emit(outs[out_for("kv_cache_usage", "")], share, source, at);
}

Mapper::Mapper(MapperOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Mapper::~Mapper() = default;
Mapper::Mapper(Mapper&&) noexcept = default;
Mapper& Mapper::operator=(Mapper&&) noexcept = default;

Mapper::Mapped Mapper::map(std::string_view page, Nanos at) {
  Impl& m = *impl_;
  ++m.page;
  m.left_out = 0;
  m.samples.clear();
  std::ranges::fill(m.best_rank, std::numeric_limits<std::uint8_t>::max());
  Mapped mapped;
  mapped.page = m.parser.parse(page, m);
  m.emit_all(at);
  m.derive(at);
  mapped.samples = std::move(m.samples);
  m.samples.reserve(mapped.samples.size());
  mapped.left_out = m.left_out;
  return mapped;
}

}  // namespace tt::telemetry
