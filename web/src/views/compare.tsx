// Two to five runs, or the targets of one: who is better in what, by how much, how surely.
import { useState, type ReactElement } from 'react';
import { count, millis, number, probability } from '../base/format.ts';
import { listOf } from '../base/query.ts';
import { address } from '../data/api.ts';
import { useQueryState } from '../data/place.ts';
import { useCatalogue, useComparison, useRuns } from '../data/queries.ts';
import { useAdvanced } from '../data/settings.ts';
import type { Contest } from '../data/types.ts';
import { Button, Check, Choice } from '../widgets/controls.tsx';
import { Icon } from '../widgets/icon.tsx';
import { Badge, Card, Empty, Notice, Sheet, Trouble, Waiting } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';
import { ChartCard } from './chart_card.tsx';
import { Checks } from './checks.tsx';
import { FigureTable } from './figure_table.tsx';
import { NoRuns, Page, usable } from './page.tsx';
import { SettingDifferences } from './setting_differences.tsx';

const MOST = 5;

function Chooser({ chosen, onDone, onClose }: { readonly chosen: readonly string[]; readonly onDone: (runs: readonly string[]) => void; readonly onClose: () => void }): ReactElement {
  const runs = useRuns();
  const [picked, setPicked] = useState(chosen);
  return (
    <Sheet where="middle" open onClose={onClose} title="What to compare">
      <div className="stack">
        <p className="small muted">One run compares its own targets; two to five are set against each other.</p>
        <div className="stack tight" style={{ maxHeight: '46vh', overflowY: 'auto', padding: 3 }}>
          {(runs.data ?? []).filter(usable).map((run) => {
            const on = picked.includes(run.id);
            return (
              <Check key={run.id} checked={on} disabled={!on && picked.length >= MOST} onChange={(now) => setPicked(now ? [...picked, run.id] : picked.filter((one) => one !== run.id))}>
                <span>
                  {run.id} <span className="muted">{run.targets.join(', ')}</span>
                </span>
              </Check>
            );
          })}
        </div>
        <div>
          <Button kind="main" disabled={picked.length === 0} onPress={() => onDone(picked)}>
            Compare {picked.length > 1 ? count(picked.length, 'run') : 'its targets'}
          </Button>
        </div>
      </div>
    </Sheet>
  );
}

function Tests({ contest }: { readonly contest: Contest }): ReactElement | null {
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
                            {metric.hodges_lehmann_ms === null ? '' : `typical shift ${millis(metric.hodges_lehmann_ms)}`}
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

const SIMPLE_CHARTS = ['differences', 'winners', 'radar-5'];
const MORE_CHARTS = ['radar-8', 'ttft-shift', 'tpot-shift', 'e2e-shift', 'ttft-ecdf', 'e2e-ecdf', 'trend'];

function ContestView({ contest, runs }: { readonly contest: Contest; readonly runs: readonly string[] }): ReactElement {
  const advanced = useAdvanced();
  const catalogue = useCatalogue(runs);
  const wanted = advanced ? [...SIMPLE_CHARTS, ...MORE_CHARTS] : SIMPLE_CHARTS;
  const entries = (catalogue.data ?? []).filter((entry) => wanted.includes(entry.id));
  const verdict = contest.answer.verdict;
  const tone = !contest.comparable ? 'bad' : verdict === 'better' ? 'good' : verdict === 'same' ? 'info' : 'warn';
  return (
    <>
      <section className={`card answer ${tone}`} aria-labelledby="verdict">
        <div className="stack tight">
          <h2 className="who" id="verdict">
            {!contest.comparable ? 'These cannot be compared' : verdict === 'better' ? `${contest.answer.winner ?? ''} is better` : verdict === 'same' ? 'They are the same' : 'Too close to call'}
          </h2>
          <p className="headline">{contest.answer.headline}</p>
        </div>
        {contest.answer.reasons.length > 0 ? (
          <ol aria-label="Reasons">
            {contest.answer.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ol>
        ) : null}
        {!contest.comparable ? (
          <p className="small muted">What both have in common is shown below all the same; play the same workload against both for a verdict.</p>
        ) : null}
      </section>
      <Card
        title="Differences"
        note={
          <>
            Against {contest.baseline}, the <Term id="baseline">baseline</Term>
          </>
        }
      >
        <FigureTable contest={contest} />
      </Card>
      {catalogue.error ? <Trouble error={catalogue.error} /> : null}
      <div className="charts">
        {entries.map((entry) => (
          <ChartCard key={entry.id} entry={entry} runs={runs} />
        ))}
      </div>
      {advanced && contest.scores ? (
        <Card title="Scores" note={contest.scores.formula}>
          <div className="scroll">
            <table className="data">
              <thead>
                <tr>
                  <th scope="col">Side</th>
                  {['Latency', 'Throughput', 'Reliability', 'Total'].map((name) => (
                    <th key={name} scope="col" className="right">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {contest.scores.sides.map((side) => (
                  <tr key={side.side}>
                    <th scope="row">{side.side}</th>
                    <td className="right">{number(side.latency)}</td>
                    <td className="right">{number(side.throughput)}</td>
                    <td className="right">{number(side.reliability)}</td>
                    <td className="right">{number(side.total)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Card>
      ) : null}
      {advanced ? <Tests contest={contest} /> : null}
      {advanced || !contest.comparable ? (
        <Card title="Can they be compared?">
          <Checks checks={contest.checks} />
        </Card>
      ) : null}
    </>
  );
}

export function Compare(): ReactElement {
  const [query, change] = useQueryState();
  const all = useRuns();
  const advanced = useAdvanced();
  const [choosing, setChoosing] = useState(false);
  const first = all.data?.find((run) => usable(run) && run.targets.length > 1)?.id;
  const named = listOf(query['runs']);
  const runs = named.length > 0 ? named : first ? [first] : [];
  const told = useComparison({ runs, baseline: query['baseline'], tests: advanced }, runs.length > 0);
  const contests = told.data?.comparisons ?? [];
  const scenario = contests.find((one) => one.scenario === query['scenario']) ?? contests[0];
  return (
    <Page
      title="Compare"
      note={runs.length > 1 ? count(runs.length, 'run') : (runs[0] ?? ' ')}
      tools={
        <>
          {contests.length > 1 ? (
            <Choice label="Scenario" hideLabel value={scenario?.scenario} onChange={(id) => change({ scenario: id })} options={contests.map((one) => ({ id: one.scenario, name: one.scenario }))} />
          ) : null}
          {scenario ? (
            <Choice label="Baseline" hideLabel value={scenario.baseline} onChange={(id) => change({ baseline: id })} options={scenario.sides.map((side) => ({ id: side.label, name: `against ${side.label}` }))} />
          ) : null}
          {runs.length > 0 ? (
            <a className="button" href={address('report', { runs, format: 'pdf' })} download="comparison.pdf">
              <Icon name="save" size={16} />
              PDF
            </a>
          ) : null}
          <Button kind="main" onPress={() => setChoosing(true)}>
            Choose runs
          </Button>
        </>
      }
    >
      {named.length > 1 ? (
        <div className="line">
          {named.map((run) => (
            <Badge key={run} tone="quiet" plain>
              {run}
            </Badge>
          ))}
        </div>
      ) : null}
      {all.error ? <Trouble error={all.error} retry={() => void all.refetch()} /> : null}
      {all.data && runs.length === 0 ? (
        all.data.length === 0 ? (
          <NoRuns />
        ) : (
          <Card>
            <Empty icon="compare" title="Choose what to compare">
              <p>Two runs of the same workload, or one run of several targets.</p>
              <Button kind="main" onPress={() => setChoosing(true)}>
                Choose runs
              </Button>
            </Empty>
          </Card>
        )
      ) : null}
      {told.error ? <Trouble error={told.error} retry={() => void told.refetch()} /> : null}
      {told.isLoading ? <Waiting what="the comparison" heights={[210, 380, 560]} /> : null}
      {told.data && !scenario ? (
        <Notice tone="warn" title="There is nothing to compare">
          <p>These runs have no target in common to set side by side. Choose runs of the same scenario.</p>
        </Notice>
      ) : null}
      {scenario && !told.error ? <ContestView contest={scenario} runs={runs} /> : null}
      {runs.length > 1 ? <SettingDifferences runs={runs} /> : null}
      {choosing ? (
        <Chooser
          chosen={runs}
          onClose={() => setChoosing(false)}
          onDone={(picked) => {
            setChoosing(false);
            change({ runs: picked.join(','), baseline: undefined, scenario: undefined });
          }}
        />
      ) : null}
    </Page>
  );
}
