// Charts of one page that have the same axis show the same part of it.
import { createContext, useContext, useEffect } from 'react';
import type { LiveChart } from '../../../src/chart/js/live.js';

export interface ZoomTogether {
  /** Until what it returns is called. */
  join(chart: LiveChart): () => void;
}

export function zoomTogether(): ZoomTogether {
  const charts = new Set<LiveChart>();
  // By the axis' name, for charts that are drawn later.
  const shown = new Map<string, readonly [number, number]>();
  return {
    join(chart) {
      charts.add(chart);
      const range = shown.get(chart.axis);
      if (range) chart.showBetween(...range);
      chart.onZoom((low, high) => {
        if (chart.axis === '') return;
        shown.set(chart.axis, [low, high]);
        for (const other of charts) if (other !== chart && other.axis === chart.axis) other.showBetween(low, high);
      });
      return () => {
        chart.onZoom(undefined);
        charts.delete(chart);
      };
    },
  };
}

/** undefined: each for itself. */
export const Together = createContext<ZoomTogether | undefined>(undefined);

export function useTogether(drawn: LiveChart | undefined): void {
  const together = useContext(Together);
  useEffect(() => (drawn && together ? together.join(drawn) : undefined), [drawn, together]);
}
