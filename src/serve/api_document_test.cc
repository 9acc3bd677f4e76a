#include "serve/api_document.h"

#include <filesystem>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "serve/api.h"
#include "serve/json.h"
#include "serve/no_studio.h"

namespace tt::serve {
namespace {

std::set<std::string> routed() {
  const std::string folder = std::filesystem::temp_directory_path() / "tt-api-document";
  NoStudio studio;
  RunLibrary library(folder, studio);
  const Guard guard({.port = 1, .access_token = "", .page_token = "page"});
  Hub hub("s");
  const Meter meter;
  JobQueue jobs;
  Uploads uploads(folder);
  const PlanShelf plans(folder);
  TemplateShelf templates(uploads);
  const Api api{library, studio, guard, hub, meter, jobs, uploads, templates, plans, {}};
  Router router;
  for (auto* add :
       {add_run_paths, add_request_paths, add_chart_paths, add_report_paths, add_about_paths,
        add_job_paths, add_launch_paths, add_change_paths, add_difference_paths, add_plain_paths}) {
    add(router, api);
  }
  std::set<std::string> all = {"GET /metrics"};  // of the whole dashboard
  for (const auto& route : router.routes()) {
    all.insert(fmt::format("{} {}", method_name(route.method), route.pattern));
  }
  return all;
}

TEST(ApiDocument, HasEveryPathThatThereIsAndNoOther) {
  std::set<std::string> documented;
  const Json document = Json::parse(api_document());
  for (const auto& [path, operations] : document["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      std::string verb;
      for (const char c : method) verb += static_cast<char>(c - 'a' + 'A');
      documented.insert(verb + " " + path);
    }
  }
  EXPECT_EQ(documented, routed());
}

// The page's links are paths of its own, listed in the page and in assets.cc.
TEST(Page, EveryPlaceOfItIsAnAddress) {
  std::ifstream file(TT_SOURCE_DIR "/web/src/app/pages.ts");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Router router;
  add_page_paths(router);
  const std::string mark = "{ place: '";
  std::size_t count = 0;
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const auto begin = at + mark.size();
    Request request{.target = *parse_target(text.substr(begin, text.find('\'', begin) - begin))};
    EXPECT_TRUE(router.find(request)) << text.substr(begin, 20);
    ++count;
  }
  EXPECT_GE(count, 8u);
}

TEST(ApiDocument, PointsOnlyToWhatItHas) {
  const Json document = Json::parse(api_document());
  const std::string text(api_document());
  const std::string mark = "#/components/schemas/";
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const auto begin = at + mark.size();
    const auto name = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_TRUE(document["components"]["schemas"].contains(name)) << name;
  }
}

}  // namespace
}  // namespace tt::serve
