// From a point of a chart to the request behind it. Pure.
import { COLUMNS } from './selection.ts';
import type { Table } from './table.ts';

interface Point {
  readonly series: string;
  readonly line: boolean;
  readonly panel: number;
  readonly row: readonly number[];
  readonly step: number;
  readonly xName: string;
  readonly yName: string;
}

export interface Named {
  readonly target: number;
  readonly index: number;
}

/** Of charts whose figures name requests: a lane, or a row of a waterfall. */
export function namedBy(point: Point, table: Table, targets: readonly string[], panels: readonly string[]): Named | undefined {
  const requests = table.columns.indexOf('request');
  const owners = table.columns.indexOf('target');
  const lane = point.row.length > 2 ? point.row[2] : point.row[1];
  if (requests < 0 || owners < 0 || lane === undefined) return undefined;
  const named: Named[] = [];
  for (const row of table.rows) {
    const one = { target: targets.indexOf(String(row[owners])), index: Number(row[requests]) };
    if (panels.length > 0 && panels[point.panel] !== row[owners]) continue;
    const last = named[named.length - 1];
    if (!last || last.target !== one.target || last.index !== one.index) named.push(one);
  }
  return named[Math.round(lane)];
}

export interface Search {
  /** Conditions of the list of requests. */
  readonly filter: Readonly<Record<string, string>>;
  readonly column: string;
  readonly value: number;
  readonly other: string;
  readonly otherValue: number;
}

/** Where to look for the request of a point, the narrowest first; none where its axes show no figures of single requests. */
export function searches(point: Point, targets: readonly string[], panels: readonly string[]): Search[] {
  const x = COLUMNS.find((column) => column.axis.test(point.xName));
  const y = COLUMNS.find((column) => column.axis.test(point.yName));
  const [atX, atY] = point.row;
  if (!x || !y || atX === undefined || atY === undefined) return [];
  const target = targets.indexOf(panels[point.panel] ?? point.series);
  // A point of a line stands for a stretch, of which the request that is most like it is shown.
  const half = point.line ? point.step / 2 : Math.abs(atX) * 1e-6 + 1e-6;
  return [1e-6, 0.02, 0.2, 1e9].map((share) => {
    const reach = Math.abs(atY) * share + 1e-6;
    const filter: Record<string, string> = {
      [`min_${x.id}`]: String(Math.max(0, atX - half)),
      [`max_${x.id}`]: String(atX + half),
      [`min_${y.id}`]: String(Math.max(0, atY - reach)),
      [`max_${y.id}`]: String(atY + reach),
    };
    if (target >= 0) filter['target'] = String(target);
    return { filter, column: y.id, value: atY, other: x.id, otherValue: atX };
  });
}

/** Whether a press on a point of such a chart can lead to a request. */
export function leadsToRequests(table: Table, axes: readonly string[]): boolean {
  if (table.columns.includes('request') && table.columns.includes('target')) return true;
  const shown = (name: string): boolean => COLUMNS.some((column) => column.axis.test(name));
  return axes.length >= 2 && axes.every(shown);
}
