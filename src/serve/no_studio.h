// For tests and fuzzers of what needs a studio but must not ask it.
#pragma once

#include "serve/studio.h"

namespace tt::serve {

class NoStudio final : public Studio {
 public:
  Result<std::string> ask(const std::vector<std::string>&) override { return nobody(); }
  Result<std::shared_ptr<const ChartSource>> open_charts(const std::vector<std::string>&,
                                                         const std::set<chart::Needs>&) override {
    return nobody();
  }
  Result<Demo> start_demo() override { return nobody(); }

 private:
  static std::unexpected<Error> nobody() {
    return fail(ErrorCode::kUnavailable, "nobody is asked");
  }
};

}  // namespace tt::serve
