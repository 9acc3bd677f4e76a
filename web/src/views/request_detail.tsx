// One request: where its time went, and the instant of each token.
import type { ReactElement } from 'react';
import { millis, number } from '../base/format.ts';
import { useQueryState } from '../data/place.ts';
import { useRequestRecord, useRun } from '../data/queries.ts';
import type { RequestRecord } from '../data/types.ts';
import { Badge, Notice, Sheet, Trouble, Waiting } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';

type Cells = RequestRecord['request'];

const ns = (cells: Cells, name: string): number | null => {
  const value = cells[name];
  return typeof value === 'number' ? value : null;
};
const list = (cells: Cells, name: string): readonly number[] => (Array.isArray(cells[name]) ? (cells[name] as readonly number[]) : []);
const said = (cells: Cells, name: string): string => (typeof cells[name] === 'string' ? cells[name] : '');
const between = (from: number | null, to: number | null): number | null => (from === null || to === null ? null : (to - from) / 1e6);

interface Part {
  readonly name: string;
  readonly colour: string;
  readonly from: number;
  readonly to: number;
}

/** In nanoseconds after the planned instant. */
function partsOf(cells: Cells): { parts: Part[]; from: number; length: number } {
  const planned = ns(cells, 'planned_ns');
  const sent = ns(cells, 'sent_ns');
  const firstByte = ns(cells, 'first_byte_ns');
  const first = ns(cells, 'first_token_ns');
  const last = ns(cells, 'last_token_ns');
  const end = ns(cells, 'end_ns');
  const from = Math.min(...[planned, sent].filter((one) => one !== null), Infinity);
  const steps: [string, string, number | null, number | null][] = [
    ['waiting to be sent', 'var(--ink-slate)', planned, sent],
    ['until the first byte', 'var(--ink-amber)', sent, firstByte],
    ['until the first token', 'var(--ink-purple)', firstByte ?? sent, first],
    ['streaming', 'var(--ink-cyan)', first, last],
    ['closing', 'var(--ink-green)', last ?? firstByte ?? sent, end],
  ];
  const parts = steps
    .filter((step): step is [string, string, number, number] => step[2] !== null && step[3] !== null && step[3] > step[2])
    .map(([name, colour, a, b]) => ({ name, colour, from: a - from, to: b - from }));
  const length = Math.max(1, ...parts.map((part) => part.to), ...list(cells, 'chunk_at_ns').map((at) => at - from));
  return { parts, from: Number.isFinite(from) ? from : 0, length };
}

const WIDTH = 600;
const LABELS = 150;

function Waterfall({ cells }: { readonly cells: Cells }): ReactElement {
  const { parts, from, length } = partsOf(cells);
  const chunks = list(cells, 'chunk_at_ns');
  const x = (at: number): number => LABELS + ((WIDTH - LABELS - 70) * at) / length;
  const height = (parts.length + 1) * 26 + 30;
  return (
    <svg className="waterfall" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={`${parts.map((part) => `${part.name} ${millis((part.to - part.from) / 1e6)}`).join(', ')}; ${chunks.length} chunks`}>
      {parts.map((part, i) => (
        <g key={part.name}>
          <text x={LABELS - 10} y={i * 26 + 17} textAnchor="end">
            {part.name}
          </text>
          <rect x={x(part.from)} y={i * 26 + 4} width={Math.max(2, x(part.to) - x(part.from))} height={18} rx={3} style={{ fill: part.colour }} />
          <text x={x(part.to) + 6} y={i * 26 + 17}>
            {millis((part.to - part.from) / 1e6)}
          </text>
        </g>
      ))}
      <text x={LABELS - 10} y={parts.length * 26 + 17} textAnchor="end">
        tokens
      </text>
      {chunks.map((at, i) => (
        <line key={i} x1={x(at - from)} x2={x(at - from)} y1={parts.length * 26 + 5} y2={parts.length * 26 + 21} style={{ stroke: 'var(--text)', strokeWidth: 1 }} />
      ))}
      <line x1={LABELS} x2={WIDTH - 70} y1={height - 20} y2={height - 20} style={{ stroke: 'var(--line)' }} />
      <text x={LABELS} y={height - 5}>
        0
      </text>
      <text x={WIDTH - 70} y={height - 5} textAnchor="end">
        {millis(length / 1e6)} since it was planned
      </text>
    </svg>
  );
}

function Tokens({ cells }: { readonly cells: Cells }): ReactElement | null {
  const at = list(cells, 'chunk_at_ns');
  const tokens = list(cells, 'chunk_tokens');
  const sent = ns(cells, 'sent_ns') ?? 0;
  if (at.length === 0) return null;
  const gaps = at.map((one, i) => (i === 0 ? null : (one - (at[i - 1] ?? one)) / 1e6));
  const sorted = gaps.filter((gap) => gap !== null).sort((a, b) => a - b);
  const typical = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return (
    <div className="stack tight">
      <h3>Each token</h3>
      <div className="scroll" style={{ maxHeight: 300, overflowY: 'auto' }} tabIndex={0} role="region" aria-label="Each token">
        <table className="data">
          <thead>
            <tr>
              <th scope="col" className="right">
                Chunk
              </th>
              <th scope="col" className="right">
                Tokens
              </th>
              <th scope="col" className="right">
                After sent
              </th>
              <th scope="col" className="right">
                Gap
              </th>
              <th scope="col">
                <span className="unseen">Length of the gap</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {at.map((one, i) => {
              const gap = gaps[i] ?? null;
              const slow = gap !== null && typical > 0 && gap > 3 * typical;
              return (
                <tr key={i}>
                  <td className="right">{i + 1}</td>
                  <td className="right">{number(tokens[i])}</td>
                  <td className="right">{millis((one - sent) / 1e6)}</td>
                  <td className={`right ${slow ? 'warn' : ''}`}>{gap === null ? '–' : millis(gap)}</td>
                  <td style={{ width: '34%' }}>
                    {gap === null ? null : (
                      <span style={{ display: 'block', height: 8, borderRadius: 4, width: `${Math.min(100, (100 * gap) / Math.max(typical * 4, 1e-9))}%`, background: slow ? 'var(--warn)' : 'var(--ink-cyan)' }} />
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p className="small muted">A typical gap is {millis(typical)}; gaps of more than three times that are marked.</p>
    </div>
  );
}

export function RequestDetail({ run, target, index }: { readonly run: string; readonly target: string; readonly index: string }): ReactElement {
  const told = useRequestRecord(run, target, index);
  if (told.error) return <Trouble error={told.error} retry={() => void told.refetch()} />;
  if (!told.data) return <Waiting what="the request" heights={[60, 220, 300]} />;
  const cells = told.data.request;
  const ok = said(cells, 'status') === 'ok';
  const first = between(ns(cells, 'sent_ns'), ns(cells, 'first_token_ns'));
  const whole = between(ns(cells, 'sent_ns'), ns(cells, 'end_ns'));
  const facts: [string, string][] = [
    ['Request id', said(cells, 'request_id')],
    ['HTTP code', number(ns(cells, 'http_code'))],
    ['Ended because', said(cells, 'finish_reason')],
    ['Tokens in', `${number(ns(cells, 'input_tokens'))} (${said(cells, 'input_source')})`],
    ['Tokens out', `${number(ns(cells, 'output_tokens'))} (${said(cells, 'output_source')})`],
    ['Of the prompt cached', number(ns(cells, 'cached_tokens'))],
    ['Connection', cells['connection_reused'] === true ? 'kept from before' : `made in ${millis(between(0, ns(cells, 'connect_ns')))}`],
    ['Client’s own delay', `${millis(between(0, ns(cells, 'lag_mean_ns')))} on average, ${millis(between(0, ns(cells, 'lag_max_ns')))} at most`],
    ['Block of its target', number(ns(cells, 'block'))],
  ];
  const texts = told.data.texts;
  return (
    <div className="stack loose">
      <div className="line">
        <Badge tone={ok ? 'good' : 'bad'}>{ok ? 'answered' : said(cells, 'status').replaceAll('_', ' ')}</Badge>
        {cells['warmup'] === true ? (
          <Badge tone="quiet">
            <Term id="warmup">warm-up</Term>
          </Badge>
        ) : null}
        <span>
          <Term id="ttft">First token</Term> after <strong className="num">{millis(first)}</strong>, whole answer after <strong className="num">{millis(whole)}</strong>
        </span>
      </div>
      {said(cells, 'error') ? (
        <Notice tone="bad" title="What the engine said">
          <p>{said(cells, 'error')}</p>
        </Notice>
      ) : null}
      <div className="stack tight">
        <h3>Where the time went</h3>
        <Waterfall cells={cells} />
      </div>
      <Tokens cells={cells} />
      <dl className="facts-list">
        {facts
          .filter(([, value]) => value !== '' && value !== '–')
          .map(([name, value]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd className="num">{value}</dd>
            </div>
          ))}
      </dl>
      {texts
        ? Object.entries(texts)
            .filter(([name, value]) => typeof value === 'string' && value !== '' && !['run', 'request_id'].includes(name))
            .map(([name, value]) => (
              <div key={name} className="stack tight">
                <h3>{name.replaceAll('_', ' ')}</h3>
                <div className="prose" tabIndex={0}>
                  {String(value)}
                </div>
              </div>
            ))
        : null}
    </div>
  );
}

/** The request that the address names, beside whatever page shows it. */
export function RequestSheet({ run }: { readonly run: string }): ReactElement {
  const about = useRun(run);
  const [query, change] = useQueryState();
  const [target, index] = (query['request'] ?? '').split('.');
  const named = target !== undefined && index !== undefined;
  return (
    <Sheet where="side" open={named} onClose={() => change({ request: undefined })} title={`Request ${index ?? ''} of ${about.data?.targets[Number(target)]?.name ?? ''}`}>
      {named ? <RequestDetail run={run} target={target} index={index} /> : null}
    </Sheet>
  );
}
