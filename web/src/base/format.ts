// Numbers, durations and dates for readers. Pure but for the units that the reader chose.

export type LatencyUnit = 'auto' | 'ms' | 's';
export type Zone = 'local' | 'utc';

let latency: LatencyUnit = 'auto';
let zone: Zone = 'local';

/** What every text from then on is written in; who changes it draws again what is on the screen. */
export function setUnits(units: { readonly latency: LatencyUnit; readonly zone: Zone }): void {
  ({ latency, zone } = units);
}

const GROUPS = /\B(?=(\d{3})+$)/g;

function thousands(text: string): string {
  const [whole = '', ...rest] = text.split('.');
  return [whole.replace(GROUPS, ','), ...rest].join('.');
}

/** Up to three significant digits; whole numbers stay whole. "–" where there is no number. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const sign = value < 0 ? '−' : '';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 999.5) return sign + thousands(size.toFixed(0));
  if (size < 1e-6) return sign + size.toExponential(1);
  return sign + String(parseFloat(size.toPrecision(3)));
}

export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return '–';
  return `${number(share * 100)}%`;
}

/** A success rate must not be rounded up to 100%. */
export function rate(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return '–';
  if (share > 0.999 && share < 1) return `${(Math.floor(share * 1e5) / 1e3).toFixed(3)}%`;
  return `${parseFloat((share * 100).toFixed(1))}%`;
}

/** 0.004 "4 µs", 0.4 "0.4 ms", 1500 "1.5 s", 90000 "1 min 30 s"; or always in the reader's unit. */
export function millis(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return '–';
  if (latency !== 'auto') return latency === 'ms' ? `${number(ms)} ms` : `${number(ms / 1000)} s`;
  const size = Math.abs(ms);
  if (size > 0 && size < 0.1) return `${number(ms * 1000)} µs`;
  if (size < 1000) return `${number(ms)} ms`;
  if (size < 60_000) return `${number(ms / 1000)} s`;
  return seconds(ms / 1000);
}

/** A factor for milliseconds, and the unit that they then have. */
function scaleFor(size: number): readonly [number, string] {
  if (latency !== 'auto') return latency === 'ms' ? [1, 'ms'] : [0.001, 's'];
  return size < 0.1 ? [1000, 'µs'] : size < 1000 ? [1, 'ms'] : [0.001, 's'];
}

/** Both ends in one unit, with as many places: "1.40 to 2.34 s". */
export function millisRange(low: number, high: number): string {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const [times, unit] = scaleFor(size);
  const places = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.max(size * times, 1e-9)))));
  return `${thousands((low * times).toFixed(places))} to ${thousands((high * times).toFixed(places))} ${unit}`;
}

/** An instant of a run: to the millisecond, so that a column of them lines up. */
export function instant(s: number | null | undefined): string {
  return s === null || s === undefined || !Number.isFinite(s) ? '–' : `${thousands(s.toFixed(3))} s`;
}

export function seconds(s: number | null | undefined): string {
  if (s === null || s === undefined || !Number.isFinite(s)) return '–';
  if (Math.abs(s) < 60) return `${number(s)} s`;
  const whole = Math.round(s);
  const parts = [
    { size: 3600, name: 'h' },
    { size: 60, name: 'min' },
    { size: 1, name: 's' },
  ];
  const words: string[] = [];
  let left = whole;
  for (const part of parts) {
    const count = Math.floor(left / part.size);
    left -= count * part.size;
    if (count > 0 && words.length < 2) words.push(`${count} ${part.name}`);
  }
  return words.join(' ') || '0 s';
}

/** A figure with its unit as the program names it: "ms", "tokens/s", "share". */
export function figure(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (unit === 'share') return rate(value);
  if (unit === 'ms') return millis(value);
  return unit ? `${number(value)} ${unit}` : number(value);
}

/** 1.25 "+25%", 0.8 "−20%", 3.4 "3.4×". */
export function ratio(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value >= 2.5) return `${number(value)}×`;
  const change = (value - 1) * 100;
  if (Math.abs(change) < 0.05) return '±0%';
  const text = parseFloat(Math.abs(change).toFixed(Math.abs(change) < 10 ? 1 : 0));
  return `${change > 0 ? '+' : '−'}${text}%`;
}

/** Several ratios written one way: all in percent, or all as times where one is large. */
export function ratios(values: readonly number[]): string[] {
  if (!values.some((value) => value >= 2.5)) return values.map((value) => ratio(value));
  return values.map((value) => `${value < 10 ? value.toFixed(2) : number(value)}×`);
}

export function probability(p: number | null | undefined): string {
  if (p === null || p === undefined || !Number.isFinite(p)) return '–';
  if (p < 0.0001) return '< 0.0001';
  return p < 0.001 ? p.toFixed(4) : p.toFixed(3);
}

export function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${number(value)} ${units[unit]}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${number(n)} ${n === 1 ? one : many}`;
}

/** An instant in the reader's own time, or in UTC: "22 Nov 2026, 17:28 UTC". */
export function moment(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return '–';
  const told = at.toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone === 'utc' ? 'UTC' : undefined,
  });
  return zone === 'utc' ? `${told} UTC` : told;
}

/** "3 minutes ago". `now` in milliseconds since 1970. */
export function ago(text: string, now: number): string {
  const at = new Date(text).getTime();
  if (Number.isNaN(at)) return '';
  const s = (now - at) / 1000;
  if (s < 45) return 'just now';
  const steps: [number, string][] = [
    [60, 'minute'],
    [3600, 'hour'],
    [86_400, 'day'],
    [604_800, 'week'],
    [2_629_800, 'month'],
    [31_557_600, 'year'],
  ];
  let said: [number, string] = [60, 'minute'];
  for (const step of steps) if (s >= step[0] * 0.95) said = step;
  const n = Math.max(1, Math.round(s / said[0]));
  return `${n} ${said[1]}${n === 1 ? '' : 's'} ago`;
}

const SIGNS: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥' };

/** "$0.0543", "$2.50", "$13,067"; of other currencies "CHF 12". */
export function money(value: number | null | undefined, currency: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const sign = SIGNS[currency];
  const size = number(Math.abs(value)).replace(/\.\d$/, '$&0');
  return `${value < 0 ? '−' : ''}${sign ?? `${currency} `}${size}`;
}
