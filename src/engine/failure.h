// The words of an engine's error body, whichever of the many forms it has. Internal to the folder.
#pragma once

#include <string>
#include <string_view>

namespace tt::engine {

struct ErrorWords {
  std::string message;      // clipped; empty where the body has none
  bool overloaded = false;  // the engine says it has too much to do
};

/// Reads nested, flat and plain forms:
///   {"error":{"message":..,"type":..,"code":..}}   OpenAI, vLLM, SGLang stream, llama.cpp, TGI v1
///   {"object":"error","message":..,"type":..}      SGLang, older vLLM, TensorRT-LLM
///   {"error":"text","error_type":"overloaded"}     TGI; without error_type: Ollama, TensorRT-LLM
///   {"detail":"text"} or {"detail":[{"loc":[..],"msg":..}]}   FastAPI
///   {"message":"text"}                             gateways
/// Anything else gives its own text, or the title of an HTML page.
ErrorWords read_error_words(std::string_view body);

}  // namespace tt::engine
