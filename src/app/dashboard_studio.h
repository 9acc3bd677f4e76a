// What the dashboard's server has made by the program's own commands, so that the browser shows
// what the terminal does.
#pragma once

#include <string>

#include "serve/studio.h"

namespace tt::app {

class DashboardStudio final : public serve::Studio {
 public:
  explicit DashboardStudio(std::string results_dir) : results_dir_(std::move(results_dir)) {}

  Result<std::string> ask(const std::vector<std::string>& words) override;
  Result<std::shared_ptr<const serve::ChartSource>> open_charts(
      const std::vector<std::string>& words, const std::set<chart::Needs>& wanted) override;
  Result<serve::Demo> start_demo() override;

 private:
  const std::string results_dir_;
};

}  // namespace tt::app
