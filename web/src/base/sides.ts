// A chart that draws several sides over each other, taken apart: one drawing a side, on the axes of them all. Pure.
import type { Table } from './table.ts';

interface Series {
  readonly name?: string;
  readonly data?: unknown;
  readonly encode?: unknown;
  readonly markLine?: unknown;
  readonly markArea?: unknown;
  readonly xAxisIndex?: unknown;
  readonly yAxisIndex?: unknown;
  readonly [key: string]: unknown;
}

/** What a chart of the server has, as far as it matters here. */
export interface Drawing {
  readonly legend?: readonly string[];
  readonly panels?: readonly { readonly title?: string }[];
  readonly option: { readonly series?: readonly Series[]; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** The sides that lie over each other; none where there is one alone, or where each has a panel of its own already. */
export function sidesOf(drawing: Drawing, table: Table): readonly string[] {
  const place = table.columns.indexOf('target');
  const rows = new Set(place < 0 ? [] : table.rows.map((row) => String(row[place])));
  const isSide = (name: string): boolean => rows.has(name) || table.columns.some((column) => column.startsWith(`${name} `));
  const sides = (drawing.legend ?? []).filter((name) => isSide(name) && drawing.option.series?.some((one) => one.name === name));
  const apart = drawing.panels?.some((panel) => sides.includes(panel.title ?? '')) ?? false;
  return sides.length > 1 && !apart ? sides : [];
}

// Nothing of it is seen, but axes make room for it.
const unseen = ({ data, encode, xAxisIndex, yAxisIndex }: Series): Series => ({ type: 'scatter', symbolSize: 0, silent: true, data, encode, xAxisIndex, yAxisIndex });

/** With this side alone. Lines and areas that hold for all sides, as objectives, hang on the first series of a panel: they stay. */
export function onlySide(drawing: Drawing, sides: readonly string[], side: string): Drawing {
  const held = new Map<unknown, Series>();
  const other = (one: Series): boolean => one.name !== side && sides.includes(one.name ?? '');
  for (const one of drawing.option.series ?? []) {
    const { markLine, markArea } = one;
    if (other(one) && (markLine ?? markArea)) held.set(one.xAxisIndex, { ...(markLine ? { markLine } : {}), ...(markArea ? { markArea } : {}) });
  }
  const series = (drawing.option.series ?? []).map((one) => {
    if (other(one)) return unseen(one);
    const marks = held.get(one.xAxisIndex);
    held.delete(one.xAxisIndex);
    return { ...one, ...marks };
  });
  const legend = (drawing.legend ?? []).filter((name) => !sides.includes(name));
  return { ...drawing, title: side, subtitle: '', legend, option: { ...drawing.option, series } };
}
