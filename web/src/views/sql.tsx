// Read-only questions to the rows of runs.
import { useMutation } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState, type ReactElement } from 'react';
import { number } from '../base/format.ts';
import { send } from '../data/api.ts';
import { useQueryState } from '../data/place.ts';
import type { SqlTable } from '../data/types.ts';
import { Button } from '../widgets/controls.tsx';
import { Card, Empty, Skeleton, Trouble } from '../widgets/surfaces.tsx';
import { Page, RunChoice, WithRun } from './page.tsx';

const EXAMPLES = [
  { name: 'Requests by state', sql: 'SELECT status, count(*) AS requests\nFROM requests\nGROUP BY status\nORDER BY requests DESC' },
  {
    name: 'Median first token by target',
    sql: 'SELECT t.name, count(*) AS n, median(first_token_ns - sent_ns) / 1e6 AS ttft_ms\nFROM requests JOIN targets t USING (run, target)\nWHERE status = \'ok\' AND NOT warmup\nGROUP BY ALL\nORDER BY ttft_ms',
  },
  { name: 'The slowest answers', sql: 'SELECT target, "index", (end_ns - sent_ns) / 1e6 AS e2e_ms, input_tokens, output_tokens\nFROM requests\nWHERE status = \'ok\'\nORDER BY e2e_ms DESC\nLIMIT 20' },
  { name: 'What engines told', sql: 'SELECT name, count(*) AS readings, min(value) AS least, max(value) AS most\nFROM telemetry\nGROUP BY name\nORDER BY name' },
];

const VIEWS = [
  ['requests', 'a row a request: run, index, target, block, warmup, planned_ns, sent_ns, first_byte_ns, first_token_ns, last_token_ns, end_ns, chunk_at_ns, status, http_code, error, input_tokens, output_tokens, cached_tokens, user, session, turn'],
  ['targets', 'run, target, name, engine, url, model'],
  ['runs', 'run, name, status, started, duration_ns'],
  ['telemetry', 'run, t, target, name, labels, value'],
  ['events', 'run, t, type, and what it says'],
  ['texts', 'prompts and answers, where they were recorded'],
] as const;

const shown = (value: unknown): string => (value === null || value === undefined ? '–' : typeof value === 'number' ? (Number.isInteger(value) ? String(value) : number(value)) : typeof value === 'object' ? JSON.stringify(value) : String(value));

function csvOf(table: SqlTable): string {
  const cell = (value: unknown): string => {
    const text = value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [table.columns.map((column) => cell(column.name)).join(','), ...table.rows.map((row) => row.map(cell).join(','))].join('\n') + '\n';
}

function saveCsv(table: SqlTable): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([csvOf(table)], { type: 'text/csv' }));
  link.download = 'query.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function Result({ table }: { readonly table: SqlTable }): ReactElement {
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
          {table.truncated ? '; there are more: raise the limit in the statement, or use tokentrial sql' : ''}
        </p>
        <Button little icon="save" onPress={() => saveCsv(table)}>
          CSV
        </Button>
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

function SqlOf({ run }: { readonly run: string }): ReactElement {
  const [query, change] = useQueryState();
  const [text, setText] = useState(query['sql'] ?? EXAMPLES[0]?.sql ?? '');
  const ask = useMutation({ mutationFn: (sql: string) => send<SqlTable>('POST', 'sql', { runs: [run], sql, limit: 10_000 }) });
  function start(sql: string): void {
    change({ sql }, { replace: true });
    ask.mutate(sql);
  }
  return (
    <Page title="SQL" note="One SELECT over the rows of the run; nothing can be changed" tools={<RunChoice run={run} />}>
      <div className="side-by-side">
        <Card title="What there is">
          <dl className="stack tight small">
            {VIEWS.map(([name, about]) => (
              <div key={name}>
                <dt>
                  <code>{name}</code>
                </dt>
                <dd className="muted" style={{ overflowWrap: 'anywhere' }}>
                  {about}
                </dd>
              </div>
            ))}
          </dl>
        </Card>
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
            {ask.data && !ask.isPending ? <Result table={ask.data} /> : null}
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
  return <WithRun title="SQL">{(run) => <SqlOf key={run} run={run} />}</WithRun>;
}
