// Thresholds of a run that is watched, and which of them are passed. Pure.
import { clock } from './live_words.ts';
import { millis, rate } from './format.ts';

export type AlertId = 'failures' | 'ttft' | 'silence' | 'kv' | 'cpu';

export interface AlertKind {
  readonly id: AlertId;
  readonly name: string;
  /** What people type: percent, milliseconds, seconds. */
  readonly unit: '%' | 'ms' | 's';
  readonly limit: number;
}

export const ALERTS: readonly AlertKind[] = [
  { id: 'failures', name: 'Requests that fail, of the newest hundred', unit: '%', limit: 5 },
  { id: 'ttft', name: 'Time to first token, 95th percentile of the newest', unit: 'ms', limit: 5000 },
  { id: 'silence', name: 'No answer for', unit: 's', limit: 30 },
  { id: 'kv', name: 'KV cache in use', unit: '%', limit: 95 },
  { id: 'cpu', name: 'CPU of the machine that measures', unit: '%', limit: 95 },
];

/** By kind; null: off. */
export type Limits = Readonly<Partial<Record<AlertId, number | null>>>;

export const limitOf = (kind: AlertKind, limits: Limits): number | null => {
  const own = limits[kind.id];
  return own === undefined ? kind.limit : own;
};

/** What is looked at; undefined where it is not known. Shares are from 0 to 1. */
export interface Facts {
  readonly target: string;
  readonly failures?: number | undefined;
  readonly ttft?: number | undefined;
  readonly silence?: number | undefined;
  readonly kv?: number | undefined;
  readonly cpu?: number | undefined;
}

export interface Alert {
  readonly id: string;
  readonly kind: AlertId;
  readonly words: string;
}

function words(kind: AlertKind, facts: Facts, value: number): string {
  const whose = facts.target ? `${facts.target}: ` : '';
  switch (kind.id) {
    case 'failures':
      return `${whose}${rate(value)} of the newest requests failed`;
    case 'ttft':
      return `${whose}the slowest answers begin after ${millis(value)}`;
    case 'silence':
      return `${whose}no answer for ${clock(value)}`;
    case 'kv':
      return `${whose}its KV cache is ${rate(value)} full`;
    default:
      return `${whose}this machine’s CPU is ${rate(value)} busy, so the client may be what is slow`;
  }
}

export function alertsOf(all: readonly Facts[], limits: Limits): Alert[] {
  const found: Alert[] = [];
  for (const facts of all) {
    for (const kind of ALERTS) {
      const limit = limitOf(kind, limits);
      const value = facts[kind.id];
      if (limit === null || value === undefined) continue;
      if (value > (kind.unit === '%' ? limit / 100 : limit)) found.push({ id: `${kind.id} ${facts.target}`, kind: kind.id, words: words(kind, facts, value) });
    }
  }
  return found;
}
