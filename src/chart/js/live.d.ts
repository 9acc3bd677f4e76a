// What web/ knows of live.js.

/** A point of a drawn chart. */
export interface Picked {
  /** The series' name: often a target's. */
  readonly series: string;
  readonly line: boolean;
  readonly panel: number;
  /** As the series has it: [x, y], of a stretch [from, to, lane]. */
  readonly row: readonly number[];
  /** How far neighbours are apart on the x axis. */
  readonly step: number;
  readonly xName: string;
  readonly yName: string;
}

export interface LiveChart {
  /** Whether there is an axis to zoom. */
  readonly zooms: boolean;
  /** The name of the axis that is zoomed, with its unit; '' where there are several. */
  readonly axis: string;
  /** Tells what is shown of the axis after each zoom by a reader; not after showBetween. */
  onZoom(tell: ((low: number, high: number) => void) | undefined): void;
  /** Shows the axis from low to high, as far as it has that. */
  showBetween(low: number, high: number): void;
  /** zoom(2) shows half as much. */
  zoom(times: number): void;
  /** pan(0.1) moves by a tenth of what is shown. */
  pan(share: number): void;
  /** What lies between two pixels of the place on the x axis at height y; undefined beside the panels. */
  range(from: number, to: number, y: number): { readonly name: string; readonly low: number; readonly high: number } | undefined;
  /** The first panel with an axis to zoom, in pixels of the place. */
  panel(): { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number } | undefined;
  /** The nearest point within reach of a pixel; undefined where there is none. */
  pick(x: number, y: number): Picked | undefined;
  /** What the x axis says at a pixel; undefined where it has no numbers. */
  valueAt(x: number, y: number): number | undefined;
  /** Draws lines across the panels at places of the x axis. */
  pin(pins: readonly { readonly x: number; readonly sign: string }[]): void;
  reset(): void;
  svg(): string;
  dispose(): void;
}

/** Draws a chart, as the program describes it, into `place`, which must have a size. */
export function live(place: HTMLElement, chart: unknown, theme: 'light' | 'dark'): LiveChart;
