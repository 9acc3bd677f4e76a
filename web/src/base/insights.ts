// Insights that say the same of several targets, told once. Pure.

interface Told {
  readonly rule: string;
  readonly severity: string;
  readonly simple: string;
  readonly evidence: { readonly target: string | null };
}

export interface Group<T> {
  readonly one: T;
  /** Targets of which the same is said, figures included. */
  readonly others: readonly string[];
}

/** In the order of the first of each. */
export function byRule<T extends Told>(all: readonly T[]): Group<T>[] {
  const groups = new Map<string, { one: T; others: string[] }>();
  for (const told of all) {
    const { target } = told.evidence;
    const key = JSON.stringify([told.rule, told.severity, target ? told.simple.replaceAll(target, '\u0000') : told.simple]);
    const found = groups.get(key);
    if (!found) groups.set(key, { one: told, others: [] });
    else if (target && target !== found.one.evidence.target && !found.others.includes(target)) found.others.push(target);
  }
  return [...groups.values()];
}
