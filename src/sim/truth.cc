#include "sim/truth.h"

#include <cerrno>
#include <cstring>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"

namespace tt::sim {
namespace {

void append_instant(std::string& out, std::string_view name, Nanos at) {
  if (at == kNever) {
    fmt::format_to(std::back_inserter(out), ",\"{}\":null", name);
  } else {
    fmt::format_to(std::back_inserter(out), ",\"{}\":{}", name, at);
  }
}

void append_line(std::string& out, const TruthRecord& r) {
  out += "{\"id\":";
  out += json_string(r.id);
  fmt::format_to(std::back_inserter(out), ",\"number\":{}", r.number);
  append_instant(out, "received_ns", r.received);
  append_instant(out, "header_ns", r.header);
  append_instant(out, "end_ns", r.end);
  fmt::format_to(std::back_inserter(out), ",\"tokens\":{},\"at_ns\":[", r.tokens());
  for (std::size_t i = 0; i < r.events.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "{}{}", i == 0 ? "" : ",", r.events[i].at);
  }
  out += "],\"counts\":[";
  for (std::size_t i = 0; i < r.events.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "{}{}", i == 0 ? "" : ",", r.events[i].tokens);
  }
  out += "]}\n";
}

}  // namespace

std::uint64_t TruthRecord::tokens() const {
  std::uint64_t sum = 0;
  for (const Event& e : events) sum += e.tokens;
  return sum;
}

Result<std::unique_ptr<TruthWriter>> TruthWriter::open(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (file == nullptr) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot write the truth file: {}", std::strerror(errno)), path);
  }
  return std::unique_ptr<TruthWriter>(new TruthWriter(file, path));
}

TruthWriter::~TruthWriter() {
  (void)flush();  // there is nobody left to tell; whoever must know calls flush() first
  std::fclose(file_);
}

Result<void> TruthWriter::flush() {
  std::string line;
  bool good = true;
  for (const TruthRecord& record : records_) {
    line.clear();
    append_line(line, record);
    good = good && std::fwrite(line.data(), 1, line.size(), file_) == line.size();
  }
  records_.clear();
  if (!good || std::fflush(file_) != 0) {
    return fail(ErrorCode::kIo,
                fmt::format("cannot write the truth file: {}", std::strerror(errno)), path_);
  }
  return {};
}

}  // namespace tt::sim
