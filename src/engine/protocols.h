// The protocols there are, each in its own source file. For registry.cc.
#pragma once

#include "engine/protocol.h"

namespace tt::engine {

const Protocol& openai_chat();
const Protocol& openai_completions();
const Protocol& tgi_generate();
const Protocol& ollama_chat();
const Protocol& ollama_generate();

}  // namespace tt::engine
