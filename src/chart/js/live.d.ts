// What web/ knows of live.js.
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
  reset(): void;
  svg(): string;
  dispose(): void;
}

/** Draws a chart, as the program describes it, into `place`, which must have a size. */
export function live(place: HTMLElement, chart: unknown, theme: 'light' | 'dark'): LiveChart;
