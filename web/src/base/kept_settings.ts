// What the reader chose, as the browser keeps it, and as a file to keep elsewhere or to give to others. Pure.
import { ALERTS, type Limits } from './alerts.ts';
import type { Assumptions } from './assumptions.ts';
import { ASSUMED, GPU, PRICE } from './cost_fields.ts';
import type { LatencyUnit, Zone } from './format.ts';
import { jsonFault } from './json_place.ts';
import { objectiveFault } from './objective.ts';
import { weightsFault } from './weights.ts';

export type Mode = 'simple' | 'advanced';
export type ThemeChoice = 'system' | 'light' | 'dark';

/** Cards in the reader's order; those that are not named follow in ours. */
export interface Layout {
  readonly order: readonly string[];
  readonly hidden: readonly string[];
}

export interface NamedLayout extends Layout {
  readonly name: string;
}

export interface Kept extends Layout {
  readonly mode: Mode;
  readonly theme: ThemeChoice;
  readonly latency: LatencyUnit;
  readonly zone: Zone;
  /** "ttft_p99=500ms": what runs without objectives of their own are judged by. */
  readonly objectives: readonly string[];
  /** Layouts of Home that are chosen by name. */
  readonly layouts: readonly NamedLayout[];
  /** What every cost is reckoned with, unless its address says otherwise. */
  readonly assumptions: Assumptions;
  /** Of Compare's scores, "0.4/0.3/0.3", see weights.ts. */
  readonly weights: string;
}

export interface KeptLive extends Layout {
  /** Off until it is asked for. */
  readonly sound: boolean;
  readonly limits: Limits;
}

export const DEFAULTS: Kept = { mode: 'simple', theme: 'system', latency: 'auto', zone: 'local', objectives: [], order: [], hidden: [], layouts: [], assumptions: {}, weights: '' };
export const LIVE_DEFAULTS: KeptLive = { sound: false, limits: {}, order: [], hidden: [] };

const VERSION = 1;
export const MOST_BYTES = 256 * 1024;
export const MOST_LAYOUTS = 20;
export const MOST_NAME = 40;

type Told = Readonly<Record<string, unknown>>;
/** Faults of a value, each with its place. */
type Check = (value: unknown, place: string) => readonly string[];

const isRecord = (value: unknown): value is Told => typeof value === 'object' && value !== null && !Array.isArray(value);
const shown = (value: unknown): string => (typeof value === 'string' ? `'${value.slice(0, 60)}'` : (JSON.stringify(value) ?? 'nothing').slice(0, 60));

const oneOf =
  (...all: readonly string[]): Check =>
  (value, place) =>
    typeof value === 'string' && all.includes(value) ? [] : [`${place}: ${shown(value)} is none of ${all.join(', ')}`];

const text =
  (fault: (text: string) => string | undefined): Check =>
  (value, place) => {
    const wrong = typeof value === 'string' ? fault(value) : `${shown(value)} is no text`;
    return wrong === undefined ? [] : [`${place}: ${wrong}`];
  };

const list =
  (each: Check, most = 100): Check =>
  (value, place) => {
    if (!Array.isArray(value)) return [`${place}: ${shown(value)} is no list`];
    if (value.length > most) return [`${place}: has ${value.length} entries, of ${most} at most`];
    return value.flatMap((one, i) => each(one, `${place}[${i}]`));
  };

const word = text((one) => (one.length > 0 && one.length <= MOST_NAME ? undefined : `'${one.slice(0, 60)}' is no name of 1 to ${MOST_NAME} letters`));
const bool: Check = (value, place) => (typeof value === 'boolean' ? [] : [`${place}: ${shown(value)} is neither true nor false`]);

/** An object of these keys; `required` must be there. */
const record =
  (checks: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, place) => {
    if (!isRecord(value)) return [`${place || 'the file'}: ${shown(value)} is no object`];
    const at = (key: string): string => (place ? `${place}.${key}` : key);
    return [
      ...required.filter((key) => !(key in value)).map((key) => `${at(key)}: is not there`),
      ...Object.entries(value).flatMap(([key, one]) => (Object.hasOwn(checks, key) ? (checks[key]?.(one, at(key)) ?? []) : [`${at(key)}: is no setting; there are ${Object.keys(checks).join(', ')}`])),
    ];
  };

const LAYOUT = { order: list(word), hidden: list(word) };
const ASSUMPTIONS = record({ [PRICE.name]: text(PRICE.fault), [GPU]: text(() => undefined), ...Object.fromEntries(ASSUMED.map((field) => [field.name, text(field.fault)])) });
const limit: Check = (value, place) => (value === null || (typeof value === 'number' && value >= 0) ? [] : [`${place}: ${shown(value)} is neither a limit nor null`]);

const PARTS: Readonly<Record<keyof Kept, Check>> = {
  mode: oneOf('simple', 'advanced'),
  theme: oneOf('system', 'light', 'dark'),
  latency: oneOf('auto', 'ms', 's'),
  zone: oneOf('local', 'utc'),
  objectives: list(text(objectiveFault)),
  ...LAYOUT,
  layouts: list(record({ name: word, ...LAYOUT }, ['name', 'order', 'hidden']), MOST_LAYOUTS),
  assumptions: ASSUMPTIONS,
  weights: text(weightsFault),
};
const LIVE: Readonly<Record<keyof KeptLive, Check>> = { sound: bool, limits: record(Object.fromEntries(ALERTS.map((one) => [one.id, limit]))), ...LAYOUT };
const version: Check = (value, place) => (value === VERSION ? [] : [`${place}: ${shown(value)} is of another program; this one reads ${VERSION}`]);
const FILE = record({ tokentrial_settings: version, ...PARTS, live: record(LIVE) }, ['tokentrial_settings']);

/** The good parts of what a browser kept: it may be of another version, or damaged. */
const soundOf =
  (checks: Readonly<Record<string, Check>>) =>
  (value: unknown): Told =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([key, one]) => Object.hasOwn(checks, key) && checks[key]?.(one, key).length === 0)) : {};
export const soundSettings: (value: unknown) => Partial<Kept> = soundOf(PARTS);
export const soundLive: (value: unknown) => Partial<KeptLive> = soundOf(LIVE);

const only = <T extends object>(all: T, keys: object): T => Object.fromEntries(Object.entries(all).filter(([key]) => key in keys)) as T;

export function settingsFile(kept: Kept, live: KeptLive): string {
  return `${JSON.stringify({ tokentrial_settings: VERSION, ...only(kept, PARTS), live: only(live, LIVE) }, null, 2)}\n`;
}

export interface ReadSettings {
  readonly kept: Partial<Kept>;
  readonly live: Partial<KeptLive>;
  /** All of them; where there is any, nothing is taken. */
  readonly faults: readonly string[];
}

export function readSettings(file: string): ReadSettings {
  const none = { kept: {}, live: {} };
  if (file.length > MOST_BYTES) return { ...none, faults: ['it is larger than 256 KB, which no settings are'] };
  const bare = file.replace(/^\uFEFF/, '');
  const place = jsonFault(bare);
  if (place) return { ...none, faults: [`line ${place.line}, column ${place.column}: from here on it is no JSON`] };
  const told: unknown = JSON.parse(bare);
  const faults = FILE(told, '');
  if (faults.length > 0) return { ...none, faults };
  const { live = {}, ...rest } = told as { readonly live?: Partial<KeptLive> } & Partial<Kept>;
  return { kept: only(rest, PARTS), live, faults };
}
