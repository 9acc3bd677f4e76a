#include "app/results_family.h"

#include <utility>

namespace tt::app {

std::string results_dir(const Arguments& arguments) {
  return std::string(arguments.value("--results").value_or("results"));
}

std::unexpected<Error> stored(Error error) {
  if (error.code == ErrorCode::kInvalidInput) error.code = ErrorCode::kIo;
  return std::unexpected(std::move(error));
}

}  // namespace tt::app
