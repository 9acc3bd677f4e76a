// What stands around the charts of a run that is watched: targets, machines, tokens as they came, the log.
import { memo, useEffect, useRef, useState, type ReactElement } from 'react';
import { colours } from '../base/colours.ts';
import { count, millis, number, percent, rate } from '../base/format.ts';
import { withOneUnit } from '../base/live_words.ts';
import type { Tone } from '../base/verdict.ts';
import { silence, type AnswerText, type LiveRun, type LogLine, type TargetLive, type TokenStream } from '../data/live_run.ts';
import { useTheme } from '../data/settings.ts';
import { isRate } from '../data/types.ts';
import { Button, Check, Switch } from '../widgets/controls.tsx';
import { Badge, Card, Dot } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';
import { Answer } from './answer_text.tsx';

interface Health {
  readonly tone: Tone;
  readonly words: string;
}

function health(run: LiveRun, target: TargetLive): Health {
  const quiet = silence(run, target);
  if (target.givenUp) return { tone: 'bad', words: 'given up' };
  if (run.ended) return target.failed > 0 ? { tone: 'warn', words: `${number(target.failed)} failed` } : { tone: target.done > 0 ? 'good' : 'quiet', words: target.done > 0 ? 'all answered' : 'no answer' };
  if (run.phase !== 'execution') return { tone: 'info', words: 'getting ready' };
  if (target.failing() > 0.05) return { tone: 'bad', words: 'requests fail' };
  if (!target.playing) return { tone: 'quiet', words: 'waits its turn' };
  if (target.inFlight > 0 && (quiet ?? run.now) > 15) return { tone: 'warn', words: 'slow to answer' };
  return target.done > 0 ? { tone: 'good', words: 'answers' } : { tone: 'info', words: 'asked' };
}

const DOTS = 48;

/** Requests on their way: waiting in the engine, worked on, answered. */
function Flow({ target, colour }: { readonly target: TargetLive; readonly colour: string }): ReactElement {
  const waiting = Math.min(target.inFlight, Math.round(target.queued.last() ?? 0));
  const each = Math.max(1, Math.ceil(target.inFlight / DOTS));
  const shown = Math.ceil(target.inFlight / each);
  const hollow = Math.round(waiting / each);
  return (
    <div className="flow" role="img" aria-label={`${count(target.inFlight, 'request')} under way${waiting > 0 ? `, ${number(waiting)} of them queued` : ''}`}>
      {Array.from({ length: shown }, (_, i) => (
        <i key={i} className={i >= shown - hollow ? 'hollow' : ''} style={{ color: colour }} />
      ))}
      <span className="small muted">
        {number(target.inFlight)} under way{each > 1 ? `, a dot for ${each}` : ''}
      </span>
    </div>
  );
}

function Figure({ term, name, value, note }: { readonly term?: string; readonly name: string; readonly value: string; readonly note?: string }): ReactElement {
  return (
    <div>
      <dt>{term ? <Term id={term}>{name}</Term> : name}</dt>
      <dd className="num">{value}</dd>
      {note ? <dd className="note">{note}</dd> : null}
    </div>
  );
}

function Target({ run, target, colour, width, advanced }: { readonly run: LiveRun; readonly target: TargetLive; readonly colour: string; readonly width: number; readonly advanced: boolean }): ReactElement {
  const state = health(run, target);
  const measured = run.summary?.targets.find((one) => one.name === target.name)?.metrics['output_tokens_per_s'];
  const speed = run.ended ? (measured && isRate(measured) ? measured.value : null) : target.playing ? target.tokens.rate(target.tokens.count - 1, width) : null;
  const worst = [...target.errors].sort((a, b) => b[1] - a[1])[0];
  const p95 = (ms: number | undefined): string => (ms === undefined ? '' : `p95 ${millis(ms)}`);
  return (
    <section className="card target-live" aria-label={target.name}>
      <header className="line between">
        <h3 className="line">
          <Dot colour={colour} />
          <span className="clip" title={target.name}>
            {target.name}
          </span>
        </h3>
        <Badge tone={state.tone}>{state.words}</Badge>
      </header>
      <p className="small muted clip" title={target.told.url}>
        {[target.told.engine !== target.name ? target.told.engine : '', target.told.version, target.told.model].filter(Boolean).join(' · ') || target.told.url || '\u00a0'}
      </p>
      <dl className="live-figures">
        <Figure term="ttft" name="First token" value={millis(target.newestTtft.quantile(0.5))} {...(advanced ? { note: p95(target.newestTtft.quantile(0.95)) } : {})} />
        <Figure term="e2e" name="Whole answer" value={millis(target.newestE2e.quantile(0.5))} {...(advanced ? { note: p95(target.newestE2e.quantile(0.95)) } : {})} />
        <Figure term="output_tokens_per_s" name="Tokens/s" value={number(speed)} {...(advanced ? { note: `${number(target.tokens.last() ?? target.output)} in all` } : {})} />
        <Figure name="Answered" value={number(target.done)} {...(advanced || target.failed > 0 ? { note: target.failed > 0 ? `${number(target.failed)} failed` : 'none failed' } : {})} />
      </dl>
      {run.ended || (!target.playing && target.inFlight === 0) ? null : <Flow target={target} colour={colour} />}
      {worst ? (
        <p className="small bad wrap">
          {number(worst[1])} × {worst[0]}
        </p>
      ) : null}
    </section>
  );
}

export function Targets({ run, width, advanced }: { readonly run: LiveRun; readonly width: number; readonly advanced: boolean }): ReactElement {
  const inks = colours(run.targets.map((target) => target.told.engine));
  return (
    <div className="targets-live">
      {run.targets.map((target, i) => (
        <Target key={target.name} run={run} target={target} colour={inks[i] ?? 'var(--muted)'} width={width} advanced={advanced} />
      ))}
    </div>
  );
}

function Gauge({ name, share, note }: { readonly name: string; readonly share: number | null | undefined; readonly note?: string }): ReactElement {
  const known = share !== null && share !== undefined;
  return (
    <div className="gauge">
      <span>{name}</span>
      <meter min={0} max={1} low={0.8} high={0.95} optimum={0} value={known ? share : 0} aria-label={`${name}: ${known ? percent(share) : 'not told'}`} />
      <span className="num">{known ? percent(Math.round(share * 100) / 100) : 'not told'}</span>
      {note ? <span className="small muted">{note}</span> : null}
    </div>
  );
}

/** Of the machine that measures, and of GPUs where somebody tells. */
export function Machines({ run }: { readonly run: LiveRun }): ReactElement {
  const withGpu = run.targets.filter((target) => target.machine && (target.machine.gpu !== null || target.machine.gpu_memory !== null));
  return (
    <Card title="Machines">
      <div className="stack">
        <h3 className="small muted">This machine, which measures</h3>
        <Gauge name="CPU" share={run.machine?.cpu} />
        <Gauge name="Memory" share={run.machine?.memory} />
        {withGpu.map((target) => (
          <div key={target.name} className="stack tight">
            <h3 className="small muted">GPU of {target.name}, the busiest</h3>
            <Gauge name="Busy" share={target.machine?.gpu} />
            <Gauge name="Memory" share={target.machine?.gpu_memory} {...(target.machine?.gpu_power_watts ? { note: `${number(target.machine.gpu_power_watts)} W` } : {})} />
          </div>
        ))}
        {withGpu.length === 0 ? (
          <p className="small muted">
            No GPU is told of. An exporter (DCGM, AMD, Triton) named in the plan under <code>telemetry</code> shows its load, memory and power here.
          </p>
        ) : null}
      </div>
    </Card>
  );
}

const SPEEDS = [
  { most: 15, name: 'up to 15 ms', colour: '--good' },
  { most: 50, name: 'up to 50 ms', colour: '--info' },
  { most: 150, name: 'up to 150 ms', colour: '--warn' },
  { most: Infinity, name: 'longer', colour: '--bad' },
] as const;

// A mark a token, at the time at which it came, in the colour of the gap before it.
function draw(canvas: HTMLCanvasElement, stream: TokenStream, longest: number): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = devicePixelRatio || 1;
  const { clientWidth: wide, clientHeight: high } = canvas;
  canvas.width = Math.round(wide * scale);
  canvas.height = Math.round(high * scale);
  context.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const inks = SPEEDS.map((speed) => style.getPropertyValue(`${speed.colour}-mark`));
  const x = (ms: number): number => 2 + (ms / longest) * (wide - 6);
  context.fillStyle = style.getPropertyValue('--wash-mark');
  context.fillRect(x(0), 2, x(stream.at_ms[0] ?? 0) - x(0), high - 4);
  let before = stream.at_ms[0] ?? 0;
  const room = (x(stream.at_ms[stream.at_ms.length - 1] ?? 0) - x(before)) / Math.max(1, stream.at_ms.length - 1);
  const mark = Math.min(4, Math.max(0.75, room * 0.6));
  stream.at_ms.forEach((at, i) => {
    const gap = (at - before) / Math.max(1, stream.tokens[i] ?? 1);
    before = at;
    context.fillStyle = (i === 0 ? inks[1] : inks[SPEEDS.findIndex((speed) => gap <= speed.most)]) ?? '';
    context.fillRect(x(at), 2, mark, high - 4);
  });
}

/** One request: when its tokens came, and what they say where that is kept. */
interface Told {
  readonly stream: TokenStream;
  readonly said: AnswerText | undefined;
}

function Stream({ target, colour, told: { stream, said }, longest }: { readonly target: TargetLive; readonly colour: string; readonly told: Told; readonly longest: number }): ReactElement {
  const place = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  useEffect(() => {
    if (place.current) draw(place.current, stream, longest);
  }, [stream, longest, theme]);
  const first = stream.at_ms[0] ?? 0;
  const last = stream.at_ms[stream.at_ms.length - 1] ?? 0;
  const speed = last > first ? (1000 * (stream.completion_tokens - 1)) / (last - first) : null;
  const words = `${number(stream.prompt_tokens)} tokens read, first token after ${millis(first)}, ${number(stream.completion_tokens)} tokens written${speed === null ? '' : ` at ${number(speed)} a second`}, whole after ${millis(last)}`;
  return (
    <li className="stream">
      <p className="small">
        <strong className="line">
          <Dot colour={colour} />
          {target.name}
        </strong>
        <span className="muted">
          request {stream.request_index}: {words}
        </span>
      </p>
      <canvas ref={place} role="img" aria-label={`${target.name}: ${words}`} />
      {said ? <Answer said={said} /> : null}
    </li>
  );
}

/** The newest answer of each target, on one scale of time. */
export function Tokens({ run }: { readonly run: LiveRun }): ReactElement | null {
  const [held, setHeld] = useState<ReadonlyMap<string, Told>>();
  const inks = colours(run.targets.map((target) => target.told.engine));
  const now = new Map(run.targets.flatMap((target) => (target.stream ? [[target.name, { stream: target.stream, said: target.said }] as const] : [])));
  const shown = held ?? now;
  if (shown.size === 0) return null;
  const longest = Math.max(1, ...[...shown.values()].map(({ stream }) => stream.at_ms[stream.at_ms.length - 1] ?? 0));
  return (
    <Card
      title="Tokens as they came"
      note={
        run.ended ? undefined : (
          <Button little onPress={() => setHeld(held ? undefined : now)} pressed={held !== undefined}>
            {held ? 'Go on' : 'Hold'}
          </Button>
        )
      }
    >
      <div className="stack">
        <ul className="streams">
          {run.targets.map((target, i) => {
            const told = shown.get(target.name);
            return told ? <Stream key={target.name} target={target} colour={inks[i] ?? 'var(--muted)'} told={told} longest={longest} /> : null;
          })}
        </ul>
        <p className="key">
          <span>
            <i style={{ background: 'var(--wash)' }} /> waits for the first token
          </span>
          {SPEEDS.map((speed) => (
            <span key={speed.name}>
              <i style={{ background: `var(${speed.colour})` }} /> {speed.name}
            </span>
          ))}
          <span>0 to {millis(longest)}</span>
        </p>
      </div>
    </Card>
  );
}

type Level = 'info' | 'warning' | 'error';
const LEVELS: readonly { readonly id: Level; readonly name: string }[] = [
  { id: 'info', name: 'All' },
  { id: 'warning', name: 'Warnings' },
  { id: 'error', name: 'Errors' },
];
const rank = (level: string): number => Math.max(0, LEVELS.findIndex((one) => one.id === level || (level === 'warn' && one.id === 'warning')));

const Lines = memo(function Lines({ lines, follow }: { readonly lines: readonly LogLine[]; readonly follow: boolean }): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);
  const last = lines[lines.length - 1]?.id;
  useEffect(() => {
    if (follow && !over && place.current) place.current.scrollTop = place.current.scrollHeight;
  }, [last, follow, over]);
  return (
    <div ref={place} className="log" role="log" aria-live="off" aria-label="Log" tabIndex={0} onPointerEnter={() => setOver(true)} onPointerLeave={() => setOver(false)} onFocus={() => setOver(true)} onBlur={() => setOver(false)}>
      {lines.map((one) => (
        <p key={one.id} className={rank(one.level) === 2 ? 'bad' : rank(one.level) === 1 ? 'warn' : ''}>
          <time dateTime={one.at}>{one.at.slice(11, 19)}</time>
          <b>{one.level}</b>
          <span>{one.words}</span>
        </p>
      ))}
      {lines.length === 0 ? <p className="muted">Nothing of this level was said.</p> : null}
    </div>
  );
});

/** `last`: the number of the newest line; without a new one nothing is made anew. */
export const Log = memo(function Log({ run }: { readonly run: LiveRun; readonly last: number }): ReactElement {
  const [level, setLevel] = useState<Level>('info');
  const [follow, setFollow] = useState(true);
  const lines = run.log.filter((line) => rank(line.level) >= rank(level));
  return (
    <Card
      title="Log"
      note={
        <span className="line">
          <Switch<Level> label="Level" options={LEVELS} value={level} onChange={setLevel} />
          <Check checked={follow} onChange={setFollow}>
            Follow
          </Check>
        </span>
      }
    >
      <Lines lines={lines} follow={follow} />
    </Card>
  );
});

/** Of each target at the end. */
export function Ending({ run }: { readonly run: LiveRun }): ReactElement | null {
  const summary = run.summary;
  if (!summary) return null;
  const kv = (target: TargetLive | undefined): string => (target && target.kv.count > 0 ? `${percent(target.kv.mean())} / ${percent(target.kv.peak())}` : 'not told');
  const trio = (metric: unknown): string => {
    const told = metric as { p50?: number | null; p95?: number | null; p99?: number | null } | undefined;
    return told ? withOneUnit([told.p50, told.p95, told.p99].map((ms) => millis(ms))) : '–';
  };
  const value = (metric: unknown): number | null => (metric as { value?: number | null } | undefined)?.value ?? null;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Summary by target">
      <table className="data">
        <thead>
          <tr>
            {['Target', 'Requests', 'Failed', 'Time', 'Tokens/s', 'Success', 'First token p50 / p95 / p99', 'Whole answer p50 / p95 / p99', 'KV mean / peak'].map((name, i) => (
              <th key={name} scope="col" className={i > 0 ? 'right' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {summary.targets.map((target) => (
            <tr key={target.name}>
              <th scope="row">{target.name}</th>
              <td className="right">{number(target.requests.ok + target.requests.failed)}</td>
              <td className="right">{number(target.requests.failed)}</td>
              <td className="right">{number(target.measured_s)} s</td>
              <td className="right">{number(value(target.metrics['output_tokens_per_s']))}</td>
              <td className="right">{rate(value(target.metrics['success_rate']))}</td>
              <td className="right">{trio(target.metrics['ttft_ms'])}</td>
              <td className="right">{trio(target.metrics['e2e_ms'])}</td>
              <td className="right">{kv(run.target(target.name))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
