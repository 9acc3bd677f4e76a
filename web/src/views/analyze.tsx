// One run from every side: charts by tab, and its requests.
import { useMemo, type ReactElement } from 'react';
import { Link } from 'wouter';
import { writeQuery } from '../base/query.ts';
import { useQueryState } from '../data/place.ts';
import { useCatalogue } from '../data/queries.ts';
import { useSelection } from '../data/selected.ts';
import { nothingSelected, selectionOf } from '../base/selection.ts';
import { useAdvanced } from '../data/settings.ts';
import { useWishes } from '../data/wishes.ts';
import type { ChartEntry } from '../data/types.ts';
import { Switch } from '../widgets/controls.tsx';
import { Card, Empty, Trouble, Waiting } from '../widgets/surfaces.tsx';
import { ChartCard } from './chart_card.tsx';
import { Page, RunChoice, WithRun } from './page.tsx';
import { PercentileTable } from './percentiles.tsx';
import { RequestSheet } from './request_detail.tsx';
import { Requests } from './requests.tsx';
import { SelectedFigures, SelectionBar } from './selected.tsx';
import { Users } from './users.tsx';
import { Wishes } from './wishes.tsx';
import { METRICS, metricOf, TABS, tabOf, type Tab } from './tabs.ts';

function Charts({ run, tab, entries }: { readonly run: string; readonly tab: Tab; readonly entries: readonly ChartEntry[] }): ReactElement {
  const advanced = useAdvanced();
  const [query, change] = useQueryState();
  const selection = useSelection();
  const wishes = useWishes(run);
  const asked = useMemo(() => ({ ...selection, ...wishes }), [selection, wishes]);
  const here = entries.filter((entry) => tabOf(entry) === tab);
  const leveled = advanced ? here : here.filter((entry) => entry.level === 'simple');
  const offered = METRICS.filter((metric) => here.some((entry) => metricOf(entry) === metric.id));
  const metric = query['metric'] ?? offered[0]?.id;
  const byMetric = (entry: ChartEntry): boolean => metricOf(entry) === undefined || metricOf(entry) === metric;
  // A link may name a chart that Simple leaves out: it is shown all the same.
  const shown = (leveled.some(byMetric) ? leveled : here).filter(byMetric);
  const hidden = here.filter(byMetric).length - shown.length;
  return (
    <div className="stack loose">
      {offered.length > 1 ? (
        <div className="line">
          <Switch label="Metric" options={offered} value={(metric ?? 'ttft') as (typeof METRICS)[number]['id']} onChange={(id) => change({ metric: id }, { replace: true })} />
        </div>
      ) : null}
      {advanced && tab === 'time' ? <Wishes /> : null}
      {!nothingSelected(selection) ? <SelectedFigures run={run} selection={selection} /> : tab === 'latency' ? <PercentileTable run={run} metric={metric ?? 'ttft'} /> : null}
      <div className="charts">
        {shown.map((entry) => (
          <ChartCard key={entry.id} entry={entry} runs={[run]} selection={asked} linked />
        ))}
      </div>
      {shown.length === 0 ? (
        <Card>
          {tab === 'errors' ? (
            <Empty icon="check" title="No request failed">
              <p>There is nothing to show of errors in this run.</p>
            </Empty>
          ) : (
            <Empty icon="analyze" title="Nothing was recorded of this">
              <p>{tab === 'resources' ? 'Engines and machines told nothing while this run went on. A plan with telemetry records them.' : 'This run has no such chart.'}</p>
            </Empty>
          )}
        </Card>
      ) : null}
      {hidden > 0 ? <p className="small muted">{hidden} more {hidden === 1 ? 'chart is' : 'charts are'} shown in Advanced.</p> : null}
    </div>
  );
}

function AnalyzeOf({ run, tab }: { readonly run: string; readonly tab: Tab }): ReactElement {
  const catalogue = useCatalogue([run]);
  const [query] = useQueryState();
  return (
    <Page title="Analyze" note={TABS.find((one) => one.id === tab)?.name} tools={<RunChoice run={run} />}>
      <nav className="tabs" aria-label="Sides of the run">
        {TABS.map((one) => (
          <Link key={one.id} href={`/analyze/${one.id}${writeQuery({ run, metric: query['metric'], bucket: query['bucket'], leave_out: query['leave_out'], ...selectionOf(query) })}`} {...(one.id === tab ? { 'aria-current': 'page' as const } : {})}>
            {one.name}
          </Link>
        ))}
      </nav>
      <SelectionBar run={run} onRequests={tab === 'requests'} />
      {tab === 'requests' ? (
        <Requests run={run} />
      ) : tab === 'users' ? (
        <Users run={run} />
      ) : catalogue.error ? (
        <Trouble error={catalogue.error} retry={() => void catalogue.refetch()} />
      ) : catalogue.data ? (
        <Charts key={tab} run={run} tab={tab} entries={catalogue.data} />
      ) : (
        <Waiting what="the charts" heights={[36, 567]} />
      )}
      <RequestSheet run={run} />
    </Page>
  );
}

export function Analyze({ tab }: { readonly tab: string }): ReactElement {
  const known = TABS.find((one) => one.id === tab)?.id ?? 'latency';
  return <WithRun title="Analyze">{(run) => <AnalyzeOf key={run} run={run} tab={known} />}</WithRun>;
}
