// Streams with the npm client `ollama` from a base URL:
//   node stream_ollama.mjs http://127.0.0.1:11434 [model]
import { Ollama } from "ollama";

import { expect, report, target } from "./check.mjs";

const { url, model } = target();
const client = new Ollama({ host: url });
const asked = 16;
const options = { model, stream: true, options: { num_predict: asked } };

/** Reads a stream to its end; `text` takes the text out of a part. */
async function read(stream, text) {
  const seen = { chunks: 0, characters: 0, finish: null };
  let last = null;
  for await (const part of stream) {
    expect(last === null, "nothing after the part that is done");
    expect(part.model === model, `the model ${model}, not ${part.model}`);
    const piece = text(part) ?? "";
    if (piece !== "") {
      seen.chunks += 1;
      seen.characters += piece.length;
    }
    if (part.done) last = part;
  }
  expect(seen.chunks > 0, "at least one part with text");
  expect(last !== null, "a last part that is done");
  expect(["stop", "length"].includes(last.done_reason), `a done reason, not ${last.done_reason}`);
  expect(last.eval_count >= 1 && last.eval_count <= asked, `eval_count of 1 to ${asked}`);
  expect(last.prompt_eval_count > 0, "prompt_eval_count");
  // Ollama leaves out what is zero.
  const { total_duration, load_duration = 0, prompt_eval_duration = 0, eval_duration = 0 } = last;
  for (const duration of [total_duration, load_duration, prompt_eval_duration, eval_duration]) {
    expect(Number.isInteger(duration) && duration >= 0, "durations in whole nanoseconds");
  }
  expect(prompt_eval_duration + eval_duration <= total_duration, "the parts within the total");
  return { ...seen, finish: last.done_reason, eval_count: last.eval_count };
}

await report("ollama", {
  models: async () => {
    const { models } = await client.list();
    expect(models.length > 0, "at least one model");
    return models.map((one) => one.name);
  },
  chat: async () => {
    const messages = [{ role: "user", content: "Count to ten." }];
    return read(await client.chat({ ...options, messages }), (part) => part.message?.content);
  },
  generate: async () => {
    return read(await client.generate({ ...options, prompt: "Count to ten." }), (part) => part.response);
  },
});
