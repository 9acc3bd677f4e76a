// A range drawn over a chart with the pointer; it becomes a part of the page's selection.
import { useRef, useState, type PointerEvent, type ReactElement } from 'react';
import type { LiveChart } from '../../../src/chart/js/live.js';
import { rangeOn } from '../base/selection.ts';
import { useQueryState } from '../data/place.ts';

const LEAST = 4; // pixels: less is a click

export function Brush({ drawn, onDone }: { readonly drawn: LiveChart; readonly onDone: () => void }): ReactElement {
  const [, change] = useQueryState();
  const from = useRef<{ x: number; y: number } | undefined>(undefined);
  const [band, setBand] = useState<{ left: number; width: number }>();
  const [none, setNone] = useState(false);
  const place = (event: PointerEvent): { x: number; y: number } => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  function up(event: PointerEvent): void {
    const start = from.current;
    const end = place(event);
    from.current = undefined;
    setBand(undefined);
    if (!start || Math.abs(end.x - start.x) < LEAST) return;
    const told = drawn.range(start.x, end.x, start.y);
    const range = told && rangeOn(told.name, told.low, told.high);
    setNone(!range);
    if (!range) return;
    change(range);
    onDone();
  }
  return (
    <div
      className="brush"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = place(event);
      }}
      onPointerMove={(event) => {
        if (!from.current) return;
        const x = place(event).x;
        setBand({ left: Math.min(x, from.current.x), width: Math.abs(x - from.current.x) });
      }}
      onPointerUp={up}
    >
      <p role="status">{none ? 'Draw within the chart, over an axis of time, latency or tokens.' : 'Draw from one side of the range to the other.'}</p>
      {band ? <span style={band} /> : null}
    </div>
  );
}
