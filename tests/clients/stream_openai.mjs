// Streams with the npm client `openai` from a base URL without /v1:
//   node stream_openai.mjs http://127.0.0.1:8000 [model]
import OpenAI from "openai";

import { expect, report, target } from "./check.mjs";

const { url, model } = target();
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0, timeout: 30_000 });
const asked = 16;
const options = { model, max_tokens: asked, stream: true, stream_options: { include_usage: true } };

/** Reads a stream to its end; `text` takes the text out of a choice. */
async function read(stream, text) {
  const seen = { chunks: 0, characters: 0, finish: null, usage: null };
  for await (const chunk of stream) {
    expect(typeof chunk.id === "string" && chunk.id !== "", "every chunk to have an id");
    expect(Array.isArray(chunk.choices), "every chunk to have choices");
    if (chunk.usage) seen.usage = chunk.usage;
    for (const choice of chunk.choices) {
      expect(choice.index === 0, "one choice, of index 0");
      const piece = text(choice) ?? "";
      if (piece !== "") {
        expect(seen.finish === null, "no text after the finish reason");
        seen.chunks += 1;
        seen.characters += piece.length;
      }
      if (choice.finish_reason) seen.finish = choice.finish_reason;
    }
  }
  expect(seen.chunks > 0, "at least one chunk with text");
  expect(["stop", "length"].includes(seen.finish), `a finish reason, not ${seen.finish}`);
  expect(seen.usage !== null, "a usage chunk, as include_usage asks");
  const { prompt_tokens, completion_tokens, total_tokens } = seen.usage;
  expect(prompt_tokens > 0, "prompt tokens in the usage");
  expect(completion_tokens >= 1 && completion_tokens <= asked, `1 to ${asked} completion tokens`);
  expect(total_tokens === prompt_tokens + completion_tokens, "the total to be the sum");
  return seen;
}

await report("openai", {
  models: async () => {
    const names = [];
    for await (const one of client.models.list()) names.push(one.id);
    expect(names.length > 0, "at least one model");
    return names;
  },
  chat: async () => {
    let role = null;
    const messages = [{ role: "user", content: "Count to ten." }];
    const stream = await client.chat.completions.create({ ...options, messages });
    const seen = await read(stream, (choice) => {
      role ??= choice.delta.role ?? null;
      return choice.delta.content;
    });
    expect(role === "assistant", "the role assistant");
    return seen;
  },
  text: async () => {
    const stream = await client.completions.create({ ...options, prompt: "Count to ten." });
    return read(stream, (choice) => choice.text);
  },
  whole: async () => {
    const messages = [{ role: "user", content: "Count to ten." }];
    const answer = await client.chat.completions.create({ model, max_tokens: asked, messages });
    expect(answer.choices[0].message.content.length > 0, "an answer without streaming");
    return answer.usage;
  },
});
