#include "engine/failure.h"

#include <gtest/gtest.h>

#include "engine/protocol.h"

namespace tt::engine {
namespace {

struct Case {
  int code;
  std::string_view body;
  Status status;
  std::string_view message;
};

TEST(HttpFailure, EveryFormOfBody) {
  const std::vector<Case> cases = {
      // nested: OpenAI, vLLM, llama.cpp
      {404,
       R"({"error":{"message":"no such model","type":"NotFoundError","param":null,"code":404}})",
       Status::kHttpClientError, "no such model"},
      {503, R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})",
       Status::kHttpServerError, "Loading model"},
      {429, R"({"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}})",
       Status::kOverloaded, "slow down"},
      // flat: SGLang, older vLLM, TensorRT-LLM
      {400,
       R"({"object":"error","message":"too long","type":"BadRequestError","param":null,"code":400})",
       Status::kHttpClientError, "too long"},
      {503,
       R"({"object":"error","message":"The request queue is full.","type":"abort","code":503})",
       Status::kOverloaded, "The request queue is full."},
      // a string: TGI, Ollama, vLLM's 401, TensorRT-LLM
      {401, R"({"error":"Unauthorized"})", Status::kHttpClientError, "Unauthorized"},
      {429, R"({"error":"Model is overloaded","error_type":"overloaded"})", Status::kOverloaded,
       "Model is overloaded"},
      {422, R"({"error":"inputs too long","error_type":"validation"})", Status::kHttpClientError,
       "inputs too long"},
      {424, R"({"error":"CUDA","error_type":"generation"})", Status::kHttpClientError, "CUDA"},
      {503, R"({"error":"server busy, please try again.  maximum pending requests exceeded"})",
       Status::kOverloaded, "server busy, please try again. maximum pending requests exceeded"},
      // FastAPI
      {404, R"({"detail":"Not Found"})", Status::kHttpClientError, "Not Found"},
      {422,
       R"({"detail":[{"loc":["body","messages",0],"msg":"Field required","type":"missing"},{"msg":"two"}]})",
       Status::kHttpClientError, "body.messages.0: Field required; two"},
      {500, R"({"detail":{"error":"deep"}})", Status::kHttpServerError, "deep"},
      // gateways and others
      {403, R"({"message":"Forbidden"})", Status::kHttpClientError, "Forbidden"},
      {500, R"("just a string")", Status::kHttpServerError, "just a string"},
      {502, "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
       Status::kHttpServerError, "502 Bad Gateway"},
      {404, "404 page not found", Status::kHttpClientError, "404 page not found"},
      {500, R"({"error":{"type":"server_error"}})", Status::kHttpServerError, "server_error"},
      {500, R"({"error":{}})", Status::kHttpServerError, R"({"error":{}})"},
      {500, "{\"error\":\"cut of", Status::kHttpServerError, "{\"error\":\"cut of"},
      {500, "", Status::kHttpServerError, "HTTP 500 without a message"},
      {429, "", Status::kOverloaded, "HTTP 429 without a message"},
      {301, "", Status::kHttpClientError, "HTTP 301 without a message"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.body);
    const HttpFailure failure = read_http_failure(c.code, c.body);
    EXPECT_EQ(failure.status, c.status) << status_name(failure.status);
    EXPECT_EQ(failure.message, c.message);
  }
}

TEST(HttpFailure, LongOrDeepBodiesAreCutNotFollowed) {
  const std::string words(10'000, 'w');
  EXPECT_EQ(read_http_failure(500, R"({"error":")" + words + "\"}").message.size(), 503U);
  EXPECT_LE(read_http_failure(500, words).message.size(), 503U);
  EXPECT_LE(read_http_failure(500, std::string(1'000'000, '[')).message.size(), 503U);
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += R"({"error":)";
  EXPECT_LE(read_http_failure(500, deep).message.size(), 503U);
}

TEST(ErrorWords, OverloadByCodeWhateverItsType) {
  EXPECT_TRUE(read_error_words(R"({"error":{"message":"x","code":429}})").overloaded);
  EXPECT_TRUE(read_error_words(R"({"error":{"message":"x","code":"429"}})").overloaded);
  EXPECT_TRUE(read_error_words(R"({"error":{"message":"x","http_status_code":429}})").overloaded);
  EXPECT_FALSE(read_error_words(R"({"error":{"message":"x","code":500}})").overloaded);
}

}  // namespace
}  // namespace tt::engine
