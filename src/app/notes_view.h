// Tags and notes of a run, for people and as JSON. Pure.
#pragma once

#include <string>
#include <vector>

#include "app/terminal.h"
#include "record/notes.h"

namespace tt::app {

/// A line of tags and one a note, numbered from 1; none where there is nothing.
std::vector<Line> notes_lines(const record::Notes& notes, std::size_t width);

/// Members of a JSON object: "tags": [...], "notes": [{"at", "text"}].
std::string notes_json(const record::Notes& notes);

}  // namespace tt::app
