// All requests of a run: only those in sight are in the page; sorted and filtered by the server.
import { useQueries } from '@tanstack/react-query';
import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactElement, type RefObject } from 'react';
import { colours } from '../base/colours.ts';
import { instant, millis, number } from '../base/format.ts';
import type { Query } from '../base/query.ts';
import { rowWindow, scrolledTo, type RowWindow } from '../base/row_window.ts';
import { selectionOf } from '../base/selection.ts';
import { useQueryState } from '../data/place.ts';
import { PAGE, requestPage, useRun, type RequestFilter } from '../data/queries.ts';
import type { RequestRow } from '../data/types.ts';
import { Dot, Empty, Skeleton, Trouble } from '../widgets/surfaces.tsx';

const ROW = 36;
const MORE = 8; // rows made before and behind those in sight

const COLUMNS = [
  { id: 'index', name: '#', width: '70px', show: (row: RequestRow) => number(row.index) },
  { id: 'sent_s', name: 'Sent', width: '1fr', show: (row: RequestRow) => instant(row.sent_s) },
  { id: 'ttft_ms', name: 'First token', width: '1fr', show: (row: RequestRow) => millis(row.ttft_ms) },
  { id: 'tpot_ms', name: 'Per token', width: '1fr', show: (row: RequestRow) => millis(row.tpot_ms) },
  { id: 'e2e_ms', name: 'Whole', width: '1fr', show: (row: RequestRow) => millis(row.e2e_ms) },
  { id: 'input_tokens', name: 'Tokens in', width: '1fr', show: (row: RequestRow) => number(row.input_tokens) },
  { id: 'output_tokens', name: 'Tokens out', width: '1fr', show: (row: RequestRow) => number(row.output_tokens) },
] as const;
const GRID = { gridTemplateColumns: `70px minmax(110px, 1.2fr) repeat(${COLUMNS.length - 1}, minmax(90px, 1fr)) minmax(90px, 1fr)` };

const RANGES = ['min_ttft_ms', 'min_e2e_ms', 'min_output_tokens'] as const;
const RANGE_NAMES: Record<(typeof RANGES)[number], string> = {
  min_ttft_ms: 'First token from, ms',
  min_e2e_ms: 'Whole from, ms',
  min_output_tokens: 'Tokens out from',
};

const filterOf = (query: Query): RequestFilter => ({ ...selectionOf(query), sort: query['sort'] ?? 'index' });

function Filters(): ReactElement {
  const [query, change] = useQueryState();
  return (
    <div className="filters">
      {RANGES.map((name) => (
        <label key={name} className="field">
          <span className="label">{RANGE_NAMES[name]}</span>
          <input className="input" inputMode="decimal" value={query[name] ?? ''} onChange={(event) => change({ [name]: event.target.value.trim() }, { replace: true })} />
        </label>
      ))}
    </div>
  );
}

const REST = 80; // ms

/** The page that is read: the next one as the reader comes to it, but no more than some a second; further ones where the reader rests. */
function useRested(page: number): number {
  const [rested, setRested] = useState(page);
  const since = useRef(-Infinity);
  useEffect(() => {
    if (page === rested) return undefined;
    const go = (): void => {
      since.current = performance.now();
      setRested(page);
    };
    const wait = Math.abs(page - rested) <= 1 ? since.current + REST - performance.now() : REST;
    if (wait <= 0) {
      go();
      return undefined;
    }
    const timer = setTimeout(go, wait);
    return () => clearTimeout(timer);
  }, [page, rested]);
  return rested;
}

/** The rows around those in sight, page by page. */
function useRows(run: string, filter: RequestFilter, first: number, last: number) {
  const at = useRested(Math.floor(first / PAGE));
  const [low, high] = [first % PAGE < PAGE / 2 ? Math.max(0, at - 1) : at, at + Math.ceil(((first % PAGE) + last - first + PAGE / 2) / PAGE) - 1];
  const pages = useMemo(() => {
    const wanted = new Set([0]);
    for (let page = low; page <= high; page += 1) wanted.add(page);
    return [...wanted];
  }, [low, high]);
  const answers = useQueries({ queries: pages.map((page) => requestPage(run, filter, page)) });
  const byPage = new Map(pages.map((page, i) => [page, answers[i]?.data]));
  const failed = answers.find((one) => one.error);
  return {
    matching: byPage.get(0)?.matching,
    all: byPage.get(0)?.rows,
    row: (at: number): RequestRow | undefined => byPage.get(Math.floor(at / PAGE))?.requests[at % PAGE],
    error: failed?.error,
    retry: () => void failed?.refetch(),
  };
}

/** Which rows are in sight, as the reader scrolls. */
function useSight(place: RefObject<HTMLDivElement | null>, count: number): { window: RowWindow; show: (index: number) => void } {
  const [view, setView] = useState(620);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const box = place.current;
    if (!box) return undefined;
    const measure = (): void => setView(Math.max(ROW, box.clientHeight - ROW));
    const scroll = (): void => setTop(box.scrollTop);
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    box.addEventListener('scroll', scroll, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', scroll);
    };
  }, [place]);
  const window = rowWindow({ count, row: ROW, view }, top, MORE);
  const show = useCallback(
    (index: number) => {
      const box = place.current;
      if (box) box.scrollTop = scrolledTo({ count, row: ROW, view }, box.scrollTop, index);
    },
    [place, count, view],
  );
  return { window, show };
}

interface RowProps {
  readonly place: number;
  /** Where it stands beside the anchor, in pixels. */
  readonly y: number;
  readonly row: RequestRow | undefined;
  readonly name: string;
  readonly ink: string;
  readonly marked: boolean;
  readonly onOpen: (place: number, row: RequestRow | undefined) => void;
}

/** Made again only when what it shows changes: scrolling makes those that come into sight. */
const Row = memo(function Row({ place, y, row, name, ink, marked, onOpen }: RowProps): ReactElement {
  const cells = row
    ? COLUMNS.map((column) => (
        <span key={column.id} role="gridcell" className="right">
          {column.show(row)}
        </span>
      ))
    : [];
  return (
    <div id={`request-${place}`} role="row" aria-rowindex={place + 2} aria-selected={marked} className="row body" style={{ ...GRID, top: y }} onClick={() => onOpen(place, row)}>
      {row ? (
        <>
          {cells[0]}
          <span role="gridcell" className="line clip" style={{ flexWrap: 'nowrap' }}>
            <Dot colour={ink} />
            <span className="clip">{name}</span>
          </span>
          {cells.slice(1)}
          <span role="gridcell" className={row.status === 'ok' ? 'muted' : 'bad'}>
            {row.status === 'ok' ? 'answered' : row.status.replaceAll('_', ' ')}
          </span>
        </>
      ) : (
        <span role="gridcell" style={{ gridColumn: '1 / -1' }}>
          <Skeleton height={14} />
        </span>
      )}
    </div>
  );
});

function Head({ sort, onSort }: { readonly sort: string; readonly onSort: (sort: string) => void }): ReactElement {
  return (
    <div className="row head" role="row" aria-rowindex={1} style={GRID}>
      {COLUMNS.map((column, i) => {
        const down = sort === `-${column.id}`;
        const sorted = down || sort === column.id;
        const cell = (
          <span key={column.id} role="columnheader" className="right" aria-sort={sorted ? (down ? 'descending' : 'ascending') : 'none'}>
            <button type="button" onClick={() => onSort(sort === column.id ? `-${column.id}` : column.id)}>
              {column.name}
              {sorted ? (down ? ' ↓' : ' ↑') : ''}
            </button>
          </span>
        );
        return i === 0 ? [cell, <span key="target" role="columnheader">Target</span>] : cell;
      })}
      <span role="columnheader">State</span>
    </div>
  );
}

export function Requests({ run }: { readonly run: string }): ReactElement {
  const about = useRun(run);
  const [query, change] = useQueryState();
  // Not by the open request, which changes nothing of the list.
  const key = JSON.stringify(filterOf(query));
  const filter = useMemo(() => JSON.parse(key) as RequestFilter, [key]);
  const scroll = useRef<HTMLDivElement>(null);
  const [many, setMany] = useState(0);
  const { window: sight, show } = useSight(scroll, many);
  const rows = useRows(run, filter, sight.first, Math.max(sight.first, sight.end - 1));
  const [marked, setMarked] = useState(0);
  useEffect(() => {
    if (rows.matching !== undefined) setMany(rows.matching);
  }, [rows.matching]);
  const targets = about.data?.targets ?? [];
  const inks = colours(targets.map((one) => one.engine));
  useEffect(() => {
    scroll.current?.scrollTo({ top: 0 });
    setMarked(0);
  }, [filter]);

  const open = useCallback(
    (place: number, row: RequestRow | undefined): void => {
      setMarked(place);
      if (row) change({ request: `${row.target}.${row.index}` });
    },
    [change],
  );
  function press(event: KeyboardEvent): void {
    const most = many - 1;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -most - 1, End: most + 1 };
    if (event.target !== event.currentTarget) return;
    const step = steps[event.key];
    if (event.key === 'Enter' || event.key === ' ') open(marked, rows.row(marked));
    else if (step !== undefined) {
      const next = Math.max(0, Math.min(most, marked + step));
      setMarked(next);
      show(next);
    } else return;
    event.preventDefault();
  }
  const shown = Array.from({ length: Math.max(0, sight.end - sight.first) }, (_, i) => sight.first + i);
  return (
    <div className="stack">
      <Filters />
      {rows.error ? <Trouble error={rows.error} retry={rows.retry} /> : null}
      <p className="small muted" role="status">
        {rows.matching === undefined ? 'Reading the requests' : `${number(rows.matching)} of ${number(rows.all)} recorded requests; a row opens with each token’s instant`}
      </p>
      <div className="requests">
        <div ref={scroll} className="rows" role="grid" aria-label="Requests" aria-rowcount={many + 1} tabIndex={0} aria-activedescendant={rows.row(marked) && marked >= sight.first && marked < sight.end ? `request-${marked}` : undefined} onKeyDown={press}>
          <Head sort={filter['sort'] ?? ''} onSort={(sort) => change({ sort }, { replace: true })} />
          <div role="rowgroup" style={{ height: sight.height, position: 'relative' }}>
            <div role="presentation" className="sight" style={{ transform: `translateY(${sight.y}px)` }}>
              {shown.map((place) => {
                const row = rows.row(place);
                return <Row key={place} place={place} y={(place - sight.anchor) * ROW} row={row} name={row ? (targets[row.target]?.name ?? String(row.target)) : ''} ink={(row && inks[row.target]) ?? 'var(--info)'} marked={place === marked} onOpen={open} />;
              })}
            </div>
          </div>
          {rows.matching === 0 ? (
            <Empty icon="search" title="No request is like this">
              <p>Take a filter away, or widen it.</p>
            </Empty>
          ) : null}
        </div>
      </div>
    </div>
  );
}
