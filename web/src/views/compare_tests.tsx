// The textbook tests of two sides, for who asks for them.
import type { ReactElement } from 'react';
import { millis, millisRange, number, probability } from '../base/format.ts';
import type { Contest, MetricTests } from '../data/types.ts';
import { Card } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';

/** Hodges-Lehmann: the median of all differences between two sides' requests. */
function shiftOf(metric: MetricTests): string {
  const ends = metric.hodges_lehmann_interval;
  return `typical shift ${millis(metric.hodges_lehmann_ms)}${ends ? ` (95% ${millisRange(ends.low, ends.high)})` : ''}`;
}

export function Tests({ contest }: { readonly contest: Contest }): ReactElement | null {
  if (!contest.tests) return null;
  return (
    <Card title="Tests and effect sizes">
      <div className="stack">
        <p className="small muted">{contest.tests.caveat}</p>
        {contest.tests.pairs.map((pair) => (
          <div key={pair.side + pair.baseline} className="scroll" tabIndex={0} role="region" aria-label={`Tests of ${pair.side}`}>
            <table className="data">
              <caption>
                {pair.side} against {pair.baseline}
              </caption>
              <thead>
                <tr>
                  <th scope="col">Metric</th>
                  <th scope="col">Test</th>
                  <th scope="col">Asks whether</th>
                  <th scope="col" className="right">
                    Statistic
                  </th>
                  <th scope="col" className="right">
                    <Term id="p_value">p</Term>
                  </th>
                  <th scope="col" className="right">
                    p adjusted
                  </th>
                </tr>
              </thead>
              <tbody>
                {pair.metrics.flatMap((metric) =>
                  metric.tests.map((test, i) => (
                    <tr key={metric.metric + test.method + String(i)}>
                      {i === 0 ? (
                        <th scope="rowgroup" rowSpan={metric.tests.length} style={{ verticalAlign: 'top' }}>
                          <Term id={metric.metric}>{metric.metric.toUpperCase()}</Term>
                          <div className="small muted" style={{ fontWeight: 400, maxWidth: 220, whiteSpace: 'normal' }}>
                            {metric.chosen}
                            <br />
                            {metric.cliffs_delta === null ? '' : `Cliff’s δ ${number(metric.cliffs_delta)} `}
                            {metric.cohens_d === null ? '' : `Cohen’s d ${number(metric.cohens_d)} `}
                            {metric.hodges_lehmann_ms === null ? '' : shiftOf(metric)}
                          </div>
                        </th>
                      ) : null}
                      <td>{test.method}</td>
                      <td className="muted">{test.asks}</td>
                      <td className="right">{number(test.statistic)}</td>
                      <td className="right">{probability(test.p_value)}</td>
                      <td className="right">{probability(test.p_adjusted)}</td>
                    </tr>
                  )),
                )}
              </tbody>
            </table>
          </div>
        ))}
      </div>
    </Card>
  );
}

