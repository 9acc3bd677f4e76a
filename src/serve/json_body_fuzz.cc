// Bodies of calls: JSON of whoever calls, with a plan's text in it.
#include <cstdlib>

#include "serve/api.h"
#include "serve/json.h"
#include "serve/no_studio.h"

namespace tt::serve {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// The API over an empty folder.
struct World {
  World() {
    add_launch_paths(router, api);
    add_job_paths(router, api);
    add_request_paths(router, api);
  }
  const std::string folder = "/nonexistent";
  NoStudio studio;
  RunLibrary library{folder, studio};
  const Guard guard{{.port = 1, .access_token = "", .page_token = "page"}};
  Hub hub{"fuzz"};
  const Meter meter;
  JobQueue jobs;
  Uploads uploads{folder};
  TemplateShelf templates{uploads};
  const PlanShelf plans{folder};
  const Api api{library, studio, guard, hub, meter, jobs, uploads, templates, plans, {}};
  Router router;
};

// What asks, and starts nothing: a dry run would read the files that a plan names.
void check(const std::string& body) {
  static World world;
  const auto object = object_of(body);
  if (object && object->contains("dry_run")) return;
  for (const char* path : {"/api/v1/plans/check", "/api/v1/jobs/1/move", "/api/v1/sql"}) {
    Request request{.method = Method::kPost, .target = *parse_target(path)};
    request.body = body;
    const auto route = world.router.find(request);
    require(route.has_value());
    const auto reply = (*route)->answer(request);
    require(reply.status == 200 || (reply.status >= 400 && reply.status < 500));
    require(!Json::parse(reply.body, nullptr, false).is_discarded());
  }
}

}  // namespace
}  // namespace tt::serve

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tt::serve::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
