#include "report/office_pictures.h"

#include <cstdint>

#include "base/jobs.h"
#include "chart/fonts.h"
#include "chart/picture.h"

namespace tt::report {
namespace {

constexpr double kScale = 2;  // sharp when shown large, and in print

const std::string& svg_of(const Picture& picture) {
  return picture.paper.empty() ? picture.light : picture.paper;
}

// Big-endian, in the header that every PNG begins with.
double number_at(const std::string& png, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + 4 && i < png.size(); ++i) {
    value = value << 8 | static_cast<unsigned char>(png[i]);
  }
  return value;
}

}  // namespace

Result<std::map<const Picture*, OfficePicture>> office_pictures(
    std::vector<const Picture*> pictures) {
  if (auto fonts = chart::use_own_fonts(); !fonts) return std::unexpected(fonts.error());
  std::vector<Result<std::string>> drawn(pictures.size());
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    jobs.emplace_back([&, i] { drawn[i] = chart::svg_to_png(svg_of(*pictures[i]), kScale); });
  }
  run_jobs(jobs);
  std::map<const Picture*, OfficePicture> result;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!drawn[i]) return std::unexpected(std::move(drawn[i].error()));
    const double width = number_at(*drawn[i], 16) / kScale;
    const double height = number_at(*drawn[i], 20) / kScale;
    result[pictures[i]] = {std::move(*drawn[i]), svg_of(*pictures[i]), width, height};
  }
  return result;
}

}  // namespace tt::report
