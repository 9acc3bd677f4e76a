// A part of the requests, as it stands in the address: the server's own names. Pure.
import { millis, number, seconds } from './format.ts';
import type { Query } from './query.ts';

interface Column {
  readonly id: string;
  readonly name: string;
  /** The axis of charts that shows it, without its unit. */
  readonly axis: RegExp;
  readonly show: (value: number) => string;
}

export const COLUMNS: readonly Column[] = [
  { id: 'sent_s', name: 'Sent', axis: /^Time since the run/, show: seconds },
  { id: 'ttft_ms', name: 'First token', axis: /^Time to first token/, show: millis },
  { id: 'tpot_ms', name: 'Per token', axis: /^Time per output token/, show: millis },
  { id: 'e2e_ms', name: 'Whole answer', axis: /^End-to-end latency/, show: millis },
  { id: 'input_tokens', name: 'Tokens in', axis: /^Input tokens/, show: number },
  { id: 'output_tokens', name: 'Tokens out', axis: /^Output tokens of a request/, show: number },
];

const NAMES = ['target', 'status', 'user', ...COLUMNS.flatMap((column) => [`min_${column.id}`, `max_${column.id}`])];

export type Selection = Readonly<Record<string, string | undefined>>;

/** Only what the server understands; a bound that is no number is left out. */
export function selectionOf(query: Query): Selection {
  const made: Record<string, string> = {};
  for (const name of NAMES) {
    const value = query[name];
    if (!value || (/^m(in|ax)_/.test(name) && !Number.isFinite(Number(value)))) continue;
    made[name] = value;
  }
  return made;
}

export const nothingSelected = (selection: Selection): boolean => Object.keys(selection).length === 0;
export const noSelection: Selection = Object.fromEntries(NAMES.map((name) => [name, undefined]));

export interface Chip {
  readonly names: readonly string[];
  readonly text: string;
}

const bound = (column: Column, value: string | undefined): string => (value === undefined ? '' : column.show(Number(value)));

/** What is selected, in words; each can be taken away by itself. */
export function chipsOf(selection: Selection): Chip[] {
  const chips: Chip[] = [];
  for (const column of COLUMNS) {
    const [low, high] = [selection[`min_${column.id}`], selection[`max_${column.id}`]];
    if (low === undefined && high === undefined) continue;
    const range = low === undefined ? `up to ${bound(column, high)}` : high === undefined ? `from ${bound(column, low)}` : `${bound(column, low)} to ${bound(column, high)}`;
    chips.push({ names: [`min_${column.id}`, `max_${column.id}`], text: `${column.name} ${range}` });
  }
  if (selection['user']) chips.push({ names: ['user'], text: `User ${selection['user']}` });
  return chips;
}

/** What a range of an axis selects; nothing where the axis shows no figure of requests. */
export function rangeOn(axis: string, low: number, high: number): Selection | undefined {
  const column = COLUMNS.find((one) => one.axis.test(axis));
  if (!column || !(high > low)) return undefined;
  const text = (value: number): string => String(Number(value.toPrecision(4)));
  return { [`min_${column.id}`]: text(Math.max(0, low)), [`max_${column.id}`]: text(high) };
}
