// What a request's time was spent on: in the mean, and the life of a single one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analysis/slice.h"

namespace tt::analysis {

enum class Part : std::uint8_t {
  kToSend,      // planned until sent, less connecting: the client's, or a queue before it
  kConnecting,  // DNS, TCP and TLS, where no kept connection was used
  kQueue,       // the engine's own figure: waiting, for a model that loads as well
  kPrefill,     // likewise: processing the prompt
  kDecode,      // likewise: generating
  kToFirst,     // sent until the first token, where the engine does not tell its parts
  kStreaming,   // first token until the end, likewise
  kRest,        // what the engine's figures leave of sent until end: network, gateway, client
};
std::string_view part_name(Part part);  // "queue"
std::string_view part_key(Part part);   // "queue_ms"

/// Means in ms over the successful requests that have every instant. Stacked they are E2E from
/// plan.
struct MeanParts {
  struct Entry {
    Part part = Part::kToSend;
    double mean_ms = 0;
  };
  std::uint64_t n = 0;
  bool engine_told = false;    // prefill and decode are the engine's own figures, and so is the
                               // queue where it is an entry
  std::vector<Entry> entries;  // in the order of time; empty for n = 0
};
MeanParts mean_parts(const Slice& slice);

/// One request's life, for a waterfall. Instants in ms since it was planned (or sent, where no plan
/// is known); those that did not happen are left out.
struct Waterfall {
  struct Bar {
    Part part = Part::kToSend;
    double from_ms = 0;
    double to_ms = 0;
  };
  RowRef row;
  Status status = Status::kOk;
  std::vector<Bar> bars;
  std::vector<double> chunks_ms;
};
/// Of a row of the slice's frame.
Waterfall waterfall(const Slice& slice, std::uint32_t row);

}  // namespace tt::analysis
