// What is known of a run beside its answer: what was played, how much of it can be used, how it was set up.
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement, type ReactNode } from 'react';
import { Link } from 'wouter';
import { millis, number, percent } from '../base/format.ts';
import { path } from '../base/query.ts';
import { get } from '../data/api.ts';
import { useSummary } from '../data/queries.ts';
import { useReport } from '../data/report.ts';
import { useAdvanced } from '../data/settings.ts';
import type { Run } from '../data/types.ts';
import { Button } from '../widgets/controls.tsx';
import { Badge, Skeleton, Trouble } from '../widgets/surfaces.tsx';
import { quality } from './quality.ts';

const place = (id: string): string => `runs/${encodeURIComponent(id)}`;

interface Origin {
  readonly tool: string;
  readonly format: string;
  readonly file: string;
  readonly rows_read: number;
  readonly rows_kept: number;
  readonly rows_rejected: number;
  readonly quality: number;
  readonly findings: readonly { readonly id: string; readonly text: string; readonly points?: number }[];
}

interface QualityOf {
  readonly name: string;
  readonly quality: {
    readonly requests: number;
    readonly ok: number;
    readonly with_chunk_times: number;
    readonly with_input_tokens: number;
    readonly client_lag_ms: { readonly p95: number | null };
  };
}

interface Ends {
  readonly requests: readonly { readonly input_tokens: number | null; readonly output_tokens: number | null }[];
}

/** From the smallest to the largest of a column. */
function useRange(id: string, column: 'input_tokens' | 'output_tokens'): string {
  const told = useQuery({
    queryKey: ['range', id, column],
    queryFn: async ({ signal }) => {
      const ends = await Promise.all([column, `-${column}`].map((sort) => get<Ends>(`${place(id)}/requests`, { sort, limit: 1, [`min_${column}`]: 1 }, signal)));
      return ends.map((one) => one.requests[0]?.[column] ?? null);
    },
    staleTime: Infinity,
  });
  const [low, high] = told.data ?? [];
  if (low === undefined) return told.error ? '–' : '…';
  return low === null ? 'not told' : low === high ? number(low) : `${number(low)} to ${number(high)}`;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** Kind of load, tokens, and how many of the checks passed. */
export function Metadata({ run }: { readonly run: Run }): ReactElement {
  const told = useSummary(run.id);
  const input = useRange(run.id, 'input_tokens');
  const output = useRange(run.id, 'output_tokens');
  const manifest = useQuery({ queryKey: ['manifest', run.id], queryFn: ({ signal }) => get<{ origin?: Origin | null }>(`${place(run.id)}/manifest`, {}, signal), staleTime: Infinity });
  const report = useReport({ kind: 'executive', runs: [run.id], slo: [] });
  const summary = told.data?.summary;
  const passed = summary?.checks.filter((one) => one.level === 'pass').length ?? 0;
  const origin = manifest.data?.origin;
  const points = origin ? quality(origin.quality) : undefined;
  return (
    <>
      <dl className="facts-list">
        <Fact name="Scenario">{summary ? summary.scenario || '–' : '…'}</Fact>
        <Fact name="Load">{report.data ? report.data.subtitle || '–' : report.error ? '–' : '…'}</Fact>
        <Fact name="Tokens in">{input}</Fact>
        <Fact name="Tokens out">{output}</Fact>
        <Fact name="Checks">{summary ? `${number(passed)} of ${number(summary.checks.length)} passed` : '…'}</Fact>
        {origin && points ? (
          <>
            <Fact name="Quality">
              <Badge tone={points.tone}>
                {number(Math.round(origin.quality))} of 100, {points.word}
              </Badge>
            </Fact>
            <Fact name="Imported">
              {origin.file} ({origin.tool}): {number(origin.rows_kept)} of {number(origin.rows_read)} rows kept
            </Fact>
          </>
        ) : null}
      </dl>
      {origin && origin.findings.length > 0 ? (
        <ul className="told-list small" aria-label="What was found in the file">
          {origin.findings.map((one, i) => (
            <li key={i}>{one.text}</li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

/** How much of the requests has what figures are made of. */
export function Coverage({ id }: { readonly id: string }): ReactElement {
  const told = useQuery({ queryKey: ['quality', id], queryFn: async ({ signal }) => (await get<{ targets: QualityOf[] }>(`${place(id)}/analysis`, { sections: 'quality' }, signal)).targets, staleTime: Infinity });
  return (
    <div className="stack tight">
      <h3>Coverage</h3>
      {told.error ? <Trouble error={told.error} /> : null}
      {!told.data && !told.error ? <Skeleton height={110} /> : null}
      {told.data ? (
        <div className="scroll" tabIndex={0} role="region" aria-label="Coverage">
          <table className="data">
            <thead>
              <tr>
                <th scope="col">Target</th>
                {['Answered', 'Token times', 'Input counted', 'Own delay p95'].map((name) => (
                  <th key={name} scope="col" className="right">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {told.data.map(({ name, quality: one }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className="right">
                    {number(one.ok)} of {number(one.requests)}
                  </td>
                  <td className="right">{percent(one.with_chunk_times / Math.max(1, one.requests))}</td>
                  <td className="right">{percent(one.with_input_tokens / Math.max(1, one.requests))}</td>
                  <td className="right">{millis(one.client_lag_ms.p95)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      <div>
        <Link className="button little" href={path('/analyze/requests', { run: id })}>
          See the requests
        </Link>
      </div>
    </div>
  );
}

/** The plan as it was played; runs of other tools have none. */
export function Plan({ id }: { readonly id: string }): ReactElement {
  const [open, setOpen] = useState(false);
  const told = useQuery({ queryKey: ['plan', id], queryFn: ({ signal }) => get<{ yaml: string }>(`${place(id)}/plan`, {}, signal), staleTime: Infinity, enabled: open });
  return (
    <div className="stack tight">
      <h3>Configuration</h3>
      <div>
        <Button little pressed={open} onPress={() => setOpen(!open)}>
          {open ? 'Hide the plan' : 'Show the plan'}
        </Button>
      </div>
      {open && told.error ? <Trouble error={told.error} /> : null}
      {open && !told.data && !told.error ? <Skeleton height={200} /> : null}
      {open && told.data ? (
        <pre className="prose" tabIndex={0} aria-label="The plan of the run">
          {told.data.yaml}
        </pre>
      ) : null}
    </div>
  );
}

/** All of it, with more in Advanced. */
export function About({ run }: { readonly run: Run }): ReactElement {
  const advanced = useAdvanced();
  return (
    <>
      <Metadata run={run} />
      {advanced ? <Coverage id={run.id} /> : null}
      {advanced && !run.imported ? <Plan id={run.id} /> : null}
    </>
  );
}
