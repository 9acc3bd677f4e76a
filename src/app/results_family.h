// What the commands of the results family share.
#pragma once

#include <string>

#include "app/options.h"
#include "base/error.h"

namespace tt::app {

/// The folder of all runs, as --results says.
std::string results_dir(const Arguments& arguments);

/// What is wrong with stored files is no fault of the command line.
std::unexpected<Error> stored(Error error);

}  // namespace tt::app
