// A chart as it is drawn: pointed at, zoomed, its points pressed, with what people pinned to it.
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import type { LiveChart } from '../../../src/chart/js/live.js';
import { useTheme } from '../data/settings.ts';
import type { Chart } from '../data/types.ts';
import { Trouble } from '../widgets/surfaces.tsx';

const LEAST_DRAG = 4; // pixels: less is a press

export interface Pin {
  readonly x: number;
  readonly sign: string;
}

interface DrawingProps {
  readonly chart: Chart;
  readonly pins?: readonly Pin[];
  readonly onDrawn: (drawn: LiveChart | undefined) => void;
  /** A press, in pixels of the chart. */
  readonly onPress?: ((drawn: LiveChart, x: number, y: number) => void) | undefined;
  /** Whether a press there would do something. */
  readonly pressable?: ((drawn: LiveChart, x: number, y: number) => boolean) | undefined;
}

const NO_PINS: readonly Pin[] = [];

/** ECharts comes as a part of its own, with the first chart. */
export function Drawing({ chart, pins = NO_PINS, onDrawn, onPress, pressable }: DrawingProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<LiveChart | undefined>(undefined);
  const pinned = useRef(pins);
  const from = useRef<{ x: number; y: number } | undefined>(undefined);
  const looking = useRef(0);
  const theme = useTheme();
  const [failed, setFailed] = useState<unknown>();
  const [over, setOver] = useState(false);
  useEffect(() => {
    let gone = false;
    void import('../../../src/chart/js/live.js')
      .then(({ live }) => {
        if (gone || !place.current) return;
        drawn.current = live(place.current, chart.chart, theme);
        if (pinned.current.length > 0) drawn.current.pin(pinned.current);
        onDrawn(drawn.current);
      })
      .catch(setFailed);
    return () => {
      gone = true;
      drawn.current?.dispose();
      drawn.current = undefined;
      onDrawn(undefined);
    };
  }, [chart, theme, onDrawn]);
  useEffect(() => {
    if (pinned.current === pins) return;
    pinned.current = pins;
    drawn.current?.pin(pins);
  }, [pins]);
  function key(event: KeyboardEvent): void {
    const acts: Record<string, () => void> = {
      '+': () => drawn.current?.zoom(2),
      '=': () => drawn.current?.zoom(2),
      '-': () => drawn.current?.zoom(0.5),
      '0': () => drawn.current?.reset(),
      ArrowLeft: () => drawn.current?.pan(-0.2),
      ArrowRight: () => drawn.current?.pan(0.2),
    };
    const act = acts[event.key];
    if (!act || !drawn.current?.zooms || event.ctrlKey || event.metaKey || event.altKey) return;
    act();
    event.preventDefault();
  }
  const at = (event: PointerEvent): { x: number; y: number } => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  function move(event: PointerEvent): void {
    if (!pressable || looking.current) return;
    const { x, y } = at(event);
    looking.current = requestAnimationFrame(() => {
      looking.current = 0;
      setOver(drawn.current !== undefined && pressable(drawn.current, x, y));
    });
  }
  function up(event: PointerEvent): void {
    const [start, end] = [from.current, at(event)];
    from.current = undefined;
    if (!start || !drawn.current || Math.hypot(end.x - start.x, end.y - start.y) >= LEAST_DRAG) return;
    onPress?.(drawn.current, end.x, end.y);
  }
  if (failed !== undefined) return <Trouble error={failed} />;
  return (
    <div
      ref={place}
      className={`place${over ? ' over' : ''}`}
      role="img"
      tabIndex={0}
      aria-label={chart.alt}
      onKeyDown={key}
      onDoubleClick={() => drawn.current?.zooms && drawn.current.reset()}
      onPointerDown={(event) => (from.current = event.button === 0 ? at(event) : undefined)}
      onPointerUp={up}
      onPointerMove={move}
    />
  );
}
