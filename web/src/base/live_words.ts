// What the live stream says, in words. Pure.

export interface Phase {
  readonly id: string;
  readonly name: string;
  readonly about: string;
}

/** In their order. */
export const PHASES: readonly Phase[] = [
  { id: 'probing', name: 'Asking the servers', about: 'who they are, what they serve' },
  { id: 'calibrating', name: 'Counting their tokens', about: 'so that every one gets prompts of the same length' },
  { id: 'scheduling', name: 'Planning the requests', about: 'all of them, before the first is sent' },
  { id: 'execution', name: 'Under load', about: 'requests are sent and every token is stamped' },
  { id: 'cleanup', name: 'Writing the results', about: 'what was measured goes to disk' },
  { id: 'done', name: 'Done', about: 'the answer is there' },
];

export interface Step {
  /** From 1; 0 where it is none of them. */
  readonly place: number;
  readonly of: number;
  readonly name: string;
  readonly about: string;
}

export function stepOf(phase: string): Step {
  const place = PHASES.findIndex((one) => one.id === phase);
  const told = PHASES[place];
  return { place: place + 1, of: PHASES.length, name: told?.name ?? phase, about: told?.about ?? '' };
}

export interface Standing {
  readonly now: number;
  readonly expected: number | null;
  readonly done: number;
  readonly requests: number | null;
}

/** From 0 to 1, by time where the plan has one, else by requests; null where neither is known. */
export function shareOf(at: Standing): number | null {
  if (at.expected !== null && at.expected > 0) return Math.min(1, at.now / at.expected);
  if (at.requests !== null && at.requests > 0) return Math.min(1, at.done / at.requests);
  return null;
}

/** Seconds that are left; null where nobody knows yet. */
export function leftOf(at: Standing): number | null {
  if (at.expected !== null && at.expected > 0) return Math.max(0, at.expected - at.now);
  const share = shareOf(at);
  if (share === null || share < 0.02 || at.now <= 0) return null;
  return (at.now * (1 - share)) / share;
}

/** "about 2 min 10 s left": no more exact than it can be. */
export function leftWords(left: number | null): string {
  if (left === null) return 'time left not known yet';
  if (left < 1) return 'nearly there';
  const rounded = left < 20 ? Math.ceil(left) : left < 120 ? Math.ceil(left / 5) * 5 : Math.ceil(left / 30) * 30;
  if (rounded < 60) return `about ${rounded} s left`;
  const minutes = Math.floor(rounded / 60);
  const rest = rounded % 60;
  if (minutes < 60) return `about ${minutes} min${rest ? ` ${rest} s` : ''} left`;
  return `about ${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

/** "12:05", "1:02:00": time since the run's start. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number): string => String(n).padStart(2, '0');
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  return h > 0 ? `${h}:${two(m)}:${two(whole % 60)}` : `${m}:${two(whole % 60)}`;
}

/** "78.3 ms", "106 ms" as "78.3 / 106 ms": a unit that all have is said once. */
export function withOneUnit(values: readonly string[]): string {
  const unit = / \S+$/.exec(values[0] ?? '')?.[0];
  if (!unit || !values.every((value) => value.endsWith(unit))) return values.join(' / ');
  return values.map((value) => value.slice(0, -unit.length)).join(' / ') + unit;
}
