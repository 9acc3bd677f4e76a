// What of the run is looked at: targets by a click, ranges as chips that can be taken away, and the figures of
// what is left.
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { colours } from '../base/colours.ts';
import { millis, number, rate } from '../base/format.ts';
import { listOf, writeQuery } from '../base/query.ts';
import { chipsOf, noSelection, nothingSelected, type Selection } from '../base/selection.ts';
import { useQueryState } from '../data/place.ts';
import { useRun } from '../data/queries.ts';
import { useFigures, useSelection } from '../data/selected.ts';
import { Button, Choice } from '../widgets/controls.tsx';
import { Card, Dot, Skeleton, Trouble } from '../widgets/surfaces.tsx';

function Targets({ run, selection }: { readonly run: string; readonly selection: Selection }): ReactElement | null {
  const about = useRun(run);
  const [, change] = useQueryState();
  const targets = about.data?.targets ?? [];
  const inks = colours(targets.map((one) => one.engine));
  const chosen = listOf(selection['target']);
  if (targets.length < 2) return null;
  const press = (place: string): void => {
    const next = chosen.includes(place) ? chosen.filter((one) => one !== place) : [...chosen, place];
    change({ target: next.length === targets.length ? undefined : next.sort().join(',') });
  };
  return (
    <div className="line" role="group" aria-label="Targets">
      {targets.map((target, i) => (
        <button key={target.name} type="button" className="chip" aria-pressed={chosen.includes(String(i))} onClick={() => press(String(i))}>
          <Dot colour={inks[i] ?? 'var(--info)'} />
          <span className="clip" title={target.name}>
            {target.name}
          </span>
        </button>
      ))}
    </div>
  );
}

/** Above every tab of Analyze. */
export function SelectionBar({ run, onRequests }: { readonly run: string; readonly onRequests: boolean }): ReactElement {
  const selection = useSelection();
  const [query, change] = useQueryState();
  const told = useFigures(run, selection);
  const nothing = nothingSelected(selection);
  return (
    <div className="selection" role="group" aria-label="What is looked at">
      <Targets run={run} selection={selection} />
      <Choice
        label="State of requests"
        hideLabel
        value={selection['status'] ?? 'all'}
        onChange={(id) => change({ status: id === 'all' ? undefined : id })}
        options={[
          { id: 'all', name: 'Any state' },
          { id: 'ok', name: 'Answered' },
          { id: 'failed', name: 'Failed' },
          { id: 'dropped', name: 'Never sent' },
        ]}
      />
      {chipsOf(selection).map((chip) => (
        <span key={chip.text} className="chip on">
          {chip.text}
          <button type="button" aria-label={`Take away: ${chip.text}`} onClick={() => change(Object.fromEntries(chip.names.map((name) => [name, undefined])))}>
            ×
          </button>
        </span>
      ))}
      <span className="small muted told" role="status">
        {nothing ? 'All requests' : told.data ? `${number(told.data.requests)} of ${number(told.data.of)} requests` : 'Counting'}
      </span>
      {nothing ? null : (
        <>
          {onRequests ? null : <Link className="small" href={`/analyze/requests${writeQuery({ ...query, metric: undefined })}`}>See them</Link>}
          <Button little kind="plain" onPress={() => change(noSelection)}>
            Show all
          </Button>
        </>
      )}
      {told.error ? <Trouble error={told.error} /> : null}
    </div>
  );
}

const LATENCIES = [
  { id: 'ttft_ms', name: 'First token' },
  { id: 'tpot_ms', name: 'Per token' },
  { id: 'e2e_ms', name: 'Whole' },
] as const;

/** The figures of what is selected, in place of the run's own. */
export function SelectedFigures({ run, selection }: { readonly run: string; readonly selection: Selection }): ReactElement {
  const told = useFigures(run, selection);
  const about = useRun(run);
  const inks = colours((about.data?.targets ?? []).map((one) => one.engine));
  return (
    <Card title="Of what is selected" note="Without intervals: a part that was picked is no sample of the whole">
      {told.data ? (
        <div className="scroll" tabIndex={0} role="region" aria-label="Figures of what is selected">
          <table className="data">
            <thead>
              <tr>
                <th scope="col">Target</th>
                <th scope="col" className="right">
                  Requests
                </th>
                {LATENCIES.map((one) => (
                  <th key={one.id} scope="col" className="right">
                    {one.name}, p50 / p95
                  </th>
                ))}
                <th scope="col" className="right">
                  Failed
                </th>
              </tr>
            </thead>
            <tbody>
              {told.data.targets.map((target, i) => (
                <tr key={target.target}>
                  <th scope="row">
                    <span className="line">
                      <Dot colour={inks[i] ?? 'var(--info)'} />
                      {target.target}
                    </span>
                  </th>
                  <td className="right">
                    {number(target.requests)} of {number(target.of)}
                  </td>
                  {LATENCIES.map((one) => (
                    <td key={one.id} className="right">
                      {millis(target[one.id].p50)} / {millis(target[one.id].p95)}
                    </td>
                  ))}
                  <td className="right">{rate(target.error_rate)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Skeleton height={150} />
      )}
    </Card>
  );
}
