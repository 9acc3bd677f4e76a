// The files of examples/sim, so that the program works alone. profile_test holds the two equal.
#include "sim/profile.h"

namespace tt::sim {

std::vector<BuiltinProfile> builtin_profiles() {
  return {
      {"h100-8b",
       R"yaml(# Llama-3-8B on one H100, vLLM's V1 engine. A figure is a number, or {value, source}.
name: h100-8b
title: Llama-3-8B BF16, H100 80GB, vLLM V1
engine: vllm
engine_version: "0.19.1"
model: meta-llama/Meta-Llama-3-8B-Instruct
gpu: H100 80GB
scheduler: vllm

step:
  weights_ms: {value: 6.0, source: "with host_ms, the 6.44 ms a token that the vLLM blog of 2026-04-22 reads for Llama-3.1-8B alone on an H100 (vLLM 0.19.1)"}
  token_ms: {value: 0.0245, source: "Vidur's kernel profiles of 7B on an H100 (0.0206 ms a token), scaled by parameter count"}
  context_ms: {value: 4.4e-5, source: "the same blog post, 4.37e-5; 131,072 bytes of KV a token over 3.35 TB/s give 3.9e-5"}
  attention_ms: {value: 6.0e-7, source: "fitted to the time to first token of 28,650-token prompts, AccelMark, 1,077 ms"}
  host_ms: {value: 0.4, source: "fitted: asynchronous scheduling hides most of the host's work"}
  request_ms: {value: 0.003, source: "fitted"}
  overhead_ms: {value: 10, source: "fitted to AccelMark's time to first token, one request at a time, 20 ms"}

limits:
  kv_tokens: {value: 440000, source: "arithmetic: 0.9 of the memory less weights and 2 GB, over 128 KiB a token"}
  block_tokens: {value: 16, source: "vLLM's default"}
  max_sequences: {value: 1024, source: "vLLM's default on GPUs of 70 GiB or more other than A100"}
  max_batched_tokens: {value: 8192, source: "vLLM's default on GPUs of 70 GiB or more other than A100"}
  max_model_tokens: {value: 131072, source: "Llama-3.1's context"}

jitter:
  step_sigma: {value: 0.015, source: "p99 over p50 of TPOT alone is 1.02 on an H100 (AccelMark)"}
  pauses_per_s: {value: 0.02, source: "assumed: rare pauses of the host"}
  pause_min_ms: 10
  pause_max_ms: 50

mean_output_tokens: {value: 350, source: "ShareGPT answers in AccelMark's offline totals, cap 512"}
)yaml"},
      {"a100-8b",
       R"yaml(# Llama-3-8B on one A100 80GB, vLLM's V1 engine. A figure is a number, or {value, source}.
name: a100-8b
title: Llama-3-8B BF16, A100 80GB, vLLM V1
engine: vllm
engine_version: "0.20.1"
model: meta-llama/Meta-Llama-3-8B-Instruct
gpu: A100 80GB
scheduler: vllm

step:
  weights_ms: {value: 9.8, source: "with host_ms, AccelMark's TPOT of 10.8 ms, one request at a time (vLLM 0.20.1); Vidur's kernels sum to 9.8 ms"}
  token_ms: {value: 0.067, source: "the linear part of Vidur's kernel profiles of Llama-3-8B on an A100"}
  context_ms: {value: 7.5e-5, source: "128 KiB of KV a token over the memory bandwidth, about 2 TB/s"}
  attention_ms: {value: 1.5e-6, source: "fitted to the time to first token of 28,650-token prompts, AccelMark, 3,179 ms"}
  host_ms: {value: 0.7, source: "fitted"}
  request_ms: {value: 0.003, source: "fitted"}
  overhead_ms: {value: 15, source: "fitted to AccelMark's time to first token, one request at a time, 28 ms"}

limits:
  kv_tokens: {value: 440000, source: "arithmetic: 0.9 of the memory less weights and 2 GB, over 128 KiB a token"}
  block_tokens: {value: 16, source: "vLLM's default"}
  max_sequences: {value: 256, source: "vLLM's default on A100"}
  max_batched_tokens: {value: 2048, source: "vLLM's default on A100"}
  max_model_tokens: {value: 131072, source: "Llama-3.1's context"}

jitter:
  step_sigma: {value: 0.02, source: "p99 over p50 of TPOT alone is 1.02 to 1.05 (AccelMark)"}
  pauses_per_s: {value: 0.02, source: "assumed: rare pauses of the host"}
  pause_min_ms: 10
  pause_max_ms: 50

mean_output_tokens: {value: 350, source: "ShareGPT answers in AccelMark's offline totals, cap 512"}
)yaml"},
      {"a100-8b-sglang",
       R"yaml(# Llama-3-8B on one A100 40GB, SGLang. A figure is a number, or {value, source}.
name: a100-8b-sglang
title: Llama-3-8B BF16, A100 40GB, SGLang
note: The step times were fitted with vLLM's schedule; prefill first adds SGLang's own stalls.
engine: sglang
engine_version: "0.5.6"
model: meta-llama/Meta-Llama-3-8B-Instruct
gpu: A100 40GB
scheduler: sglang

step:
  weights_ms: {value: 12.0, source: "with host_ms, AccelMark's TPOT of 12.9 ms, one request at a time (SGLang 0.5.6, community result)"}
  token_ms: {value: 0.063, source: "Vidur's kernel profiles of Llama-3-8B on an A100, fitted to AccelMark's offline rate"}
  context_ms: {value: 9.5e-5, source: "128 KiB of KV a token over the memory bandwidth of the 40GB card, about 1.5 TB/s"}
  attention_ms: {value: 1.5e-6, source: "fitted to the time to first token of 28,650-token prompts, AccelMark, 2,988 ms"}
  host_ms: {value: 0.7, source: "fitted"}
  request_ms: {value: 0.003, source: "fitted"}
  overhead_ms: {value: 15, source: "fitted to AccelMark's time to first token, one request at a time, 33 ms"}

limits:
  kv_tokens: {value: 150000, source: "arithmetic: 0.9 of the memory less weights and 2 GB, over 128 KiB a token"}
  block_tokens: {value: 1, source: "SGLang's default page size"}
  max_sequences: {value: 256, source: "assumed: the CUDA graph limit of a card of this size; larger batches are slower"}
  max_batched_tokens: {value: 4096, source: "SGLang's chunked_prefill_size between 35 and 60 GB"}
  max_model_tokens: {value: 131072, source: "Llama-3.1's context"}

jitter:
  step_sigma: {value: 0.02, source: "p99 over p50 of TPOT alone is 1.02 to 1.05 (AccelMark)"}
  pauses_per_s: {value: 0.02, source: "assumed: rare pauses of the host"}
  pause_min_ms: 10
  pause_max_ms: 50

mean_output_tokens: {value: 350, source: "ShareGPT answers in AccelMark's offline totals, cap 512"}
)yaml"},
      {"a100-8b-tgi",
       R"yaml(# Llama-3-8B on one A100 80GB, TGI. A figure is a number, or {value, source}.
name: a100-8b-tgi
title: Llama-3-8B BF16, A100 80GB, TGI
note: Derived, not measured. The step times of the vLLM profile of this card under TGI's schedule.
engine: tgi
engine_version: "3.3.7"
model: meta-llama/Meta-Llama-3-8B-Instruct
gpu: A100 80GB
scheduler: tgi

step:
  weights_ms: {value: 9.8, source: "derived: as a100-8b, the same card and model"}
  token_ms: {value: 0.067, source: "derived: as a100-8b"}
  context_ms: {value: 7.5e-5, source: "derived: as a100-8b"}
  attention_ms: {value: 1.5e-6, source: "derived: as a100-8b"}
  host_ms: {value: 0.7, source: "derived: as a100-8b"}
  request_ms: {value: 0.003, source: "derived: as a100-8b"}
  overhead_ms: {value: 15, source: "derived: as a100-8b"}

limits:
  kv_tokens: {value: 440000, source: "arithmetic: 0.9 of the memory less weights and 2 GB, over 128 KiB a token"}
  block_tokens: {value: 1, source: "TGI's block size on the flashinfer path"}
  max_sequences: {value: 128, source: "no more than max_concurrent can run"}
  max_batched_tokens: {value: 4096, source: "assumed max_batch_prefill_tokens; TGI sets it from the memory at start"}
  max_concurrent: {value: 128, source: "TGI's default max_concurrent_requests"}
  max_model_tokens: {value: 131072, source: "Llama-3.1's context"}

jitter:
  step_sigma: {value: 0.02, source: "derived: as a100-8b"}
  pauses_per_s: {value: 0.02, source: "assumed: rare pauses of the host"}
  pause_min_ms: 10
  pause_max_ms: 50

mean_output_tokens: {value: 350, source: "ShareGPT answers in AccelMark's offline totals, cap 512"}
)yaml"},
      {"rtx4090-8b-ollama",
       R"yaml(# Llama-3-8B in four bits on one RTX 4090, Ollama. A figure is a number, or {value, source}.
name: rtx4090-8b-ollama
title: Llama-3-8B Q4_0, RTX 4090, Ollama
note: Derived from published llama.cpp figures, not measured under Ollama. One slot, as Ollama starts by default; a larger max_sequences plays OLLAMA_NUM_PARALLEL.
engine: ollama
engine_version: "0.33.0"
model: llama3:8b
gpu: RTX 4090
scheduler: llamacpp

step:
  weights_ms: {value: 4.6, source: "derived: 4.66 GB of Q4_0 weights over 1,008 GB/s"}
  token_ms: {value: 0.175, source: "derived: prompts at about 5,700 tok/s, llama.cpp pull request 7716 (RTX 4090, Q5_0, ubatch 512)"}
  context_ms: {value: 1.3e-4, source: "128 KiB of KV a token over 1,008 GB/s"}
  attention_ms: {value: 3.0e-6, source: "as fitted for this card under vLLM"}
  host_ms: {value: 1.24, source: "derived: 155 tok/s alone on an RTX 3090 (llama.cpp 15802), by bandwidth about 167 on this card"}
  request_ms: {value: 0.16, source: "derived: about 1,900 tok/s at 16 sequences (llama.cpp 15131)"}
  overhead_ms: {value: 15, source: "assumed: HTTP in two processes, template and tokenising"}

limits:
  kv_tokens: {value: 8192, source: "assumed: num_ctx x slots"}
  block_tokens: {value: 1, source: "llama.cpp hands out cells"}
  max_sequences: {value: 1, source: "OLLAMA_NUM_PARALLEL's default"}
  max_batched_tokens: {value: 512, source: "Ollama's num_batch"}
  micro_batch_tokens: {value: 512, source: "llama.cpp's n_ubatch"}
  max_model_tokens: {value: 8192, source: "the slot's context"}

jitter:
  step_sigma: {value: 0.02, source: "as on other cards"}
  pauses_per_s: {value: 0.05, source: "assumed: a desktop pauses more"}
  pause_min_ms: 10
  pause_max_ms: 50

mean_output_tokens: {value: 350, source: "ShareGPT answers in AccelMark's offline totals, cap 512"}
)yaml"},
      {"h200x8-70b",
       R"yaml(# Llama-3-70B on eight H200, vLLM's older V0 engine. A figure is a number, or {value, source}.
name: h200x8-70b
title: Llama-3-70B BF16, 8 x H200, vLLM V0
note: Below saturation the real V0 is up to 2.5 times slower a token, since it runs prefills alone.
engine: vllm
engine_version: "0.7.3"
model: meta-llama/Meta-Llama-3-70B-Instruct
gpu: 8 x H200
scheduler: vllm

step:
  weights_ms: {value: 8.5, source: "with host_ms, AccelMark's TPOT of 12.3 ms, one request at a time (vLLM 0.7.3, TP 8)"}
  token_ms: {value: 0.031, source: "the linear part of Vidur's kernel profiles of Llama-2-70B on eight H100"}
  context_ms: {value: 1.0e-5, source: "320 KiB of KV a token over the bandwidth of eight cards"}
  attention_ms: {value: 4.0e-7, source: "fitted"}
  host_ms: {value: 3.5, source: "fitted: eight workers to synchronise"}
  request_ms: {value: 0.12, source: "fitted: V0's cost grows with the batch"}
  overhead_ms: {value: 60, source: "fitted to AccelMark's time to first token, one request at a time, 77 ms"}

limits:
  kv_tokens: {value: 2700000, source: "arithmetic: 0.9 of the memory less weights and 3 GB a card, over 320 KiB a token"}
  block_tokens: {value: 16, source: "vLLM's default"}
  max_sequences: {value: 256, source: "V0's default"}
  max_batched_tokens: {value: 2048, source: "assumed, as the fit was made"}
  max_model_tokens: {value: 131072, source: "Llama-3.1's context"}

jitter:
  step_sigma: {value: 0.02, source: "p99 over p50 of TPOT alone is 1.05 on an H200 host (AccelMark)"}
  pauses_per_s: {value: 0.02, source: "assumed: rare pauses of the host"}
  pause_min_ms: 10
  pause_max_ms: 50

mean_output_tokens: {value: 350, source: "ShareGPT answers in AccelMark's offline totals, cap 512"}
)yaml"},
  };
}

}  // namespace tt::sim
