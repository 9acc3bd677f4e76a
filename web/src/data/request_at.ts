// The request behind a point of a chart, asked of the server.
import type { Named, Search } from '../base/pick.ts';
import type { Selection } from '../base/selection.ts';
import { get } from './api.ts';
import type { RequestPage, RequestRow } from './types.ts';

const MOST = 200;

const figure = (row: RequestRow, column: string): number => Number((row as unknown as Record<string, unknown>)[column] ?? Infinity);

/** The one most like the point; undefined where no single request is. */
export async function requestAt(run: string, selection: Selection, searches: readonly Search[]): Promise<Named | undefined> {
  for (const search of searches) {
    const page = await get<RequestPage>(`runs/${encodeURIComponent(run)}/requests`, { ...selection, ...search.filter, limit: MOST });
    const off = (row: RequestRow): readonly [number, number] => [Math.abs(figure(row, search.column) - search.value), Math.abs(figure(row, search.other) - search.otherValue)];
    const [nearest] = [...page.requests].sort((a, b) => off(a)[0] - off(b)[0] || off(a)[1] - off(b)[1]);
    if (nearest) return { target: nearest.target, index: nearest.index };
  }
  return undefined;
}
