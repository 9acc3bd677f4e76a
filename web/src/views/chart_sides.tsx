// A chart of several sides with each beside the others, on the same axes and zoomed together.
import { useCallback, useContext, useMemo, useState, type ReactElement } from 'react';
import type { LiveChart } from '../../../src/chart/js/live.js';
import { onlySide, type Drawing as Whole } from '../base/sides.ts';
import type { Chart } from '../data/types.ts';
import { Drawing } from './chart_drawing.tsx';
import { Together, useTogether, zoomTogether } from './zoom_together.ts';

interface SideProps {
  readonly chart: Chart;
  readonly sides: readonly string[];
  readonly side: string;
  readonly onDrawn?: ((drawn: LiveChart | undefined) => void) | undefined;
}

function Side({ chart, sides, side, onDrawn }: SideProps): ReactElement {
  const [drawn, setDrawn] = useState<LiveChart>();
  useTogether(drawn);
  const alone = useMemo(() => ({ ...chart, chart: onlySide(chart.chart as Whole, sides, side), alt: `${side}. ${chart.alt}` }), [chart, sides, side]);
  const told = useCallback(
    (one: LiveChart | undefined) => {
      setDrawn(one);
      onDrawn?.(one);
    },
    [onDrawn],
  );
  return <Drawing chart={alone} onDrawn={told} />;
}

/** `onDrawn` is told of the first: what zooms it zooms all. */
export function Sides({ chart, sides, onDrawn }: { readonly chart: Chart; readonly sides: readonly string[]; readonly onDrawn: (drawn: LiveChart | undefined) => void }): ReactElement {
  const page = useContext(Together);
  const own = useMemo(zoomTogether, []);
  return (
    <Together.Provider value={page ?? own}>
      <p className="beside-title">{chart.title}</p>
      <div className="beside">
        {sides.map((side, i) => (
          <Side key={side} chart={chart} sides={sides} side={side} onDrawn={i === 0 ? onDrawn : undefined} />
        ))}
      </div>
    </Together.Provider>
  );
}
