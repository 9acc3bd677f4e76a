// What both clients' checks share: arguments, expectations, and one JSON line as the answer.

/** The base URL and the model, from the command line. */
export function target() {
  const [url, model = "sim"] = process.argv.slice(2);
  if (!url) throw new Error("usage: node <script> <base url> [model]");
  return { url, model };
}

export function expect(condition, what) {
  if (!condition) throw new Error(`expected ${what}`);
}

/** Runs named checks in order, prints their findings as one JSON line, and fails if one did. */
export async function report(client, checks) {
  const answer = { client, ok: true };
  for (const [name, check] of Object.entries(checks)) {
    try {
      answer[name] = await check();
    } catch (error) {
      answer.ok = false;
      answer[name] = { error: `${error?.name ?? "Error"}: ${error?.message ?? error}` };
    }
  }
  console.log(JSON.stringify(answer));
  process.exitCode = answer.ok ? 0 : 1;
}
