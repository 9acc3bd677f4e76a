// How true are the client's figures? The simulator in fixed mode (TTFT 50 ms, ITL 10 ms, 100
// tokens) on one core writes down when it handed every token to the kernel; the client on another
// measures the same streams. Prints the error of each figure at 1 to 1,000 streams.
//   bench_fidelity [--json] [--streams N]
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "bench_kit.h"
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include "load/load.h"
#include "sim/server.h"
#include "workload/prompts.h"

namespace tt::bench {
namespace {

constexpr int kRequestsAStream = 3;

struct Stream {
  Nanos received = 0;  // truth: the request reached the server's kernel
  Nanos sent = 0;      // measured
  std::vector<Nanos> tokens;
};
using Streams = std::map<std::string, Stream>;

class Keeper final : public load::RowSink {
 public:
  explicit Keeper(Nanos epoch) : epoch_(epoch) {}
  void on_row(const record::Row& row, const std::string&, const std::string&) override {
    if (!row.ok()) {
      ++failed;
      error = row.error;
      return;
    }
    Stream stream{.sent = row.sent + epoch_};
    for (const Nanos at : row.chunk_at) stream.tokens.push_back(at + epoch_);
    streams[row.request_id] = std::move(stream);
    reads += row.reads;
    stamped += row.stamped_reads;
  }
  void on_pass() override {}

  Streams streams;
  std::uint64_t failed = 0;
  std::string error;  // of the last that failed
  std::uint64_t reads = 0;
  std::uint64_t stamped = 0;

 private:
  Nanos epoch_;
};

void serve(const std::string& truth, int ready_fd) {
  pin_to_core(1, "simulator");
  allow_files(4096);
  auto options = sim::make_server_options({.engine = "vllm",
                                           .models = {"fixed"},
                                           .fixed = "ttft=50ms,itl=10ms,tokens=100",
                                           .truth = truth});
  if (!options) give_up(options.error().text());
  options->port = 0;
  boost::asio::io_context context(1);
  auto server = sim::Server::start(context, *options);
  if (!server) give_up(server.error().text());
  boost::asio::signal_set signals(context, SIGTERM);
  signals.async_wait([&](const boost::system::error_code&, int) {
    if (auto stopped = (*server)->stop(); !stopped) give_up(stopped.error().text());
  });
  dprintf(ready_fd, "%u\n", (*server)->port());
  context.run();
}

Streams read_truth(const std::string& path) {
  Streams streams;
  simdjson::ondemand::parser parser;
  auto text = simdjson::padded_string::load(path);
  if (text.error()) give_up("no truth file");
  simdjson::ondemand::document_stream lines = parser.iterate_many(text.value(), 1 << 24);
  for (auto line : lines) {
    Stream stream;
    std::string_view id = line["id"];
    stream.received = line["received_ns"].get_int64();
    for (auto event : line["at_ns"]) {
      const Nanos at = event.get_int64();
      stream.tokens.push_back(at);
    }
    streams[std::string(id)] = std::move(stream);
  }
  return streams;
}

struct Figures {
  std::size_t streams = 0;
  std::size_t requests = 0;
  double ttft_truth = 0;  // all in milliseconds
  double ttft_measured = 0;
  double ttft_error_p50 = 0;  // of |measured - truth|, request by request
  double ttft_error_p99 = 0;
  double itl_truth_p99 = 0;
  double itl_measured_p99 = 0;
  double itl_error_p99 = 0;  // of |measured - truth|, gap by gap
  double lag_p99 = 0;
  double cpu_share = 0;
  double stamped = 0;
};

Figures compare(const Streams& measured, const Streams& truth) {
  std::vector<double> ttft_true, ttft_seen, ttft_error, itl_true, itl_seen, itl_error;
  for (const auto& [id, seen] : measured) {
    const auto found = truth.find(id);
    if (found == truth.end()) give_up("a request is missing in the truth: " + id);
    const Stream& real = found->second;
    if (real.tokens.size() != seen.tokens.size()) give_up("token counts differ for " + id);
    ttft_true.push_back(to_millis(real.tokens.front() - real.received));
    ttft_seen.push_back(to_millis(seen.tokens.front() - seen.sent));
    ttft_error.push_back(std::fabs(ttft_true.back() - ttft_seen.back()));
    for (std::size_t i = 1; i < seen.tokens.size(); ++i) {
      itl_true.push_back(to_millis(real.tokens[i] - real.tokens[i - 1]));
      itl_seen.push_back(to_millis(seen.tokens[i] - seen.tokens[i - 1]));
      itl_error.push_back(std::fabs(itl_true.back() - itl_seen.back()));
    }
  }
  Figures figures;
  figures.requests = measured.size();
  figures.ttft_truth = median(ttft_true);
  figures.ttft_measured = median(ttft_seen);
  figures.ttft_error_p50 = median(ttft_error);
  figures.ttft_error_p99 = quantile(ttft_error, 0.99);
  figures.itl_truth_p99 = quantile(itl_true, 0.99);
  figures.itl_measured_p99 = quantile(itl_seen, 0.99);
  figures.itl_error_p99 = quantile(itl_error, 0.99);
  return figures;
}

Figures measure(std::uint32_t streams) {
  const std::string truth_path =
      (std::filesystem::temp_directory_path() / fmt::format("tokentrial-truth-{}.jsonl", getpid()))
          .string();
  ServerProcess server([&](int ready) { serve(truth_path, ready); });

  plan::Plan plan;
  plan.targets = {{.name = "bench", .engine = "vllm", .url = "http://127.0.0.1:1"}};
  plan.load = plan::Concurrency{streams};
  plan.stop.requests = std::uint64_t{streams} * kRequestsAStream;
  plan.order = plan::Order::kSequential;
  plan.workload.prompts = plan::SyntheticPrompts{.input = {.mean = 64}};
  plan.workload.output.mean = 100;
  auto prompts = workload::make_prompts(plan.workload, plan.seeds);
  auto schedule = workload::make_schedule(plan, **prompts);
  if (!schedule) give_up(schedule.error().text());
  const auto& traits = *engine::find_engine("vllm");
  load::LoadTarget target;
  target.url = {.tls = false, .host = "127.0.0.1", .port = server.port(), .base_path = ""};
  target.protocol = engine::find_protocol(traits.default_protocol);
  target.engine = &traits;
  target.model = "fixed";
  const Nanos epoch = steady_now();
  Keeper keeper(epoch);
  Figures figures;
  {
    load::Load load({.plan = plan,
                     .schedule = *schedule,
                     .prompts = **prompts,
                     .targets = {target},
                     .id_prefix = "bench",
                     .workers = 1,
                     .epoch = epoch},
                    keeper);
    for (const auto& round : load::cut_into_rounds(plan, *schedule)) load.play(round);
    const load::ClientMeasure own = load.measure();
    figures.lag_p99 = to_millis(own.lag_p99);
    figures.cpu_share = own.cpu_share;
  }
  server.stop();
  if (keeper.failed > 0)
    give_up(fmt::format("{} requests failed: {}", keeper.failed, keeper.error));
  const Figures compared = compare(keeper.streams, read_truth(truth_path));
  std::filesystem::remove(truth_path);
  const double lag = figures.lag_p99;
  const double cpu = figures.cpu_share;
  figures = compared;
  figures.lag_p99 = lag;
  figures.cpu_share = cpu;
  figures.streams = streams;
  figures.stamped = static_cast<double>(keeper.stamped) /
                    static_cast<double>(std::max<std::uint64_t>(keeper.reads, 1));
  return figures;
}

void print_table(const std::vector<Figures>& all) {
  Table table({"streams", "TTFT truth", "measured", "error p50", "error p99", "ITL p99 truth",
               "measured", "error p99", "read lag p99", "client CPU", "kernel stamps"});
  for (const Figures& f : all) {
    table.add(
        {fmt::format("{}", f.streams), fmt::format("{:.3f} ms", f.ttft_truth),
         fmt::format("{:.3f} ms", f.ttft_measured), fmt::format("{:.3f} ms", f.ttft_error_p50),
         fmt::format("{:.3f} ms", f.ttft_error_p99), fmt::format("{:.3f} ms", f.itl_truth_p99),
         fmt::format("{:.3f} ms", f.itl_measured_p99), fmt::format("{:.3f} ms", f.itl_error_p99),
         fmt::format("{:.3f} ms", f.lag_p99), fmt::format("{:.0f}%", f.cpu_share * 100),
         fmt::format("{:.1f}%", f.stamped * 100)});
  }
  table.print();
}

void print_json(const std::vector<Figures>& all) {
  std::printf("[");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Figures& f = all[i];
    fmt::print(
        R"({}{{"streams":{},"requests":{},"ttft_truth_p50_ms":{:.4f},"ttft_p50_ms":{:.4f},"ttft_error_p50_ms":{:.4f},"ttft_error_p99_ms":{:.4f},"itl_truth_p99_ms":{:.4f},"itl_p99_ms":{:.4f},"itl_error_p99_ms":{:.4f},"read_lag_p99_ms":{:.4f},"client_cpu_share":{:.3f},"kernel_stamp_share":{:.4f}}})",
        i == 0 ? "" : ",\n", f.streams, f.requests, f.ttft_truth, f.ttft_measured, f.ttft_error_p50,
        f.ttft_error_p99, f.itl_truth_p99, f.itl_measured_p99, f.itl_error_p99, f.lag_p99,
        f.cpu_share, f.stamped);
  }
  std::printf("]\n");
}

}  // namespace
}  // namespace tt::bench

int main(int argc, char** argv) {
  using namespace tt::bench;
  allow_files(4096);
  std::vector<std::uint32_t> counts = {1, 10, 100, 500, 1000};
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--streams") == 0)
      counts = {static_cast<std::uint32_t>(std::atoi(argv[i + 1]))};
  }
  std::vector<Figures> all;
  for (const auto streams : counts) {
    // The server is forked before this process binds itself, and binds itself to another core.
    all.push_back(measure(streams));
  }
  if (wants_json(argc, argv)) {
    print_json(all);
  } else {
    std::printf(
        "Simulator: TTFT 50 ms, ITL 10 ms, 100 tokens; client and simulator on one core each.\n");
    print_table(all);
  }
  return 0;
}
