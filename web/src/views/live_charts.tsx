// The nine charts of a run that is watched: drawn once, given new rows once a second while in sight.
import { memo, useCallback, useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement, type RefObject } from 'react';
import type { RunningChart, RunningLine } from '../../../src/chart/js/running.js';
import { inks } from '../base/colours.ts';
import { number, percent } from '../base/format.ts';
import type { Series } from '../base/rings.ts';
import type { LiveRun, TargetLive } from '../data/live_run.ts';
import { useLiveSettings } from '../data/live_settings.ts';
import { ordered, useTheme } from '../data/settings.ts';
import { Arrange } from '../widgets/arrange.tsx';
import { Button, Menu } from '../widgets/controls.tsx';
import { Notice, Sheet, Skeleton, Trouble } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';
import { saveFigures, savePicture } from './live_files.ts';
import { askForTurn, comeIntoSight, leaveTurns } from './turns.ts';

/** More points than these are not seen. */
const POINTS = 160;
const LANES = 40;
const BARS = 160;

interface Looked {
  readonly run: LiveRun;
  readonly from: number;
  /** Seconds that a rate is taken over. */
  readonly width: number;
}

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly term?: string;
  readonly kind: 'time' | 'distribution' | 'lanes';
  readonly unit: 'number' | 'percent';
  readonly about: string;
  readonly simple?: true;
  /** What has to be told for it; undefined: nothing. */
  readonly needs?: (target: TargetLive) => boolean;
  readonly missing?: string;
  readonly lines: (looked: Looked, target: TargetLive, colour: string) => RunningLine[];
}

const line = (target: TargetLive, colour: string, rows: readonly (readonly number[])[], dashed = false, what = ''): RunningLine => ({ name: target.name + what, colour, rows, dashed });
const over = (pick: (target: TargetLive) => Series): Entry['lines'] => ({ from }, target, colour) => [line(target, colour, pick(target).points(from, POINTS))];

// A request gets the first lane that is free when it begins: [start, end, lane, 1 where it succeeded].
function lanes(target: TargetLive, from: number): number[][] {
  const ends: number[] = [];
  const shown = target.bars.filter((bar) => bar.end >= from).slice(-BARS).sort((a, b) => a.start - b.start);
  return shown.map((bar) => {
    let lane = ends.findIndex((end) => end <= bar.start);
    if (lane < 0) lane = ends.length < LANES ? ends.length : ends.indexOf(Math.min(...ends));
    ends[lane] = bar.end;
    return [bar.start, bar.end, lane, bar.ok ? 1 : 0];
  });
}

// The lanes of one target above those of the one before it.
function timeline({ run, from }: Looked, target: TargetLive, colour: string): RunningLine[] {
  let ground = 1;
  for (const one of run.targets) {
    const rows = lanes(one, from);
    if (one === target) {
      const pick = (ok: number): number[][] => rows.filter((row) => row[3] === ok).map(([start = 0, end = 0, lane = 0]) => [start, end, ground + lane]);
      return [line(target, colour, pick(1)), line(target, 'bad', pick(0), false, ', failed')];
    }
    ground += rows.reduce((most, row) => Math.max(most, (row[2] ?? 0) + 1), 0) + 1;
  }
  return [];
}

const told = (pick: (target: TargetLive) => Series) => (target: TargetLive): boolean => pick(target).count > 0;

export const ENTRIES: readonly Entry[] = [
  { id: 'throughput', title: 'Output tokens a second', term: 'output_tokens_per_s', kind: 'time', unit: 'number', simple: true, about: 'Higher is better. All that came to this machine, failed and warm-up requests too.', lines: ({ from, width }, target, colour) => [line(target, colour, target.tokens.rates(from, width, POINTS))] },
  { id: 'ttft', title: 'Time to first token', term: 'ttft', kind: 'distribution', unit: 'percent', simple: true, about: 'Share of all answers so far. Further left is better.', lines: (_, target, colour) => [line(target, colour, target.ttft.shares())] },
  { id: 'e2e', title: 'Whole answer', term: 'e2e', kind: 'distribution', unit: 'percent', simple: true, about: 'Share of all answers so far. Further left is better.', lines: (_, target, colour) => [line(target, colour, target.e2e.shares())] },
  { id: 'tbt', title: 'Time between tokens', term: 'tpot', kind: 'distribution', unit: 'percent', about: 'Mean of each answer. Further left is faster writing.', lines: (_, target, colour) => [line(target, colour, target.tbt.shares())] },
  {
    id: 'active',
    title: 'Active and queued requests',
    kind: 'time',
    unit: 'number',
    about: 'Solid: worked on; dashed: waiting, as the engine counts them. Where it does not tell: under way, as this machine counts.',
    lines: ({ from }, target, colour) =>
      target.active.count > 0
        ? [line(target, colour, target.active.points(from, POINTS)), line(target, colour, target.queued.points(from, POINTS), true, ', queued')]
        : [line(target, colour, target.flying.points(from, POINTS), false, ', under way')],
  },
  { id: 'kv', title: 'KV cache in use', kind: 'time', unit: 'percent', needs: told((target) => target.kv), missing: 'KV cache in use', about: 'At 100% requests have to wait or are put aside.', lines: over((target) => target.kv) },
  { id: 'generation', title: 'Tokens a second, by the engine', kind: 'time', unit: 'number', needs: told((target) => target.generation), missing: 'tokens a second by the engine’s own count', about: 'What the engine counts itself, for all who use it.', lines: over((target) => target.generation) },
  { id: 'prefix', title: 'Prefix-cache hits', kind: 'time', unit: 'percent', needs: told((target) => target.prefix), missing: 'prefix-cache hits', about: 'Share of prompt tokens that the engine knew already. Made-up prompts should have none.', lines: over((target) => target.prefix) },
  { id: 'timeline', title: 'Requests, from start to end', kind: 'lanes', unit: 'number', about: 'One bar a request; red ones failed. The newest 160 of each target.', lines: timeline },
];

// What a reader of the screen is told in place of the picture.
function inWords(entry: Entry, lines: readonly RunningLine[]): string {
  const parts = lines
    .filter((one) => one.rows.length > 0)
    .map((one) => {
      if (entry.kind === 'lanes') return `${one.name}: ${one.rows.length} requests`;
      if (entry.kind === 'time') {
        const last = one.rows[one.rows.length - 1]?.[1];
        return `${one.name}: ${entry.unit === 'percent' ? percent(last) : number(last)} now`;
      }
      const top = one.rows.reduce((a, b) => ((b[1] ?? 0) > (a[1] ?? 0) ? b : a));
      return `${one.name}: most at about ${number(top[0])} ms`;
    });
  return `${entry.title}. ${parts.join(', ') || 'Nothing yet'}.`;
}

function useInSight(): [RefObject<HTMLDivElement | null>, () => boolean] {
  const place = useRef<HTMLDivElement>(null);
  const seen = useRef(false);
  useEffect(() => {
    if (!place.current) return undefined;
    const observer = new IntersectionObserver(
      (all) => {
        all.forEach((one) => (seen.current = one.isIntersecting));
        if (seen.current) comeIntoSight();
      },
      { rootMargin: '40px' },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return [place, () => seen.current && !document.hidden];
}

interface PictureProps {
  readonly entry: Entry;
  readonly lines: () => readonly RunningLine[];
  readonly from: number;
  readonly to: number;
  /** Holds the chart while there is one. */
  readonly chart: RefObject<RunningChart | undefined>;
}

/** `lines` is asked when it is drawn, which is less often than it could be. */
function Picture({ entry, lines, from, to, chart }: PictureProps): ReactElement {
  const [place, inSight] = useInSight();
  const [ready, setReady] = useState(false);
  const [failed, setFailed] = useState<unknown>();
  const drawn = useRef(false);
  const theme = useTheme();
  useEffect(() => {
    let gone = false;
    drawn.current = false;
    void import('../../../src/chart/js/running.js')
      .then(({ running }) => {
        if (gone || !place.current) return;
        chart.current = running(place.current, entry.kind, entry.unit, theme);
        setReady(true);
      })
      .catch(setFailed);
    return () => {
      gone = true;
      chart.current?.dispose();
      chart.current = undefined;
      setReady(false);
    };
  }, [entry, theme, place, chart]);
  useEffect(() => {
    askForTurn(place, {
      hidden: () => !chart.current || (drawn.current && !inSight()),
      first: () => !drawn.current,
      draw: () => {
        drawn.current = true;
        const made = lines();
        chart.current?.update({ lines: made, from, to });
        place.current?.setAttribute('aria-label', inWords(entry, made));
      },
    });
  });
  useEffect(() => () => leaveTurns(place), [place]);
  function press(event: KeyboardEvent): void {
    const acts: Record<string, () => void> = { '+': () => chart.current?.zoom(2), '-': () => chart.current?.zoom(0.5), '0': () => chart.current?.reset() };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey) return;
    act();
    event.preventDefault();
  }
  if (failed !== undefined) return <Trouble error={failed} />;
  return (
    <div className="running">
      <div ref={place} className="place" role="img" tabIndex={0} aria-label={entry.title} onKeyDown={press} onDoubleClick={() => chart.current?.reset()} />
      {ready ? null : <Skeleton height={190} />}
    </div>
  );
}

// Made once: a menu and a term cost more than the picture.
const Heading = memo(function Heading({ entry, id, onPicture, onFigures }: { readonly entry: Entry; readonly id: string; readonly onPicture: () => void; readonly onFigures: () => void }): ReactElement {
  return (
    <figcaption>
      <div className="line between">
        <h3 id={id}>{entry.term ? <Term id={entry.term}>{entry.title}</Term> : entry.title}</h3>
        <Menu
          little
          icon="save"
          label={`Save: ${entry.title}`}
          acts={[
            { id: 'png', name: 'Picture (PNG)', act: onPicture },
            { id: 'csv', name: 'Figures (CSV)', act: onFigures },
          ]}
        />
      </div>
      <p>{entry.about}</p>
    </figcaption>
  );
});

function Card({ entry, run, span, width }: { readonly entry: Entry; readonly run: LiveRun; readonly span: number; readonly width: number }): ReactElement {
  const name = useId();
  const chart = useRef<RunningChart | undefined>(undefined);
  const from = span > 0 ? Math.max(0, run.now - span) : 0;
  const shown = run.targets.filter((target) => entry.needs?.(target) ?? true);
  function lines(): RunningLine[] {
    const colours = inks(run.targets.map((target) => target.told.engine));
    return run.targets.flatMap((target, i) => (shown.includes(target) ? entry.lines({ run, from, width }, target, colours[i] ?? 'slate') : []));
  }
  const drawn = useRef(lines);
  drawn.current = lines;
  const onPicture = useCallback(() => chart.current && savePicture(chart.current, entry, run), [entry, run]);
  const onFigures = useCallback(() => saveFigures(entry, run, drawn.current()), [entry, run]);
  const silent = run.targets.filter((target) => !shown.includes(target));
  return (
    <figure className={`card live-chart ${entry.kind}`} aria-labelledby={name}>
      <Heading entry={entry} id={name} onPicture={onPicture} onFigures={onFigures} />
      <Picture entry={entry} lines={lines} from={from} to={Math.max(run.now, 5)} chart={chart} />
      {silent.length > 0 ? <p className="small muted silent">Not told by {silent.map((target) => target.name).join(', ')}.</p> : null}
    </figure>
  );
}

/** Which charts are shown, and in which order. */
export const ChartChoice = memo(function ChartChoice(): ReactElement {
  const [open, setOpen] = useState(false);
  const { order, hidden, setLayout } = useLiveSettings();
  return (
    <>
      <Button little onPress={() => setOpen(true)}>
        Charts
      </Button>
      <Sheet where="side" open={open} onClose={() => setOpen(false)} title="Charts of Live">
        <div className="stack">
          <p className="muted">Tick what is shown; drag a row to its place, or use its arrows. Kept by this browser.</p>
          <Arrange label="Charts of Live" all={ordered(ENTRIES, order).map((entry) => ({ id: entry.id, name: entry.title }))} hidden={hidden} onChange={setLayout} />
          <div>
            <Button little disabled={order.length === 0 && hidden.length === 0} onPress={() => setLayout([], [])}>
              As it was
            </Button>
          </div>
        </div>
      </Sheet>
    </>
  );
});

/** `span` 0: the whole run. */
export function LiveCharts({ run, advanced, span, width }: { readonly run: LiveRun; readonly advanced: boolean; readonly span: number; readonly width: number }): ReactElement {
  const { order, hidden } = useLiveSettings();
  const wanted = ordered(ENTRIES, order).filter((entry) => (advanced || entry.simple) && !hidden.includes(entry.id));
  const shown = wanted.filter((entry) => !entry.needs || run.targets.some(entry.needs));
  const missing = wanted.filter((entry) => !shown.includes(entry));
  const early = run.phase !== 'execution' || run.now < 3;
  return (
    <>
      <div className="live-room">
        <div className="live-charts">
          {shown.map((entry) => (
            <Card key={entry.id} entry={entry} run={run} span={span} width={width} />
          ))}
        </div>
      </div>
      {missing.length > 0 && (!early || run.ended) ? (
        <Notice tone="quiet" title={`Not told: ${missing.map((entry) => entry.missing).join(', ')}`}>
          <p className="small">
            None of the engines tells it at its metrics page, or the page was not found. vLLM and SGLang do (SGLang with --enable-metrics); a plan names the page with <code>metrics</code>.
          </p>
        </Notice>
      ) : null}
    </>
  );
}
