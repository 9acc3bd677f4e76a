// Prompt files: plain text, JSON lines, ShareGPT.
#pragma once

#include <istream>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "workload/prompts.h"

namespace tt::workload {

/// Reads a prompt file whole into memory. Its own format is found out from its beginning where
/// `file.format` is kAuto:
///   text      a prompt a line; blank lines and lines that begin with '#' are left out ("\#" at the
///             start of a line stands for '#')
///   jsonl     a JSON value a line: a string, or an object with "prompt", "text" or "content" (a
///             string), "messages" (up to the last of the user's), "turns" (the first of the
///             user's) or "conversations"
///   sharegpt  one JSON array of such values; of "conversations" [{from, value}] the first human
///             turn is taken, and entries without one are left out
///   csv       one prompt a row (dataset_csv.h); by its name where it ends with .csv
///   scenario  a scenario's test cases (scenario_prompts.h); only where the format says so
/// A "system" or "system_prompt" beside a prompt is sent before it; "output_tokens", "max_tokens"
/// or the like says how long the answer is to be. A byte order mark, CRLF and a missing last line
/// end are fine. Faults carry path and line.
Result<std::unique_ptr<PromptSource>> load_prompts(const plan::PromptFile& file);

/// The same file read as whole conversations, for sessions: every prompt is one conversation with
/// all of its messages, recorded answers (role "assistant") included, from the user's first on or
/// from the system message before it. Strings of "turns" are the user's, with an empty
/// answer between each two; what has one message only is a conversation of one turn.
Result<std::unique_ptr<PromptSource>> load_whole_conversations(const plan::PromptFile& file);

/// How much of a conversation a prompt is.
enum class PromptExtent : std::uint8_t { kQuestion, kConversation };

/// The same from a stream; `name` stands in faults.
Result<std::unique_ptr<PromptSource>> read_prompts(std::istream& in,
                                                   plan::PromptFile::Format format,
                                                   std::string_view name,
                                                   PromptExtent extent = PromptExtent::kQuestion);

}  // namespace tt::workload
