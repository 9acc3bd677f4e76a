// A range of a chart, drawn with the pointer or moved with keys; it becomes a part of the page's selection.
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import type { LiveChart } from '../../../src/chart/js/live.js';
import { COLUMNS, rangeOn } from '../base/selection.ts';
import { useQueryState } from '../data/place.ts';
import { Button } from '../widgets/controls.tsx';

const LEAST = 4; // pixels: less is a click

interface Ends {
  readonly from: number;
  readonly to: number;
}

/** By key: shares of the panel's width. */
const STEPS: Readonly<Record<string, number>> = { ArrowRight: 0.01, ArrowUp: 0.01, ArrowLeft: -0.01, ArrowDown: -0.01, PageUp: 0.1, PageDown: -0.1, Home: -1, End: 1 };

interface HandleProps {
  readonly name: string;
  readonly at: number;
  readonly least: number;
  readonly most: number;
  /** What stands there, in words. */
  readonly text: string;
  readonly first: boolean;
  readonly onMove: (at: number) => void;
  readonly onKey: (key: string) => boolean;
}

function Handle({ name, at, least, most, text, first, onMove, onKey }: HandleProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (first) place.current?.focus();
  }, [first]);
  function press(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (step !== undefined) onMove(at + step * (event.shiftKey ? 5 : 1) * (most - least));
    else if (!onKey(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <div
      ref={place}
      className="handle"
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round((100 * (at - least)) / Math.max(1, most - least))}
      aria-valuetext={text}
      style={{ left: at }}
      onKeyDown={press}
    >
      <span>{text}</span>
    </div>
  );
}

export function Brush({ drawn, name, onDone }: { readonly drawn: LiveChart; readonly name: string; readonly onDone: () => void }): ReactElement {
  const [, change] = useQueryState();
  const from = useRef<{ x: number; y: number } | undefined>(undefined);
  const panel = drawn.panel();
  const [ends, setEnds] = useState<Ends | undefined>(panel && { from: panel.left + (panel.right - panel.left) / 4, to: panel.left + (3 * (panel.right - panel.left)) / 4 });
  const [none, setNone] = useState(false);
  const height = panel ? (panel.top + panel.bottom) / 2 : 0;
  const place = (event: PointerEvent): { x: number; y: number } => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  function select(low: number, high: number, y: number): void {
    const told = drawn.range(low, high, y);
    const range = told && rangeOn(told.name, told.low, told.high);
    setNone(!range);
    if (!range) return;
    change(range);
    onDone();
  }
  function up(event: PointerEvent): void {
    const start = from.current;
    const end = place(event);
    from.current = undefined;
    if (!start || Math.abs(end.x - start.x) < LEAST) return;
    select(start.x, end.x, start.y);
  }
  const told = panel && ends ? drawn.range(ends.from, ends.to, height) : undefined;
  const column = told && COLUMNS.find((one) => one.axis.test(told.name));
  const words = (value: number): string => (column ? column.show(value) : '');
  const clamp = (at: number): number => Math.min(panel?.right ?? 0, Math.max(panel?.left ?? 0, at));
  const key = (pressed: string): boolean => {
    if (pressed === 'Escape') onDone();
    else if (pressed === 'Enter' && ends) select(ends.from, ends.to, height);
    else return false;
    return true;
  };
  return (
    <div className="brush" role="group" aria-label={`Range of ${name}`}>
      <div
        className="ground"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = place(event);
        }}
        onPointerMove={(event) => {
          if (!from.current) return;
          const x = place(event).x;
          setEnds({ from: Math.min(x, from.current.x), to: Math.max(x, from.current.x) });
        }}
        onPointerUp={up}
      />
      {ends && panel ? <span className="band" style={{ left: ends.from, width: ends.to - ends.from, top: panel.top, height: panel.bottom - panel.top }} /> : null}
      {ends && panel && column && told ? (
        <div className="handles" style={{ top: panel.top, height: panel.bottom - panel.top }}>
          <Handle name={`${column.name} from`} first at={ends.from} least={panel.left} most={panel.right} text={words(told.low)} onKey={key} onMove={(at) => setEnds({ from: Math.min(clamp(at), ends.to - LEAST), to: ends.to })} />
          <Handle name={`${column.name} to`} first={false} at={ends.to} least={panel.left} most={panel.right} text={words(told.high)} onKey={key} onMove={(at) => setEnds({ from: ends.from, to: Math.max(clamp(at), ends.from + LEAST) })} />
        </div>
      ) : null}
      <div className="hint">
        <p role="status">{none || !column ? 'Draw within the chart, over an axis of time, latency or tokens.' : 'Draw from one side to the other, or move the ends with arrow keys; Enter selects.'}</p>
        {ends && column ? (
          <Button little onPress={() => select(ends.from, ends.to, height)}>
            Select
          </Button>
        ) : null}
        <Button little kind="plain" icon="close" label="Leave the range" onPress={onDone} />
      </div>
    </div>
  );
}
