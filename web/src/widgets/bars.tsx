// Figures side by side, each with its interval.
import type { ReactElement } from 'react';
import { Dot } from './surfaces.tsx';

export interface Bar {
  readonly name: string;
  readonly colour: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly text: string;
  /** The interval in words. */
  readonly range: string;
}

const share = (value: number, most: number): string => `${Math.min(100, Math.max(0, (100 * value) / most)).toFixed(2)}%`;

/** All on one scale from 0. */
export function Bars({ bars, label }: { readonly bars: readonly Bar[]; readonly label: string }): ReactElement {
  const most = Math.max(...bars.map((bar) => Math.max(bar.value ?? 0, bar.high ?? 0)), Number.MIN_VALUE) * 1.02;
  return (
    <ul className="bars" aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.name} style={{ display: 'contents' }}>
          <span className="name">
            <Dot colour={bar.colour} />
            <span className="clip" title={bar.name}>
              {bar.name}
            </span>
          </span>
          <span className="track" title={bar.range}>
            {bar.value === null ? null : <span className="fill" style={{ width: share(bar.value, most), background: bar.colour }} />}
            {bar.low === null || bar.high === null ? null : (
              <span className="whisker" style={{ left: share(bar.low, most), width: `calc(${share(bar.high, most)} - ${share(bar.low, most)})` }} />
            )}
          </span>
          <span className="value num">
            {bar.text}
            <span className="unseen"> {bar.range}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
