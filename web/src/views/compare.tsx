// Two to five runs, or the targets of one: who is better in what, by how much, how surely.
import { useState, type ReactElement } from 'react';
import { count, number } from '../base/format.ts';
import { listOf, path } from '../base/query.ts';
import { MOST_SIDES } from '../base/verdict.ts';
import { address, saveFile } from '../data/api.ts';
import { useQueryState } from '../data/place.ts';
import { useComparison, useRuns } from '../data/queries.ts';
import { useAdvanced } from '../data/settings.ts';
import type { Contest } from '../data/types.ts';
import { Button, Choice, Menu, type Act } from '../widgets/controls.tsx';
import { Badge, Card, Empty, Notice, Trouble, Waiting } from '../widgets/surfaces.tsx';
import { Term } from '../widgets/term.tsx';
import { Checks } from './checks.tsx';
import { CompareCharts } from './compare_charts.tsx';
import { differencesCsv } from './compare_csv.ts';
import { DOCUMENTS } from './documents.ts';
import { Tests } from './compare_tests.tsx';
import { FigureTable } from './figure_table.tsx';
import { MoreLink, NoRuns, Page, usable } from './page.tsx';
import { RunChooser } from './run_chooser.tsx';
import { SettingDifferences } from './setting_differences.tsx';

/** The comparison as documents, against the same baseline, and its figures as a table. */
function savings(runs: readonly string[], contest: Contest): readonly Act[] {
  const baseline = runs.length > 1 ? contest.baseline : undefined;
  return [
    ...DOCUMENTS.map(({ id, name }) => ({ id, name, href: address('report', { runs, baseline, format: id }), download: `comparison.${id}` })),
    { id: 'csv', name: 'Differences (CSV)', act: () => saveFile('comparison.csv', new Blob([differencesCsv(contest)], { type: 'text/csv' })) },
  ];
}

function ContestView({ contest, runs }: { readonly contest: Contest; readonly runs: readonly string[] }): ReactElement {
  const advanced = useAdvanced();
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
      <CompareCharts runs={runs} />
      {advanced && contest.scores ? (
        <Card title={<Term id="score">Scores</Term>} note={contest.scores.formula}>
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
  const most = Math.max(0, ...(all.data ?? []).filter((run) => runs.includes(run.id)).map((run) => run.targets.length));
  const tooMany = runs.length === 1 && most > MOST_SIDES;
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
          {scenario ? <Menu label="Save the comparison" icon="save" acts={savings(runs, scenario)} /> : null}
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
      {told.error && tooMany ? (
        <Card>
          <Empty icon="compare" title={`${count(most, 'target')} are more than can be compared at once`}>
            <p>Five at most stand side by side. Home, Analyze and reports show all of them.</p>
            <MoreLink href={path('/analyze/latency', { run: runs[0] })}>Look at all of them</MoreLink>
          </Empty>
        </Card>
      ) : told.error ? (
        <Trouble error={told.error} retry={() => void told.refetch()} />
      ) : null}
      {told.isLoading ? <Waiting what="the comparison" heights={[210, 380, 560]} /> : null}
      {told.data && !scenario ? (
        <Notice tone="warn" title="There is nothing to compare">
          <p>These runs have no target in common to set side by side. Choose runs of the same scenario.</p>
        </Notice>
      ) : null}
      {scenario && !told.error ? <ContestView contest={scenario} runs={runs} /> : null}
      {runs.length > 1 ? <SettingDifferences runs={runs} /> : null}
      {choosing ? (
        <RunChooser
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
