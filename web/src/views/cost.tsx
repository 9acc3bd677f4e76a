// What the measured machines cost: a token, a month, a change from one to the other.
import { useMemo, type ReactElement } from 'react';
import { colours } from '../base/colours.ts';
import { listOf } from '../base/query.ts';
import { address, saveFile } from '../data/api.ts';
import { useCost, type Cost as Costs } from '../data/cost.ts';
import { useQueryState } from '../data/place.ts';
import { useRun, useRuns } from '../data/queries.ts';
import { useAdvanced } from '../data/settings.ts';
import { Menu, Switch, type Act } from '../widgets/controls.tsx';
import { Trouble, Waiting } from '../widgets/surfaces.tsx';
import { CostAnswer } from './cost_answer.tsx';
import { CostInputs, useCostAsked } from './cost_inputs.tsx';
import { budgetsCsv, loadsCsv } from './cost_tables.ts';
import { DOCUMENTS } from './documents.ts';
import { Page, RunChoice, usable, WithRun } from './page.tsx';

const SECTIONS = ['answer', 'capacity', 'cost', 'steps', 'assumptions'];

type Asked = Readonly<Record<string, string>>;

/** The costs as documents of their own, as tables, and as the API tells them. */
function savings(cost: Costs, asked: Asked, documented: string): readonly Act[] {
  const table = (text: string, name: string): void => saveFile(name, new Blob([text], { type: 'text/csv' }));
  return [
    ...DOCUMENTS.map(({ id, name }) => ({ id, name, href: address('report', { ...asked, runs: documented, sections: SECTIONS, format: id }), download: `cost.${id}` })),
    { id: 'budget', name: 'Months (CSV)', act: () => table(budgetsCsv(cost), 'cost-months.csv') },
    { id: 'loads', name: 'Every load (CSV)', act: () => table(loadsCsv(cost), 'cost-loads.csv') },
    { id: 'json', name: 'All of it (JSON)', href: address('cost', asked), download: 'cost.json' },
    { id: 'link', name: 'Copy the address of the JSON', act: () => void navigator.clipboard.writeText(location.origin + address('cost', asked)) },
  ];
}

function CostOf({ run }: { readonly run: string }): ReactElement {
  const advanced = useAdvanced();
  const [query, change] = useQueryState();
  const named = listOf(query['runs']);
  const about = useRun(named[0] ?? run);
  const all = useRuns();
  const group = all.data?.find((one) => one.id === run)?.group ?? undefined;
  const whole = group !== undefined && query['loads'] !== 'one';
  const { asked, assumed } = useCostAsked(about.data?.targets);
  // A group's runs are the loads of one curve; a document of the group says more than one of its runs.
  const loads = (all.data ?? []).filter((one) => one.group === group && usable(one)).map((one) => one.id);
  const runs = named.length > 0 ? named.join(',') : whole ? loads.sort().join(',') : run;
  const whatFor = useMemo(() => ({ runs, ...asked }), [runs, asked]);
  const told = useCost(whatFor, about.data !== undefined);
  const inks = useMemo(() => {
    const targets = about.data?.targets ?? [];
    const made = colours(targets.map((one) => one.engine));
    return Object.fromEntries(targets.map((one, i) => [one.name, made[i] ?? 'var(--info)']));
  }, [about.data]);
  const names = told.data?.targets.map((one) => one.name) ?? about.data?.targets.map((one) => one.name) ?? [];
  const note = named.length > 1 ? `${named.length} runs` : 'From what was measured and what you pay';
  return (
    <Page
      title="Cost"
      note={note}
      tools={
        <>
          {group !== undefined ? (
            <Switch label="Loads" value={whole ? 'all' : 'one'} onChange={(id) => change({ loads: id === 'one' ? 'one' : undefined }, { replace: true })} options={[{ id: 'all', name: 'All its loads' }, { id: 'one', name: 'This run' }]} />
          ) : null}
          {told.data && !told.error ? <Menu label="Save the costs" icon="save" acts={savings(told.data, whatFor, named.length === 0 && whole ? group : runs)} /> : null}
          <RunChoice run={run} />
        </>
      }
    >
      <CostInputs names={names} assumed={assumed} advanced={advanced} />
      {about.error ? <Trouble error={about.error} retry={() => void about.refetch()} /> : null}
      {told.error ? <Trouble error={told.error} retry={() => void told.refetch()} /> : null}
      {!told.data && !told.error && !about.error ? <Waiting what="the costs" heights={[110, 240, 260]} /> : null}
      {told.data && !told.error ? (
        <div className="stack loose settles" aria-busy={told.isPlaceholderData}>
          <CostAnswer cost={told.data} inks={inks} asked={asked} assumed={assumed} advanced={advanced} />
        </div>
      ) : null}
    </Page>
  );
}

export function Cost(): ReactElement {
  return <WithRun title="Cost">{(run) => <CostOf key={run} run={run} />}</WithRun>;
}
