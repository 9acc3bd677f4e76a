#include "telemetry/host_reader.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"

namespace tt::telemetry {
namespace {

constexpr std::size_t kMostBytes = 256 * 1024;

// Files of /proc have no size: they are read until they end.
std::string read_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return {};
  std::string text;
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n <= 0 || text.size() > kMostBytes) break;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  ::close(fd);
  return text;
}

std::string_view take_word(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  const std::size_t end = std::min(text.find_first_of(" \t\n"), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

// False where the next word is no number.
bool take_number(std::string_view& text, std::uint64_t& number) {
  const std::string_view word = take_word(text);
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc{} && stop == word.data() + word.size() && !word.empty();
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

HostReader::HostReader(std::string root) : root_(std::move(root)) {}

std::string HostReader::file(const char* name) const { return root_ + "/proc/" + name; }

void HostReader::add(const char* name, double value, const char* source,
                     const std::string& device) {
  auto& series = series_[std::string(name) + "\n" + device];
  if (series == nullptr) {
    std::map<std::string, std::string> labels;
    if (!device.empty()) labels.emplace("device", device);
    series = std::make_shared<const record::Series>(
        record::Series{record::kNoTarget, name, record::labels_json(labels), source});
  }
  samples_.push_back({at_, series, value});
}

// "cpu  user nice system idle iowait irq softirq steal guest guest_nice": guests are in user and
// nice already.
void HostReader::read_cpu() {
  const std::string text = read_file(file("stat"));
  std::string_view line(text);
  line = take_line(line);
  if (take_word(line) != "cpu") return;
  CpuTimes now;
  std::uint64_t ticks = 0;
  for (int i = 0; i < 8 && take_number(line, ticks); ++i) {
    now.all += ticks;
    if (i != 3 && i != 4) now.busy += ticks;
  }
  const CpuTimes before = std::exchange(last_, now);
  if (before.all == 0 || now.all <= before.all || now.busy < before.busy) return;
  add("host_cpu_utilization",
      static_cast<double>(now.busy - before.busy) / static_cast<double>(now.all - before.all),
      "/proc/stat");
}

void HostReader::read_memory() {
  const std::string text = read_file(file("meminfo"));
  std::uint64_t total = 0;
  std::uint64_t available = 0;
  bool has_available = false;
  for (std::string_view rest(text); !rest.empty();) {
    std::string_view line = take_line(rest);
    const std::string_view name = take_word(line);
    if (name == "MemTotal:") take_number(line, total);
    if (name == "MemAvailable:") has_available = take_number(line, available);
  }
  if (total == 0) return;
  constexpr double kKibi = 1024;
  add("host_memory_total_bytes", static_cast<double>(total) * kKibi, "/proc/meminfo");
  if (!has_available || available > total) return;
  add("host_memory_used_bytes", static_cast<double>(total - available) * kKibi, "/proc/meminfo");
}

// "eth0: bytes packets errs drop fifo frame compressed multicast bytes ..."; those that never moved
// a byte are left out.
void HostReader::read_network() {
  const std::string text = read_file(file("net/dev"));
  for (std::string_view rest(text); !rest.empty();) {
    const std::string_view line = take_line(rest);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string device(trim(line.substr(0, colon)));
    std::string_view fields = line.substr(colon + 1);
    std::array<std::uint64_t, 9> values{};
    bool good = true;
    for (auto& value : values) good = good && take_number(fields, value);
    if (!good || values[0] + values[8] == 0) continue;
    add("host_receive_bytes_total", static_cast<double>(values[0]), "/proc/net/dev", device);
    add("host_transmit_bytes_total", static_cast<double>(values[8]), "/proc/net/dev", device);
  }
}

// "pid (name) state ppid ...": the name may hold anything, so fields are counted from its end.
void HostReader::read_self() {
  const std::string text = read_file(file("self/stat"));
  const std::size_t close = text.rfind(')');
  if (close == std::string::npos) return;
  std::string_view fields = std::string_view(text).substr(close + 1);
  take_word(fields);                                // state
  for (int i = 4; i <= 13; ++i) take_word(fields);  // ppid to cmajflt
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  if (!take_number(fields, user) || !take_number(fields, system)) return;
  add("client_cpu_seconds_total",
      static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK)),
      "/proc/self/stat");
  for (int i = 16; i <= 23; ++i) take_word(fields);  // cutime to vsize
  std::uint64_t pages = 0;
  if (!take_number(fields, pages)) return;
  add("client_memory_bytes",
      static_cast<double>(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE)), "/proc/self/stat");
}

std::vector<record::Sample> HostReader::read(Nanos at) {
  at_ = at;
  samples_.clear();
  read_cpu();
  read_memory();
  read_network();
  read_self();
  return std::move(samples_);
}

}  // namespace tt::telemetry
