#include "app/slo_options.h"

#include <fmt/format.h>

#include "plan/plan.h"
#include "plan/slo_file.h"

namespace tt::app {
namespace {

void add(analysis::SloDemand& demand, const plan::Slo& slo) {
  auto made = analysis::make_slo(slo.metric, slo.quantile, slo.limit, slo.text);
  if (made) demand.slos.push_back(std::move(*made));
}

Result<void> read_share_option(const Arguments& arguments, std::string_view option,
                               std::optional<double>& out) {
  const auto text = arguments.value(option);
  if (!text) return {};
  const auto share = plan::parse_share(*text);
  if (!share) return fail(ErrorCode::kInvalidInput, share.error().message, std::string(option));
  out = *share;
  return {};
}

Result<void> read_shares(const Arguments& arguments, analysis::SloDemand& demand) {
  if (auto done = read_share_option(arguments, "--attainment", demand.attainment); !done) {
    return done;
  }
  if (auto done = read_share_option(arguments, "--confidence", demand.confidence); !done) {
    return done;
  }
  if (demand.confidence && (*demand.confidence <= 0.5 || *demand.confidence >= 1)) {
    return fail(ErrorCode::kInvalidInput, "must lie above 50% and below 100%, for example 95%",
                "--confidence");
  }
  return {};
}

}  // namespace

Result<std::optional<analysis::SloDemand>> read_slo_options(const Arguments& arguments,
                                                            bool attainment_too) {
  analysis::SloDemand demand;
  if (const auto path = arguments.value("--slo-file")) {
    const auto file = plan::load_slo_file(std::string(*path));
    if (!file) return fail(ErrorCode::kInvalidInput, file.error().text());
    for (const auto& slo : file->slos) add(demand, slo);
    demand.attainment = file->attainment;
    demand.confidence = file->confidence;
  }
  for (const auto text : arguments.all("--slo")) {
    const auto slo = plan::parse_slo(text);
    if (!slo) return fail(ErrorCode::kInvalidInput, slo.error().message, "--slo");
    add(demand, *slo);
  }
  if (attainment_too) {
    if (auto done = read_shares(arguments, demand); !done) return std::unexpected(done.error());
  }
  if (demand.slos.empty() && !demand.attainment && !demand.confidence) return std::nullopt;
  return demand;
}

}  // namespace tt::app
