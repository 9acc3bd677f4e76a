// Read-only questions to the rows of runs.
import { useMutation, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState, type ReactElement } from 'react';
import { ago, number } from '../base/format.ts';
import { listOf } from '../base/query.ts';
import { saveFile, send, sendForFile } from '../data/api.ts';
import { useQueryState } from '../data/place.ts';
import { useRuns } from '../data/queries.ts';
import type { SqlTable } from '../data/types.ts';
import { Button } from '../widgets/controls.tsx';
import { Ordered } from '../widgets/ordered.tsx';
import { Card, Empty, Skeleton, Trouble } from '../widgets/surfaces.tsx';
import { Page, usable, WithRun } from './page.tsx';

const MOST_RUNS = 20;

const EXAMPLES = [
  { name: 'Requests by state', sql: 'SELECT status, count(*) AS requests\nFROM requests\nGROUP BY status\nORDER BY requests DESC' },
  {
    name: 'Median first token by target',
    sql: 'SELECT t.name, count(*) AS n, median(first_token_ns - sent_ns) / 1e6 AS ttft_ms\nFROM requests JOIN targets t USING (run, target)\nWHERE status = \'ok\' AND NOT warmup\nGROUP BY ALL\nORDER BY ttft_ms',
  },
  { name: 'The slowest answers', sql: 'SELECT target, "index", (end_ns - sent_ns) / 1e6 AS e2e_ms, input_tokens, output_tokens\nFROM requests\nWHERE status = \'ok\'\nORDER BY e2e_ms DESC\nLIMIT 20' },
  { name: 'What engines told', sql: 'SELECT name, count(*) AS readings, min(value) AS least, max(value) AS most\nFROM telemetry\nGROUP BY name\nORDER BY name' },
];

const shown = (value: unknown): string => (value === null || value === undefined ? '–' : typeof value === 'number' ? (Number.isInteger(value) ? String(value) : number(value)) : typeof value === 'object' ? JSON.stringify(value) : String(value));

const FORMATS = [
  { id: 'csv', name: 'CSV' },
  { id: 'json', name: 'JSON' },
  { id: 'parquet', name: 'Parquet' },
] as const;

/** All rows of the result, which the server writes; the table here holds the first of them. */
function SaveAll({ runs, sql }: { readonly runs: readonly string[]; readonly sql: string }): ReactElement {
  const save = useMutation({ mutationFn: async (format: string) => saveFile(`query.${format}`, await sendForFile('sql/file', { runs, sql, format })) });
  return (
    <div className="stack tight">
      <div className="line" role="group" aria-label="Save the whole result">
        {FORMATS.map((format) => (
          <Button key={format.id} little icon="save" disabled={save.isPending} onPress={() => save.mutate(format.id)}>
            {save.isPending && save.variables === format.id ? 'Being written' : format.name}
          </Button>
        ))}
      </div>
      {save.error ? <Trouble error={save.error} /> : null}
    </div>
  );
}

function Result({ table, runs, sql }: { readonly table: SqlTable; readonly runs: readonly string[]; readonly sql: string }): ReactElement {
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: table.rows.length, getScrollElement: () => scroll.current, estimateSize: () => 37, overscan: 20 });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items[items.length - 1]?.end ?? 0);
  const right = table.columns.map((_, i) => typeof table.rows[0]?.[i] === 'number');
  return (
    <div className="stack tight">
      <div className="line between">
        <p className="small muted" role="status">
          {number(table.rows.length)} {table.rows.length === 1 ? 'row' : 'rows'}
          {table.truncated ? '; there are more: a file has them all' : ''}
          {table.cut > 0 ? `; ${table.cut === 1 ? 'a cell is' : `${number(table.cut)} cells are`} cut at 64 KB, which a file has whole` : ''}
        </p>
        <SaveAll runs={runs} sql={sql} />
      </div>
      <div ref={scroll} style={{ maxHeight: '52vh', overflow: 'auto' }} tabIndex={0} role="region" aria-label="Result">
        <table className="data">
          <thead>
            <tr>
              {table.columns.map((column, i) => (
                <th key={column.name + String(i)} scope="col" className={right[i] ? 'right' : ''} title={column.type} style={{ position: 'sticky', top: 0, background: 'var(--sheet)' }}>
                  {column.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {before > 0 ? <tr style={{ height: before }} aria-hidden="true" /> : null}
            {items.map((item) => (
              <tr key={item.key}>
                {(table.rows[item.index] ?? []).map((value, i) => (
                  <td key={i} className={right[i] ? 'right' : 'clip'} style={{ maxWidth: 420 }}>
                    {shown(value)}
                  </td>
                ))}
              </tr>
            ))}
            {after > 0 ? <tr style={{ height: after }} aria-hidden="true" /> : null}
          </tbody>
        </table>
      </div>
    </div>
  );
}

interface View {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

const VIEWS_SQL = 'SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index';

const ABOUT: Readonly<Record<string, string>> = {
  requests: 'a row a request; instants in nanoseconds since the run’s start',
  targets: 'what was measured',
  runs: 'the runs themselves',
  telemetry: 'what engines and machines told',
  events: 'phases and messages',
  texts: 'prompts and answers, where they were recorded',
};

/** What these runs have, asked of them. */
function useViews(runs: readonly string[]): UseQueryResult<readonly View[]> {
  return useQuery({
    queryKey: ['views', runs],
    queryFn: async () => {
      const { rows } = await send<SqlTable>('POST', 'sql', { runs, sql: VIEWS_SQL, limit: 10_000 });
      const views = new Map<string, { name: string; type: string }[]>();
      for (const [view, name, type] of rows) views.set(String(view), [...(views.get(String(view)) ?? []), { name: String(name), type: String(type) }]);
      return [...views].map(([name, columns]) => ({ name, columns }));
    },
    staleTime: Infinity,
    retry: false,
  });
}

function Schema({ runs, onName }: { readonly runs: readonly string[]; readonly onName: (name: string) => void }): ReactElement {
  const told = useViews(runs);
  if (told.error) return <Trouble error={told.error} retry={() => void told.refetch()} />;
  if (!told.data) return <Skeleton height={240} />;
  return (
    <div className="stack tight">
      {told.data.map((view) => (
        <details key={view.name} className="view">
          <summary>
            <code>{view.name}</code> <span className="small muted">{ABOUT[view.name] ?? ''}</span>
          </summary>
          <ul aria-label={`Columns of ${view.name}`}>
            {view.columns.map((column) => (
              <li key={column.name}>
                <button type="button" className="link" title="Put it where the cursor is" onClick={() => onName(/^[a-z_]+$/.test(column.name) && !['index', 'user'].includes(column.name) ? column.name : `"${column.name}"`)}>
                  <code>{column.name}</code>
                </button>
                <span className="small muted">{column.type.toLowerCase()}</span>
              </li>
            ))}
          </ul>
        </details>
      ))}
    </div>
  );
}

function SqlOf({ first }: { readonly first: string }): ReactElement {
  const [query, change] = useQueryState();
  const all = useRuns();
  const named = listOf(query['runs']);
  const runs = named.length > 0 ? named : [first];
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(query['sql'] ?? EXAMPLES[0]?.sql ?? '');
  const ask = useMutation({ mutationFn: (asked: { runs: readonly string[]; sql: string }) => send<SqlTable>('POST', 'sql', { ...asked, limit: 10_000 }) });
  function start(sql: string): void {
    change({ sql }, { replace: true });
    ask.mutate({ runs, sql });
  }
  function put(name: string): void {
    const place = area.current;
    if (!place) return;
    place.focus();
    place.setRangeText(name, place.selectionStart, place.selectionEnd, 'end');
    setText(place.value);
  }
  return (
    <Page title="SQL" note="One SELECT over the rows of runs; nothing can be changed">
      <div className="side-by-side sql">
        <div className="stack">
          <Card title="Runs">
            <Ordered
              label="Runs that are asked"
              add="Add a run …"
              chosen={runs}
              least={1}
              most={MOST_RUNS}
              onChange={(ids) => change({ runs: ids.join(','), run: ids[0] }, { replace: true })}
              options={(all.data ?? []).filter(usable).map((one) => ({ id: one.id, name: one.id, note: ago(one.started, Date.now()) }))}
            />
          </Card>
          <Card title="What there is" note="A press on a column puts it into the statement">
            <Schema runs={runs} onName={put} />
          </Card>
        </div>
        <div className="stack">
          <Card>
            <div className="stack">
              <div className="line">
                {EXAMPLES.map((one) => (
                  <Button
                    key={one.name}
                    little
                    onPress={() => {
                      setText(one.sql);
                      start(one.sql);
                    }}
                  >
                    {one.name}
                  </Button>
                ))}
              </div>
              <textarea
                ref={area}
                className="input"
                aria-label="SQL"
                rows={7}
                spellCheck={false}
                value={text}
                onChange={(event) => setText(event.target.value)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) start(text);
                }}
              />
              <div className="line">
                <Button kind="main" disabled={!text.trim() || ask.isPending} onPress={() => start(text)}>
                  Ask
                </Button>
                <span className="small muted">or Ctrl-Enter</span>
              </div>
            </div>
          </Card>
          <Card>
            {ask.error ? <Trouble error={ask.error} /> : null}
            {ask.isPending ? <Skeleton height={220} /> : null}
            {ask.data && !ask.isPending ? <Result table={ask.data} runs={ask.variables.runs} sql={ask.variables.sql} /> : null}
            {ask.isIdle ? (
              <Empty icon="sql" title="Nothing asked yet">
                <p>Choose a question above, or write one.</p>
              </Empty>
            ) : null}
          </Card>
        </div>
      </div>
    </Page>
  );
}

export function Sql(): ReactElement {
  return <WithRun title="SQL">{(run) => <SqlOf first={run} />}</WithRun>;
}
