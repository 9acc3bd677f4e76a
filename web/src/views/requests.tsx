// All requests of a run: only those in sight are in the page; sorted and filtered by the server.
import { useQueries } from '@tanstack/react-query';
import { createColumnHelper, flexRender, getCoreRowModel, useReactTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { colours } from '../base/colours.ts';
import { millis, number, seconds } from '../base/format.ts';
import type { Query } from '../base/query.ts';
import { selectionOf } from '../base/selection.ts';
import { useQueryState } from '../data/place.ts';
import { PAGE, requestPage, useRun, type RequestFilter } from '../data/queries.ts';
import type { RequestRow } from '../data/types.ts';
import { Dot, Empty, Skeleton, Trouble } from '../widgets/surfaces.tsx';

const ROW = 36;
const columns = createColumnHelper<RequestRow>();

const COLUMNS = [
  { id: 'index', name: '#', width: '70px', show: (row: RequestRow) => number(row.index) },
  { id: 'sent_s', name: 'Sent', width: '1fr', show: (row: RequestRow) => seconds(row.sent_s) },
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

/** The rows around those in sight, page by page. */
function useRows(run: string, filter: RequestFilter, first: number, last: number) {
  const pages = useMemo(() => {
    const wanted = new Set([0]);
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page += 1) wanted.add(page);
    return [...wanted];
  }, [first, last]);
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

export function Requests({ run }: { readonly run: string }): ReactElement {
  const about = useRun(run);
  const [query, change] = useQueryState();
  const filter = useMemo(() => filterOf(query), [query]);
  const scroll = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ first: 0, last: 30 });
  const rows = useRows(run, filter, sight.first, sight.last);
  const [marked, setMarked] = useState(0);
  const virtual = useVirtualizer({
    count: rows.matching ?? 0,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
    onChange: ({ range }) => range && setSight((old) => (old.first === range.startIndex && old.last === range.endIndex ? old : { first: range.startIndex, last: range.endIndex })),
  });
  const targets = about.data?.targets ?? [];
  const inks = colours(targets.map((one) => one.engine));
  const sort = filter['sort'] ?? '';
  const made = useMemo(() => COLUMNS.map((one) => columns.display({ id: one.id, header: one.name, cell: ({ row }) => one.show(row.original) })), []);
  const items = virtual.getVirtualItems();
  const data = items.map((item) => rows.row(item.index)).filter((row) => row !== undefined);
  const table = useReactTable({ data, columns: made, getCoreRowModel: getCoreRowModel(), manualSorting: true, manualFiltering: true, autoResetAll: false, getRowId: (row) => `${row.target}.${row.index}` });
  const models = new Map(table.getRowModel().rows.map((row) => [row.id, row]));
  useEffect(() => {
    scroll.current?.scrollTo({ top: 0 });
    setMarked(0);
  }, [filter]);

  const open = (row: RequestRow | undefined): void => {
    if (row) change({ request: `${row.target}.${row.index}` });
  };
  function press(event: KeyboardEvent): void {
    const most = (rows.matching ?? 1) - 1;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -most - 1, End: most + 1 };
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter' || event.key === ' ') open(rows.row(marked));
    else if (steps[event.key] !== undefined) {
      const next = Math.min(most, Math.max(0, marked + (steps[event.key] ?? 0)));
      setMarked(next);
      virtual.scrollToIndex(next);
    } else return;
    event.preventDefault();
  }
  return (
    <div className="stack">
      <Filters />
      {rows.error ? <Trouble error={rows.error} retry={rows.retry} /> : null}
      <p className="small muted" role="status">
        {rows.matching === undefined ? 'Reading the requests' : `${number(rows.matching)} of ${number(rows.all)} recorded requests; a row opens with each token’s instant`}
      </p>
      <div className="requests">
        <div ref={scroll} className="rows" role="grid" aria-label="Requests" aria-rowcount={(rows.matching ?? 0) + 1} tabIndex={0} aria-activedescendant={rows.row(marked) ? `request-${marked}` : undefined} onKeyDown={press}>
          <div className="row head" role="row" aria-rowindex={1} style={GRID}>
            {table.getFlatHeaders().map((header, i) => {
              const down = sort === `-${header.id}`;
              const sorted = down || sort === header.id;
              const cell = (
                <span key={header.id} role="columnheader" className="right" aria-sort={sorted ? (down ? 'descending' : 'ascending') : 'none'}>
                  <button type="button" onClick={() => change({ sort: sort === header.id ? `-${header.id}` : header.id }, { replace: true })}>
                    {flexRender(header.column.columnDef.header, header.getContext())}
                    {sorted ? (down ? ' ↓' : ' ↑') : ''}
                  </button>
                </span>
              );
              return i === 0 ? [cell, <span key="target" role="columnheader">Target</span>] : cell;
            })}
            <span role="columnheader">State</span>
          </div>
          <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {items.map((item) => {
              const row = rows.row(item.index);
              const model = row && models.get(`${row.target}.${row.index}`);
              return (
                <div
                  key={item.key}
                  id={`request-${item.index}`}
                  role="row"
                  aria-rowindex={item.index + 2}
                  aria-selected={item.index === marked}
                  className="row body"
                  style={{ ...GRID, transform: `translateY(${item.start}px)` }}
                  onClick={() => {
                    setMarked(item.index);
                    open(row);
                  }}
                >
                  {row && model ? (
                    model.getVisibleCells().map((cell, i) => {
                      const shown = (
                        <span key={cell.id} role="gridcell" className="right">
                          {flexRender(cell.column.columnDef.cell, cell.getContext())}
                        </span>
                      );
                      if (i > 0) return shown;
                      return [
                        shown,
                        <span key="target" role="gridcell" className="line clip" style={{ flexWrap: 'nowrap' }}>
                          <Dot colour={inks[row.target] ?? 'var(--info)'} />
                          <span className="clip">{targets[row.target]?.name ?? row.target}</span>
                        </span>,
                      ];
                    })
                  ) : (
                    <span role="gridcell" style={{ gridColumn: '1 / -1' }}>
                      <Skeleton height={14} />
                    </span>
                  )}
                  {row ? (
                    <span role="gridcell" className={row.status === 'ok' ? 'muted' : 'bad'}>
                      {row.status === 'ok' ? 'answered' : row.status.replaceAll('_', ' ')}
                    </span>
                  ) : null}
                </div>
              );
            })}
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
