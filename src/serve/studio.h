// What the server has made by others: answers, charts and documents as the program's commands make
// them, so that browser and terminal show the same. The executable fills this in (src/app).
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "chart/catalogue.h"
#include "chart/input.h"
#include "plan/plan.h"

namespace tt::serve {

/// What charts are made from, computed and kept.
class ChartSource {
 public:
  virtual ~ChartSource() = default;
  /// Points into this. From any thread.
  virtual chart::Input input() const = 0;
  /// Of memory, about; it grows with what charts compute from it.
  virtual std::uint64_t bytes() const = 0;
};

/// A plan whose targets live as long as this does.
struct Demo {
  plan::Plan plan;
  std::shared_ptr<void> engines;
};

/// All from any thread, several calls at a time.
class Studio {
 public:
  virtual ~Studio() = default;
  /// What a command of the program prints on stdout, which may be the bytes of a file. `words` as
  /// on the command line, the command's name first. Whoever calls must not let a caller of the API
  /// choose a word that can be an option, or a path.
  virtual Result<std::string> ask(const std::vector<std::string>& words) = 0;
  /// `words` as `chart` reads them: folders of runs, or the id of one group.
  virtual Result<std::shared_ptr<const ChartSource>> open_charts(
      const std::vector<std::string>& words, const std::set<chart::Needs>& wanted) = 0;
  /// Starts what `demo` measures. The engines also end with the thread that calls.
  virtual Result<Demo> start_demo() = 0;
};

}  // namespace tt::serve
