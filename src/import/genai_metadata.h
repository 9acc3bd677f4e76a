// genai-bench writes what all files of an experiment share into one file beside them: the engine
// and the model, which the result files themselves do not tell.
#pragma once

#include <string>

#include "import/document.h"

namespace tt::import {

/// True for the file that describes its neighbours and holds no requests of its own.
bool describes_neighbours(const std::string& path);

/// Completes the runs of the result file at `path` from the metadata in its folder. Where there are
/// none, or none that can be read, the runs stay as they are (a note says that it was broken).
void add_genai_metadata(const std::string& path, Document& document);

}  // namespace tt::import
