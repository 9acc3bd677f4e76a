// Step 2 of a launch: what is asked of the servers.
import type { ReactElement } from 'react';
import { count, number } from '../base/format.ts';
import { useDraft, usePlans, useScenarios, type PlanEntry, type ScenarioEntry, type WhatKind } from '../data/launch.ts';
import { useAdvanced } from '../data/settings.ts';
import { Cards } from '../widgets/controls.tsx';
import { Trouble, Waiting } from '../widgets/surfaces.tsx';
import { Scenarios } from './launch_scenarios.tsx';
import { CORE, scenarioTitle } from './scenario_titles.ts';

/** In plain English first. */
const PRESETS = ['preset:quick', 'preset:standard', 'preset:stress'];

interface Kind {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly mark?: string;
}

function ofScenario(one: ScenarioEntry): Kind {
  const size = one.turns > 1 ? count(one.turns, 'turn') : one.output_tokens > 0 ? `up to ${number(one.output_tokens)} out` : count(one.cases, 'prompt');
  return { id: `scenario ${one.name}`, name: scenarioTitle(one.name), note: one.description, mark: size };
}

const ofPlan = (one: PlanEntry): Kind => ({ id: `plan ${one.path}`, name: one.name, note: one.problem || one.description, mark: one.builtin ? 'preset' : one.path });

function Group({ title, options, value, choose }: { readonly title: string; readonly options: readonly Kind[]; readonly value: string; readonly choose: (id: string) => void }): ReactElement | null {
  if (options.length === 0) return null;
  return (
    <section className="stack tight">
      <h3>{title}</h3>
      <Cards label={title} options={options} value={options.some((one) => one.id === value) ? value : undefined} onChange={choose} />
    </section>
  );
}

export function What(): ReactElement {
  const draft = useDraft();
  const advanced = useAdvanced();
  const plans = usePlans();
  const scenarios = useScenarios();
  const value = draft.kind === 'chat' ? 'chat' : `${draft.kind} ${draft.id}`;
  function choose(chosen: string): void {
    const [kind = 'chat', ...rest] = chosen.split(' ');
    // A plan says how much itself.
    draft.set({ kind: kind as WhatKind, id: rest.join(' '), also: [], much: kind === 'plan' ? 'plan' : draft.much === 'plan' ? 'one' : draft.much });
  }
  const found = scenarios.data ?? [];
  const all = [...CORE.flatMap((name) => found.filter((one) => one.name === name)), ...found.filter((one) => !CORE.includes(one.name))];
  const good = (plans.data ?? []).filter((one) => !one.problem);
  const more = good.filter((one) => one.builtin && !PRESETS.includes(one.path));
  const first = PRESETS.flatMap((path) => good.filter((one) => one.path === path));
  return (
    <div className="stack loose">
      <Group
        title="Kinds of questions"
        value={value}
        choose={choose}
        options={[
          { id: 'chat', name: 'Chat, made up', note: 'Prompts of 256 tokens in plain English, answers of 128. No two begin alike.', mark: '128 out' },
          ...(advanced ? [] : CORE).flatMap((name) => all.filter((one) => one.name === name).map(ofScenario)),
        ]}
      />
      {scenarios.error ? <Trouble error={scenarios.error} retry={() => void scenarios.refetch()} /> : scenarios.data ? null : <Waiting what="the scenarios" heights={[120]} />}
      {advanced && all.length > 0 ? <Scenarios all={all} /> : null}
      <Group title="Conversations" value={value} choose={choose} options={advanced ? [] : all.filter((one) => !CORE.includes(one.name)).map(ofScenario)} />
      {plans.error ? <Trouble error={plans.error} retry={() => void plans.refetch()} /> : plans.data ? null : <Waiting what="the plans" heights={[120]} />}
      <Group title="Ready-made, with load and length" value={value} choose={choose} options={first.map(ofPlan)} />
      <Group title="Plans found here" value={value} choose={choose} options={good.filter((one) => !one.builtin).map(ofPlan)} />
      {advanced || more.some((one) => `plan ${one.path}` === value) ? (
        <Group title="More presets" value={value} choose={choose} options={more.map(ofPlan)} />
      ) : (
        <p className="small muted">{count(more.length, 'more preset')} in Advanced.</p>
      )}
    </div>
  );
}
