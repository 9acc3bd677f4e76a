// Figures as tables: sorted, searched, as text to paste. Pure.

export type Cell = string | number | null;

/** The figures behind a chart. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export const isNumber = (value: Cell | undefined): boolean => value !== null && value !== undefined && value !== '' && Number.isFinite(Number(value));

export function sorted(rows: readonly (readonly Cell[])[], column: number, down: boolean): (readonly Cell[])[] {
  return [...rows].sort((a, b) => {
    const [x, y] = [a[column] ?? null, b[column] ?? null];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1; // what is not known comes last
    const order = isNumber(x) && isNumber(y) ? Number(x) - Number(y) : String(x).localeCompare(String(y));
    return down ? -order : order;
  });
}

/** "n > 100", "p50 <= 20": what a column must keep. The column by a part of its name. */
const BOUND = /^(.+?)\s*(>=|<=|>|<|=)\s*(-?[\d.]+(?:e-?\d+)?)$/i;

function bounded(columns: readonly string[], word: string): ((row: readonly Cell[]) => boolean) | undefined {
  const found = BOUND.exec(word);
  if (!found) return undefined;
  const name = (found[1] ?? '').toLowerCase();
  const place = columns.findIndex((column) => column.toLowerCase() === name);
  const column = place >= 0 ? place : columns.findIndex((one) => one.toLowerCase().includes(name));
  if (column < 0) return undefined;
  const limit = Number(found[3]);
  const keeps: Record<string, (value: number) => boolean> = {
    '>': (value) => value > limit,
    '<': (value) => value < limit,
    '>=': (value) => value >= limit,
    '<=': (value) => value <= limit,
    '=': (value) => value === limit,
  };
  return (row) => isNumber(row[column]) && (keeps[found[2] ?? '']?.(Number(row[column])) ?? true);
}

/** Rows that have every word, commas between; a word may be a bound of a column. */
export function matching(columns: readonly string[], rows: readonly (readonly Cell[])[], text: string): readonly (readonly Cell[])[] {
  const tests = text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)
    .map((word) => bounded(columns, word) ?? ((row: readonly Cell[]) => row.some((cell) => cell !== null && String(cell).toLowerCase().includes(word.toLowerCase()))));
  return tests.length === 0 ? rows : rows.filter((row) => tests.every((keeps) => keeps(row)));
}

/** With tabs, as spreadsheets take what is pasted. */
export function tabbed(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map((row) => row.map((value) => String(value ?? '').replaceAll(/[\t\r\n]/g, ' ')).join('\t')).join('\n');
}
