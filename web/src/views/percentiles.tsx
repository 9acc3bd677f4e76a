// p50 to p99 of a latency, each with its interval.
import type { ReactElement } from 'react';
import { colours } from '../base/colours.ts';
import { millis, millisRange, number } from '../base/format.ts';
import { useSummary } from '../data/queries.ts';
import { isRate, type Interval } from '../data/types.ts';
import { Card, Dot, Skeleton, Trouble } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';

const range = (interval: Interval | null): string => (interval ? millisRange(interval.low, interval.high) : 'too few requests');

export function PercentileTable({ run, metric }: { readonly run: string; readonly metric: string }): ReactElement {
  const told = useSummary(run);
  const targets = told.data?.summary.targets ?? [];
  const inks = colours(targets.map((one) => one.engine));
  return (
    <Card
      title={<Term id={metric}>Percentiles</Term>}
      note={
        <>
          With their <Term id="interval">95% intervals</Term>
        </>
      }
    >
      {told.error ? <Trouble error={told.error} /> : null}
      {!told.data && !told.error ? <Skeleton height={150} /> : null}
      {told.data ? (
        <div className="scroll" tabIndex={0} role="region" aria-label="Percentiles">
          <table className="data">
            <thead>
              <tr>
                <th scope="col">Target</th>
                <th scope="col" className="right">
                  Samples
                </th>
                {['p50', 'p90', 'p95', 'p99'].map((one) => (
                  <th key={one} scope="col" className="right">
                    {one}
                  </th>
                ))}
                <th scope="col" className="right">
                  Mean
                </th>
              </tr>
            </thead>
            <tbody>
              {targets.map((target, i) => {
                const one = target.metrics[`${metric}_ms`];
                if (!one || isRate(one)) return null;
                return (
                  <tr key={target.name}>
                    <th scope="row">
                      <span className="line" style={{ flexWrap: 'nowrap' }}>
                        <Dot colour={inks[i] ?? 'var(--info)'} />
                        {target.name}
                      </span>
                    </th>
                    <td className="right">{number(one.n)}</td>
                    {(['p50', 'p90', 'p95', 'p99'] as const).map((name) => (
                      <td key={name} className="right">
                        {millis(one[name])}
                        <div className="muted nowrap" style={{ fontSize: 12 }}>
                          {range(one[`${name}_interval`])}
                        </div>
                      </td>
                    ))}
                    <td className="right">{millis(one.mean)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      ) : null}
    </Card>
  );
}
