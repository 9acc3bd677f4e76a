// Which runs are of one series: of the same name and targets. Pure.

interface Named {
  readonly id: string;
  readonly targets: readonly string[];
  readonly started: string;
  readonly group: string | null;
  readonly live: boolean;
  readonly problem: string;
}

const MOST = 20;

/** The name without the instants in it. */
export function nameOf(id: string): string {
  return id.replaceAll(/-\d{8}-\d{6}/g, '');
}

/** With `run` itself, by time; the newest where there are many. Loads of a sweep are no series. */
export function series<T extends Named>(all: readonly T[], run: string): T[] {
  const own = all.find((one) => one.id === run);
  if (!own || own.group !== null) return [];
  const key = (one: Named): string => JSON.stringify([nameOf(one.id), [...one.targets].sort()]);
  return all
    .filter((one) => one.group === null && !one.live && one.problem === '' && key(one) === key(own))
    .sort((a, b) => a.started.localeCompare(b.started))
    .slice(-MOST);
}

interface Kept {
  readonly id: string;
  readonly started: string;
  readonly baseline: boolean;
  readonly live: boolean;
  readonly tags: readonly string[];
}

/** What goes where the newest `keep` stay; the baseline, what goes on and what has a tag always stay. */
export function surplus<T extends Kept>(all: readonly T[], keep: number): T[] {
  return [...all]
    .sort((a, b) => b.started.localeCompare(a.started))
    .slice(Math.max(0, keep))
    .filter((one) => !one.baseline && !one.live && one.tags.length === 0);
}
