#include "serve/meter.h"

#include <string_view>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/build_info.h"
#include "record/file.h"

namespace tt::serve {
namespace {

class Page {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
  }
  template <class Value>
  void value(std::string_view name, Value value, std::string_view labels = {}) {
    text_ += fmt::format("{}{} {}\n", name, labels, value);
  }
  template <class Value>
  void one(std::string_view name, std::string_view type, std::string_view help, Value v) {
    family(name, type, help);
    value(name, v);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

double seconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
}

std::uint64_t resident_bytes() {
  const auto text = record::read_file("/proc/self/statm");
  if (!text) return 0;
  unsigned long long all = 0;
  unsigned long long resident = 0;
  if (std::sscanf(text->c_str(), "%llu %llu", &all, &resident) != 2) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

std::string meter_text(const Meter& meter, const Gauges& gauges) {
  Page page;
  page.family("tokentrial_http_answers_total", "counter",
              "Answers by the hundreds of their status.");
  std::uint64_t all = 0;
  for (std::size_t i = 1; i < meter.answers.size(); ++i) {
    all += meter.answers[i].load();
    page.value("tokentrial_http_answers_total", meter.answers[i].load(),
               fmt::format("{{code=\"{}xx\"}}", i));
  }
  page.family("tokentrial_http_answer_seconds", "summary",
              "From the end of a request's header to the end of its answer.");
  page.value("tokentrial_http_answer_seconds_sum",
             static_cast<double>(meter.answer_micros.load()) / 1e6);
  page.value("tokentrial_http_answer_seconds_count", all);
  page.one("tokentrial_http_received_bytes_total", "counter", "Bytes of request bodies.",
           meter.body_bytes_in.load());
  page.one("tokentrial_http_sent_bytes_total", "counter", "Bytes of answer bodies.",
           meter.body_bytes_out.load());
  page.one("tokentrial_http_refused_sockets_total", "counter", "Sockets over the limit.",
           meter.refused_sockets.load());
  page.one("tokentrial_http_timeouts_total", "counter", "Callers that were too slow.",
           meter.timed_out.load());
  page.one("tokentrial_http_sockets", "gauge", "Open sockets.", meter.sockets.load());
  page.one("tokentrial_live_sockets", "gauge", "Open WebSockets.", meter.live_sockets.load());
  page.one("tokentrial_live_sent_messages_total", "counter", "Messages sent over WebSockets.",
           meter.live_messages.load());
  page.one("tokentrial_live_messages_total", "counter", "Messages of the live channel.",
           gauges.live_number);
  page.one("tokentrial_jobs_queued", "gauge", "Jobs that wait.", gauges.queued_jobs);
  page.one("tokentrial_jobs_running", "gauge", "1 while a job is under way.",
           gauges.job_running ? 1 : 0);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  page.one("process_cpu_seconds_total", "counter", "CPU time of the process.",
           seconds(usage.ru_utime) + seconds(usage.ru_stime));
  page.one("process_resident_memory_bytes", "gauge", "Memory of the process.", resident_bytes());
  page.family("tokentrial_build_info", "gauge", "The version.");
  page.value("tokentrial_build_info", 1, fmt::format("{{version=\"{}\"}}", build_info::version()));
  return page.take();
}

}  // namespace tt::serve
