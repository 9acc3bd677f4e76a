// Waiting against cost: each load of each target is a point; down and left is better. Drawn here, as no
// chart of the catalogue knows the reader's prices.
import { useRef, type ReactElement } from 'react';
import { millis, money } from '../base/format.ts';
import { saveFile } from '../data/api.ts';
import type { Cost } from '../data/cost.ts';
import { Menu } from '../widgets/controls.tsx';
import { Card, Dot } from '../widgets/surfaces.tsx';
import { drawingOf, pictureOf } from './picture.ts';

const WIDTH = 520;
const HEIGHT = 280;
const EDGE = { left: 76, right: 26, top: 16, bottom: 46 };

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From 0, in steps of 1, 2 or 5. */
function scaleOf(most: number, from: number, to: number): Scale {
  const rough = (most > 0 ? most : 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10);
  const end = Math.ceil(((most > 0 ? most : 1) * 1.05) / step) * step;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step);
  return { at: (value) => from + ((to - from) * value) / end, ticks };
}

export function TradeOff({ cost, inks }: { readonly cost: Cost; readonly inks: Readonly<Record<string, string>> }): ReactElement {
  const { currency } = cost.assumptions;
  const place = useRef<SVGSVGElement>(null);
  const save = (as: 'png' | 'svg') => (): void => {
    if (!place.current) return;
    if (as === 'svg') saveFile('waiting-against-cost.svg', new Blob([drawingOf(place.current)], { type: 'image/svg+xml' }));
    else void pictureOf(place.current).then((blob) => saveFile('waiting-against-cost.png', blob));
  };
  const lines = cost.targets.map((target) => ({
    name: target.name,
    colour: inks[target.name] ?? 'var(--info)',
    points: target.loads.flatMap((load) => {
      const x = load.costs.per_1m_tokens?.value;
      const y = load.ttft_p50_ms;
      return x === null || x === undefined || y === null ? [] : [{ x, y, load, planned: load.run_id === target.planned_with }];
    }),
  }));
  const points = lines.flatMap((line) => line.points);
  const x = scaleOf(Math.max(0, ...points.map((one) => one.x)), EDGE.left, WIDTH - EDGE.right);
  const y = scaleOf(Math.max(0, ...points.map((one) => one.y)), HEIGHT - EDGE.bottom, EDGE.top);
  const told = points.length === 0 ? 'No load has a cost and a waiting time.' : lines.map((line) => `${line.name}: ${line.points.map((one) => `${one.load.load} ${money(one.x, currency)}, ${millis(one.y)}`).join('; ')}`).join('. ');
  return (
    <Card
      title="Waiting against cost"
      note={
        <span className="line">
          Down and left is better
          <Menu
            little
            label="Save the chart"
            icon="save"
            acts={[
              { id: 'png', name: 'Picture (PNG)', act: save('png') },
              { id: 'svg', name: 'Drawing (SVG)', act: save('svg') },
            ]}
          />
        </span>
      }
    >
      <svg ref={place} className="trade-off" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={told}>
        {x.ticks.map((tick) => (
          <text key={tick} x={x.at(tick)} y={HEIGHT - EDGE.bottom + 20} textAnchor="middle">
            {money(tick, currency)}
          </text>
        ))}
        {y.ticks.map((tick) => (
          <g key={tick}>
            <line x1={EDGE.left} x2={WIDTH - EDGE.right} y1={y.at(tick)} y2={y.at(tick)} />
            <text x={EDGE.left - 10} y={y.at(tick) + 4} textAnchor="end">
              {millis(tick)}
            </text>
          </g>
        ))}
        <text x={(EDGE.left + WIDTH - EDGE.right) / 2} y={HEIGHT - 4} textAnchor="middle">
          a million tokens
        </text>
        {lines.map((line) => (
          <g key={line.name} style={{ stroke: line.colour, fill: line.colour }}>
            <polyline points={line.points.map((one) => `${x.at(one.x)},${y.at(one.y)}`).join(' ')} />
            {line.points.map((one) => (
              <circle key={one.load.run_id + one.load.load} cx={x.at(one.x)} cy={y.at(one.y)} r={one.planned ? 8 : 5} className={one.load.slos_met === false ? 'hollow' : ''}>
                <title>{`${line.name}, ${one.load.load}: ${money(one.x, currency)} a million tokens, ${millis(one.y)} until the first token`}</title>
              </circle>
            ))}
          </g>
        ))}
      </svg>
      <div className="key">
        {lines.map((line) => (
          <span key={line.name}>
            <Dot colour={line.colour} />
            {line.name}
          </span>
        ))}
        <span>First token, median; hollow: objectives missed</span>
      </div>
    </Card>
  );
}
