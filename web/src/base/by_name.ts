// Values that hold for all, or by name: "2.5", or "vllm=3.99,tgi=1.79", as /api/v1/cost takes them. Pure.

export interface ByName {
  /** For everybody who is not named; empty: none. */
  readonly all: string;
  readonly by: Readonly<Record<string, string>>;
}

/** Of a name that is said twice the last holds, as the program has it. */
export function readByName(text: string): ByName {
  let all = '';
  const by: Record<string, string> = {};
  for (const part of text.split(',')) {
    const equals = part.lastIndexOf('=');
    const name = part.slice(0, Math.max(0, equals)).trim();
    const value = part.slice(equals + 1).trim();
    if (value === '') continue;
    if (name === '') all = value;
    else by[name] = value;
  }
  return { all, by };
}

/** What holds for all comes first, so that what is said by name goes over it. */
export function writeByName({ all, by }: ByName): string {
  return [...(all ? [all] : []), ...Object.entries(by).filter(([, value]) => value !== '').map(([name, value]) => `${name}=${value}`)].join(',');
}

export const valueFor = ({ all, by }: ByName, name: string): string => by[name] ?? all;

export function withValue(one: ByName, name: string | undefined, value: string): ByName {
  return name === undefined ? { ...one, all: value } : { ...one, by: { ...one.by, [name]: value } };
}
