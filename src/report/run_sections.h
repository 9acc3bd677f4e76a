// The sections of a report of a run, each a pure function. Nothing to say: no blocks.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/document.h"
#include "report/run_report.h"

namespace tt::report {

std::vector<Block> answer_part(const ReportSubject& subject, Audience audience);
std::vector<Block> cards_part(const ReportSubject& subject, Audience audience);
std::vector<Block> users_part(const ReportSubject& subject, Audience audience);
std::vector<Block> charts_part(const ReportSubject& subject, Audience audience);
std::vector<Block> insights_part(const ReportSubject& subject, Audience audience);
std::vector<Block> objectives_part(const ReportSubject& subject, Audience audience);
std::vector<Block> comparison_part(const ReportSubject& subject, Audience audience);
std::vector<Block> latency_part(const ReportSubject& subject, Audience audience);
std::vector<Block> throughput_part(const ReportSubject& subject, Audience audience);
std::vector<Block> failures_part(const ReportSubject& subject, Audience audience);
std::vector<Block> trust_part(const ReportSubject& subject, Audience audience);
std::vector<Block> configuration_part(const ReportSubject& subject, Audience audience);
std::vector<Block> method_part(const ReportSubject& subject, Audience audience);

/// "vllm", "vllm and tgi", "vllm, tgi and ollama".
std::string list_text(std::span<const std::string> items);

}  // namespace tt::report
