#include "analysis/request_parts.h"

#include <algorithm>
#include <array>

namespace tt::analysis {
namespace {

using record::Frame;

struct PartName {
  std::string_view name;
  std::string_view key;
};
constexpr std::array<PartName, 8> kParts = {{{"waiting to be sent", "to_send_ms"},
                                             {"connecting", "connecting_ms"},
                                             {"queue", "queue_ms"},
                                             {"prefill", "prefill_ms"},
                                             {"decode", "decode_ms"},
                                             {"to the first token", "to_first_token_ms"},
                                             {"streaming", "streaming_ms"},
                                             {"the rest", "rest_ms"}}};

Nanos connecting(const Frame& frame, std::size_t row) {
  Nanos sum = 0;
  for (const Nanos part : {frame.dns[row], frame.connect[row], frame.tls[row]}) {
    sum += std::max<Nanos>(part, 0);
  }
  return sum;
}

bool engine_tells(const Frame& frame, std::size_t row) {
  return frame.engine_prefill[row] >= 0 && frame.engine_decode[row] >= 0;
}

// Waiting in the server, a cold model's loading included; -1 where the engine does not tell it.
// Ollama tells only the whole (total_duration: from its handler's start to its end), of which
// prefill and decode leave this.
Nanos engine_queue(const Frame& frame, std::size_t row) {
  if (frame.engine_queue[row] >= 0) return frame.engine_queue[row];
  if (frame.engine_total[row] < 0) return -1;
  return std::max<Nanos>(
      frame.engine_total[row] - frame.engine_prefill[row] - frame.engine_decode[row], 0);
}

}  // namespace

std::string_view part_name(Part part) { return kParts[static_cast<std::size_t>(part)].name; }
std::string_view part_key(Part part) { return kParts[static_cast<std::size_t>(part)].key; }

MeanParts mean_parts(const Slice& slice) {
  const Frame& frame = *slice.frame;
  std::array<double, kParts.size()> sums{};
  const auto add = [&](Part part, Nanos duration) {
    sums[static_cast<std::size_t>(part)] += to_millis(duration);
  };
  std::vector<std::uint32_t> whole;
  bool told = true;
  bool queue_told = true;
  for (const std::uint32_t row : slice.rows) {
    if (!frame.ok(row) || frame.sent[row] == kNever || frame.end[row] == kNever ||
        frame.first_token[row] == kNever) {
      continue;
    }
    whole.push_back(row);
    told = told && engine_tells(frame, row);
    queue_told = queue_told && engine_queue(frame, row) >= 0;
  }
  MeanParts parts{.n = whole.size(), .engine_told = told && !whole.empty(), .entries = {}};
  for (const std::uint32_t row : whole) {
    const Nanos sent = frame.sent[row];
    const Nanos waited = frame.planned[row] == kNever ? 0 : sent - frame.planned[row];
    const Nanos connected = std::min(connecting(frame, row), std::max<Nanos>(waited, 0));
    add(Part::kConnecting, connected);
    add(Part::kToSend, waited - connected);
    if (parts.engine_told) {
      const Nanos queue = queue_told ? engine_queue(frame, row) : 0;
      add(Part::kQueue, queue);
      add(Part::kPrefill, frame.engine_prefill[row]);
      add(Part::kDecode, frame.engine_decode[row]);
      add(Part::kRest,
          frame.end[row] - sent - queue - frame.engine_prefill[row] - frame.engine_decode[row]);
    } else {
      add(Part::kToFirst, frame.first_token[row] - sent);
      add(Part::kStreaming, frame.end[row] - frame.first_token[row]);
    }
  }
  for (std::size_t p = 0; p < sums.size(); ++p) {
    const Part part = static_cast<Part>(p);
    const bool own = part == Part::kToFirst || part == Part::kStreaming;
    const bool engines = part == Part::kQueue || part == Part::kPrefill || part == Part::kDecode ||
                         part == Part::kRest;
    if (parts.n == 0 || (own && parts.engine_told) || (engines && !parts.engine_told)) continue;
    if (part == Part::kQueue && !queue_told) continue;  // then it is a part of the rest
    parts.entries.push_back({part, sums[p] / static_cast<double>(parts.n)});
  }
  return parts;
}

Waterfall waterfall(const Slice& slice, std::uint32_t row) {
  const Frame& frame = *slice.frame;
  Waterfall w{
      .row = {row, frame.index[row]}, .status = frame.status[row], .bars = {}, .chunks_ms = {}};
  const Nanos sent = frame.sent[row];
  const Nanos origin = frame.planned[row] != kNever ? frame.planned[row] : sent;
  if (origin == kNever) return w;
  const auto bar = [&](Part part, Nanos from, Nanos to) {
    if (from == kNever || to == kNever || to < from) return;
    w.bars.push_back({part, to_millis(from - origin), to_millis(to - origin)});
  };
  if (sent != kNever) {
    const Nanos connect_from = sent - connecting(frame, row);
    bar(Part::kToSend, origin, std::max(connect_from, origin));
    if (connect_from < sent) bar(Part::kConnecting, std::max(connect_from, origin), sent);
    bar(Part::kToFirst, sent, frame.first_token[row]);
  }
  bar(Part::kStreaming, frame.first_token[row], frame.end[row]);
  for (const Nanos at : frame.chunks_at(row)) w.chunks_ms.push_back(to_millis(at - origin));
  return w;
}

}  // namespace tt::analysis
