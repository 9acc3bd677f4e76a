// What each part of a score counts for: "0.4/0.3/0.3" is latency, throughput, reliability. A part that is left out, as in "1//",
// is the usual one. Pure.
export const WEIGHED = ['Latency', 'Throughput', 'Reliability'] as const;
export const USUAL = ['0.4', '0.3', '0.3'] as const;

/** Of one part; undefined where nothing is wrong. */
export const weightFault = (text: string): string | undefined => (/^(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? undefined : `'${text.trim()}' is not a number of 0 or more`);

const partsOf = (text: string): readonly string[] => (text === '' ? USUAL.map(() => '') : text.split('/'));

/** As /api/v1/compare takes it; undefined: all as usual. */
export function wholeWeights(text: string): string | undefined {
  const parts = partsOf(text);
  return parts.some(Boolean) ? parts.map((part, i) => part || USUAL[i]).join('/') : undefined;
}

export function weightsFault(text: string): string | undefined {
  const parts = partsOf(text);
  if (parts.length !== WEIGHED.length) return `'${text}' is no set of weights; write ${USUAL.join('/')}: latency, throughput, reliability`;
  const wrong = parts.filter(Boolean).map(weightFault).find(Boolean);
  return wrong ?? (parts.some((part) => part === '' || Number(part) > 0) ? undefined : 'one of the weights must be above 0');
}

export const weightAt = (text: string, place: number): string => partsOf(text)[place] ?? '';

/** With one part changed; nothing where all are left out. */
export function withWeight(text: string, place: number, part: string): string {
  const next = partsOf(text).map((old, i) => (i === place ? part : old));
  return next.some(Boolean) ? next.join('/') : '';
}
