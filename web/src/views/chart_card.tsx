// One chart: drawn when it comes near, zoomed, as its table, over the whole window, and as a file.
import { useCallback, useEffect, useId, useMemo, useRef, useState, type ReactElement, type RefObject } from 'react';
import type { LiveChart } from '../../../src/chart/js/live.js';
import { leadsToRequests, namedBy, searches, type Named } from '../base/pick.ts';
import { sidesOf, type Drawing as Overlaid } from '../base/sides.ts';
import { useMarks } from '../data/marks.ts';
import { useQueryState } from '../data/place.ts';
import { useChart, useRun } from '../data/queries.ts';
import { requestAt } from '../data/request_at.ts';
import type { Chart, ChartEntry } from '../data/types.ts';
import { Empty, Sheet, Skeleton, Trouble } from '../widgets/surfaces.tsx';
import { Brush } from './brush.tsx';
import { Drawing, type Pin } from './chart_drawing.tsx';
import { Sides } from './chart_sides.tsx';
import { ChartTable } from './chart_table.tsx';
import { ChartTools, WHOLE, type Asked } from './chart_tools.tsx';
import { Marks } from './marks.tsx';
import { useTogether } from './zoom_together.ts';

function useNear(place: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!place.current) return undefined;
    const observer = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && setNear(true), { rootMargin: '500px' });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [place]);
  return near;
}

interface Presses {
  readonly onPress?: ((drawn: LiveChart, x: number, y: number) => void) | undefined;
  readonly pressable?: ((drawn: LiveChart, x: number, y: number) => boolean) | undefined;
  readonly onRequest?: ((target: string, index: number) => void) | undefined;
}

interface BodyProps extends Presses {
  readonly entry: ChartEntry;
  readonly chart: Chart;
  readonly asTable: boolean;
  readonly pins?: readonly Pin[];
  /** Each for itself; none: over each other. */
  readonly sides: readonly string[];
  readonly onDrawn: (drawn: LiveChart | undefined) => void;
}

function Body({ entry, chart, asTable, onDrawn, pins, sides, onPress, pressable, onRequest }: BodyProps): ReactElement {
  if (asTable) return <ChartTable id={entry.id} table={chart.table} name={entry.title} onRequest={onRequest} />;
  if (chart.chart === null || chart.empty) {
    return (
      <div className="place">
        <Empty icon="analyze" title={chart.title}>
          <p>{chart.empty}</p>
        </Empty>
      </div>
    );
  }
  if (sides.length > 0) return <Sides chart={chart} sides={sides} onDrawn={onDrawn} />;
  return <Drawing chart={chart} onDrawn={onDrawn} onPress={onPress} pressable={pressable} {...(pins ? { pins } : {})} />;
}

interface Drawn {
  readonly option?: { readonly xAxis?: unknown; readonly yAxis?: unknown };
  readonly panels?: readonly { readonly title?: string }[];
}

const axisNames = (axes: unknown): string[] => (Array.isArray(axes) ? axes : [axes]).map((axis) => (axis as { name?: string } | undefined)?.name ?? '').filter(Boolean);

/** A press on a point opens the request behind it. */
function usePoints(run: string | undefined, chart: Chart | undefined, selection: Asked['selection'], onSaid: (text: string) => void): Presses {
  const about = useRun(run);
  const [, change] = useQueryState();
  return useMemo(() => {
    const drawing = chart?.chart as Drawn | null | undefined;
    const targets = about.data?.targets.map((one) => one.name);
    if (!run || !chart || !drawing || !targets) return {};
    const panels = (drawing.panels ?? []).map((panel) => panel.title ?? '');
    const axes = [...axisNames(drawing.option?.xAxis).slice(0, 1), ...axisNames(drawing.option?.yAxis).slice(0, 1)];
    const open = ({ target, index }: Named): void => change({ request: `${target}.${index}` });
    const onRequest = (target: string, index: number): void => open({ target: targets.indexOf(target), index });
    if (!leadsToRequests(chart.table, axes)) return { onRequest };
    const onPress = (drawn: LiveChart, x: number, y: number): void => {
      const point = drawn.pick(x, y);
      if (!point) return;
      const named = namedBy(point, chart.table, targets, panels);
      if (named) {
        open(named);
        return;
      }
      void requestAt(run, selection ?? WHOLE, searches(point, targets, panels))
        .then((found) => (found ? open(found) : onSaid('No single request stands behind this point')))
        .catch(() => onSaid('The request cannot be asked for: the server does not answer'));
    };
    return { onPress, onRequest, pressable: (drawn: LiveChart, x: number, y: number) => drawn.pick(x, y) !== undefined };
  }, [run, chart, about.data, selection, change, onSaid]);
}

function Whole({ entry, runs, selection = WHOLE, chart, pins, sides, onSaid, onClose }: Asked & { readonly chart: Chart; readonly pins: readonly Pin[]; readonly sides: readonly string[]; readonly onSaid: (text: string) => void; readonly onClose: () => void }): ReactElement {
  const [drawn, setDrawn] = useState<LiveChart>();
  const [asTable, setTable] = useState(false);
  return (
    <Sheet
      where="whole"
      open
      onClose={onClose}
      title={entry.title}
      tools={<ChartTools entry={entry} runs={runs} selection={selection} chart={chart} drawn={drawn} asTable={asTable} setTable={setTable} onSaid={onSaid} />}
    >
      <div className="whole">
        <Body entry={entry} chart={chart} asTable={asTable} onDrawn={setDrawn} pins={pins} sides={sides} />
      </div>
    </Sheet>
  );
}

const NO_PINS: readonly Pin[] = [];
const NO_SIDES: readonly string[] = [];

/** What people pinned to places of its x axis, by the numbers of the list below it. */
function usePins(run: string | undefined, chart: string): readonly Pin[] {
  const marks = useMarks(run);
  return useMemo(() => {
    const mine = (marks.data ?? []).filter((mark) => mark.chart === chart);
    const pins = mine.map((mark, i) => ({ x: mark.x, sign: String(i + 1) })).filter((pin): pin is Pin => pin.x !== null);
    return pins.length > 0 ? pins : NO_PINS;
  }, [marks.data, chart]);
}

interface CardProps extends Asked {
  /** Ranges can be selected in it, points pressed, remarks written. */
  readonly linked?: boolean;
  /** Sides that lie over each other are drawn beside each other. */
  readonly beside?: boolean;
}

export function ChartCard({ entry, runs, selection = WHOLE, linked = false, beside = false }: CardProps): ReactElement {
  const place = useRef<HTMLElement>(null);
  const near = useNear(place);
  const told = useChart(entry.id, runs, selection, near);
  const [brushing, setBrushing] = useState(false);
  const [marking, setMarking] = useState(false);
  const [markAt, setMarkAt] = useState('');
  const [drawn, setDrawn] = useState<LiveChart>();
  const [asTable, setTable] = useState(false);
  const [whole, setWhole] = useState(false);
  const [said, setSaid] = useState('');
  const name = useId();
  const own = linked ? runs[0] : undefined;
  const pins = usePins(own, entry.id);
  const sides = useMemo(() => (beside && told.data?.chart ? sidesOf(told.data.chart as Overlaid, told.data.table) : NO_SIDES), [beside, told.data]);
  useTogether(sides.length > 0 ? undefined : drawn); // they join by themselves
  const points = usePoints(own, told.data, selection, setSaid);
  useEffect(() => {
    if (location.hash === `#${entry.id}`) place.current?.scrollIntoView({ block: 'start' });
  }, [entry.id]);
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => setSaid(''), 4000);
    return () => clearTimeout(timer);
  }, [said]);
  const pinAt = useCallback((chart: LiveChart, x: number, y: number) => {
    const at = chart.valueAt(x, y);
    if (at !== undefined) setMarkAt(String(Number(at.toPrecision(4))));
  }, []);
  const presses = marking ? { onPress: pinAt, pressable: (chart: LiveChart, x: number, y: number) => chart.valueAt(x, y) !== undefined } : points;
  return (
    <figure ref={place} className={`card chart${sides.length > 0 ? ' apart' : ''}`} id={entry.id} aria-labelledby={name} style={{ scrollMarginTop: 72 }}>
      <div className="bar">
        <h3 className="unseen" id={name}>
          {entry.title}
        </h3>
        <p className="question">{entry.question}</p>
        <ChartTools
          entry={entry}
          runs={runs}
          selection={selection}
          chart={told.data}
          drawn={drawn}
          asTable={asTable}
          setTable={setTable}
          onSaid={setSaid}
          {...(linked ? { brush: { on: brushing, set: setBrushing }, onMark: () => setMarking(true) } : {})}
          {...(told.data ? { onWhole: () => setWhole(true) } : {})}
        />
      </div>
      {told.data ? (
        <div className="brushed">
          <Body entry={entry} chart={told.data} asTable={asTable} onDrawn={setDrawn} pins={pins} sides={sides} {...points} {...presses} />
          {brushing && drawn && !asTable ? <Brush drawn={drawn} name={entry.title} onDone={() => setBrushing(false)} /> : null}
          <p className="said" role="status">
            {said ? <span>{said}</span> : null}
          </p>
        </div>
      ) : (
        <div className="place" style={{ padding: 24 }}>
          {told.error ? <Trouble error={told.error} retry={() => void told.refetch()} /> : <Skeleton height={470} />}
        </div>
      )}
      {own ? (
        <Marks
          run={own}
          chart={entry.id}
          name={entry.title}
          writing={marking}
          at={markAt}
          axis={axisNames((told.data?.chart as Drawn | null | undefined)?.option?.xAxis)[0] ?? ''}
          canPin={drawn?.zooms === true && !asTable}
          onAt={setMarkAt}
          onDone={() => {
            setMarking(false);
            setMarkAt('');
          }}
        />
      ) : null}
      {whole && told.data ? <Whole entry={entry} runs={runs} selection={selection} chart={told.data} pins={pins} sides={sides} onSaid={setSaid} onClose={() => setWhole(false)} /> : null}
    </figure>
  );
}
