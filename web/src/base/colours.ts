// An engine has one colour everywhere; it is the charts' (src/chart/option.cc). Pure.

const OWN: Readonly<Record<string, string>> = {
  vllm: 'purple',
  tgi: 'pink',
  ollama: 'cyan',
  openai: 'green',
  sglang: 'blue',
  llamacpp: 'brown',
  trtllm: 'lime',
};
const ALL = ['purple', 'pink', 'cyan', 'green', 'amber', 'blue', 'lime', 'brown', 'fuchsia', 'slate'];

/** Names of the palette for targets of these engines, in their order; two of one engine get different ones. */
export function inks(engines: readonly string[]): string[] {
  const taken = new Set<string>();
  return engines.map((engine) => {
    const own = OWN[engine] ?? 'amber';
    const chosen = taken.has(own) ? (ALL.find((one) => !taken.has(one)) ?? own) : own;
    taken.add(chosen);
    return chosen;
  });
}

export const inkColour = (ink: string): string => `var(--ink-${ink})`;

/** The same as CSS colours. */
export function colours(engines: readonly string[]): string[] {
  return inks(engines).map(inkColour);
}
