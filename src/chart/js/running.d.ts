// What web/ knows of running.js.
export interface RunningLine {
  readonly name: string;
  /** A colour of theme.json: "purple". */
  readonly colour: string;
  readonly dashed?: boolean;
  /** [x, y]; of lanes [from, to, lane]. */
  readonly rows: readonly (readonly number[])[];
}

export interface RunningChart {
  /** `from` and `to`: what of the time is shown, in seconds; distributions show what there is. */
  update(told: { readonly lines: readonly RunningLine[]; readonly from: number; readonly to: number }): void;
  /** zoom(2) shows half as much. */
  zoom(times: number): void;
  reset(): void;
  /** As it is drawn now, with a title and a line below it. */
  picture(title: string, note: string): HTMLCanvasElement;
  dispose(): void;
}

/** An empty chart in `place`, which must have a size. */
export function running(place: HTMLElement, kind: 'time' | 'distribution' | 'lanes', unit: 'number' | 'percent', theme: 'light' | 'dark'): RunningChart;
