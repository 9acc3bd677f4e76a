// What the reader assumes of every cost, from Settings: prices by engine, and how costs are counted. What an address says of
// the same goes over it. Pure.
import { readByName, valueFor, writeByName } from './by_name.ts';
import { ASSUMED, GPU, PRICE } from './cost_fields.ts';

/** As /api/v1/cost takes them, but that names are of engines. */
export type Assumptions = Readonly<Record<string, string>>;

export interface Engined {
  readonly name: string;
  readonly engine: string;
}

/** "2.5" stays so; "vllm=3" becomes "TARGET=3" for each target of that engine. Empty where it says nothing of them. */
function forTargets(text: string, targets: readonly Engined[]): string {
  const told = readByName(text);
  if (Object.keys(told.by).length === 0) return told.all;
  return writeByName({ all: '', by: Object.fromEntries(targets.map((one) => [one.name, valueFor(told, one.engine)])) });
}

/** The assumptions for these targets, but for what the query says itself. Price and machine say the same thing, so go together. */
export function assumedFor(assumptions: Assumptions, targets: readonly Engined[], query: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const made: Record<string, string> = {};
  if (!query[PRICE.name] && !query[GPU]) {
    for (const name of [PRICE.name, GPU]) {
      const text = forTargets(assumptions[name] ?? '', targets);
      if (text) made[name] = text;
    }
  }
  for (const { name } of ASSUMED) if (assumptions[name] && !query[name]) made[name] = assumptions[name];
  return made;
}

export interface PriceEntry {
  readonly name: string;
  readonly gpu: string;
  readonly provider: string;
}

/** As the program finds it: by its name, or all that a part fits; it takes a part that fits one alone. */
export function pricesNamed<T extends PriceEntry>(list: readonly T[], word: string): readonly T[] {
  if (word === '') return [];
  const exact = list.filter((one) => one.name === word);
  if (exact.length > 0) return exact;
  const small = word.toLowerCase();
  return list.filter((one) => [one.name, one.gpu, one.provider].some((text) => text.toLowerCase().includes(small)));
}
