#include "app/dashboard_studio.h"

#include <utility>

#include "app/chart_input.h"
#include "app/command.h"
#include "app/demo_engines.h"

namespace tt::app {
namespace {

// The longest name of a command that the words begin with, taken off them.
const Command* take_command(std::span<const std::string_view>& words) {
  for (const std::size_t count : {2, 1}) {
    if (words.size() < count) continue;
    std::string name(words[0]);
    if (count == 2) name += " " + std::string(words[1]);
    if (const auto* command = find_command(name)) {
      words = words.subspan(count);
      return command;
    }
  }
  return nullptr;
}

class KeptMaterial final : public serve::ChartSource {
 public:
  explicit KeptMaterial(std::unique_ptr<ChartMaterial> material)
      : material_(std::move(material)), bytes_read_(material_->bytes_read()) {}
  chart::Input input() const override { return material_->input(); }
  std::uint64_t bytes() const override {
    return bytes_read_ + (material_->view ? material_->view->bytes() : 0);
  }

 private:
  std::unique_ptr<ChartMaterial> material_;
  std::uint64_t bytes_read_;
};

}  // namespace

Result<std::string> DashboardStudio::ask(const std::vector<std::string>& words) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  std::span<const std::string_view> rest(views);
  const auto* command = take_command(rest);
  if (command == nullptr) return fail(ErrorCode::kInternal, "there is no such command");
  const auto arguments = parse_arguments(rest, command->options);
  if (!arguments) return std::unexpected(arguments.error());
  const std::size_t count = arguments->words().size();
  if (count < command->least_words || count > command->most_words) {
    return fail(ErrorCode::kInvalidInput, "names too few runs, or too many", "runs");
  }
  std::string printed;
  std::string said;
  Printer out(printed, {});
  Printer err(said, {});
  Session session{.out = out, .err = err};
  const auto outcome = command->run(*arguments, session);
  if (!outcome) return std::unexpected(outcome.error());
  return printed;
}

Result<std::shared_ptr<const serve::ChartSource>> DashboardStudio::open_charts(
    const std::vector<std::string>& words, const std::set<chart::Needs>& wanted) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  auto material = read_material(results_dir_, views, wanted, Arguments());
  if (!material) return std::unexpected(material.error());
  return std::make_shared<const KeptMaterial>(std::move(*material));
}

Result<serve::Demo> DashboardStudio::start_demo() {
  serve::Demo demo{.plan = demo_plan(), .engines = nullptr};
  auto engines = start_demo_engines(demo.plan);
  if (!engines) return std::unexpected(engines.error());
  demo.engines = std::make_shared<std::vector<Child>>(std::move(*engines));
  return demo;
}

}  // namespace tt::app
