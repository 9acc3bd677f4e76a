// Step 3 of a launch: how much, and what will happen.
import { useId, type ReactElement } from 'react';
import { count, number, seconds } from '../base/format.ts';
import { useDraft, useForm, usePlanCheck, type Much as Kind, type PlanCheck } from '../data/launch.ts';
import { useRuns } from '../data/queries.ts';
import { useAdvanced } from '../data/settings.ts';
import { Cards, Check, Switch } from '../widgets/controls.tsx';
import { Notice, Skeleton, Trouble } from '../widgets/surfaces.tsx';
import { scenarioTitle } from './scenario_titles.ts';

function Amount(props: { readonly label: string; readonly help: string; readonly value: number; readonly most: number; readonly choices: readonly { readonly value: number; readonly name: string }[]; readonly onChange: (value: number) => void }): ReactElement {
  const help = useId();
  const known = props.choices.find((one) => one.value === props.value);
  return (
    <div className="stack tight">
      <div className="amount">
        <label className="field">
          <span className="label">{props.label}</span>
          <input
            className="input"
            type="number"
            min={1}
            max={props.most}
            step={1}
            aria-describedby={help}
            value={props.value}
            onChange={(event) => {
              const value = Math.floor(Number(event.target.value));
              if (value >= 1 && value <= props.most) props.onChange(value);
            }}
          />
        </label>
        <Switch label={`${props.label}: usual ones`} value={String(known?.value ?? '')} options={props.choices.map((one) => ({ id: String(one.value), name: one.name }))} onChange={(id) => props.onChange(Number(id))} />
      </div>
      <p id={help} className="small muted">
        {props.help}
      </p>
    </div>
  );
}

const USERS = [1, 8, 32, 128].map((value) => ({ value, name: String(value) }));
const LENGTHS = [
  { value: 10, name: '10 s' },
  { value: 60, name: '1 min' },
  { value: 300, name: '5 min' },
  { value: 1800, name: '30 min' },
];

/** What the server makes of it, before anything is sent. */
export function Foreseen({ check, also = [] }: { readonly check: PlanCheck; readonly also?: readonly string[] }): ReactElement {
  const advanced = useAdvanced();
  const baseline = useRuns().data?.find((run) => run.baseline);
  if (!check.valid) {
    return (
      <Notice tone="bad" title={check.faults.length === 1 ? 'One thing stands in the way' : `${check.faults.length} things stand in the way`}>
        <ul>
          {check.faults.map((fault) => (
            <li key={fault.place + fault.message} className="small wrap">
              {fault.message}
            </li>
          ))}
        </ul>
      </Notice>
    );
  }
  const { plan, schedule } = check;
  const facts = [
    plan ? `${plan.load} on ${count(plan.targets.length, 'target')}: ${plan.workload}.` : '',
    schedule?.seconds ? `It takes about ${seconds(schedule.seconds)}${schedule.runs > 1 ? ` in ${schedule.runs} runs` : ''}.` : '',
    schedule && !schedule.endless ? `${number(schedule.requests)} requests are sent to each.` : schedule ? 'As many requests as the servers answer in that time.' : plan?.kind === 'capacity' ? 'Runs follow each other until the limit is known.' : '',
    also.length > 0 ? `Then the same with ${also.map((one) => `“${one}”`).join(', ')}: a run each, one after the other.` : '',
    baseline ? `Compare can set it against the baseline ${baseline.id}.` : '',
  ].filter(Boolean);
  return (
    <Notice tone="info" title="What will happen">
      {facts.map((fact) => (
        <p key={fact} className="small">
          {fact}
        </p>
      ))}
      {check.warnings.map((warning) => (
        <p key={warning} className="small warn">
          {warning}
        </p>
      ))}
      {advanced && schedule ? <pre className="dry">{schedule.lines.join('\n')}</pre> : null}
    </Notice>
  );
}

export function Much(): ReactElement {
  const draft = useDraft();
  const form = useForm();
  const check = usePlanCheck(form, true);
  const ready = draft.kind === 'plan';
  return (
    <div className="stack loose">
      <Cards<Kind>
        label="How much"
        value={draft.much}
        onChange={(much) => draft.set({ much })}
        options={[
          ...(ready ? [{ id: 'plan' as const, name: 'As the plan says', note: 'Its own load and length' }] : []),
          { id: 'one' as const, name: 'One load', note: 'So many users at once, all the time' },
          { id: 'several' as const, name: 'Several loads', note: 'From few users to many, one run each' },
          { id: 'limit' as const, name: 'Find the limit', note: 'The most users that still get good answers' },
        ]}
      />
      {draft.much === 'one' ? (
        <Amount label="Users at once" help="Each sends its next request when it has its answer." value={draft.users} most={100_000} choices={USERS} onChange={(users) => draft.set({ users })} />
      ) : null}
      {draft.much === 'several' ? (
        <label className="field loads">
          <span className="label">Users at once, one after the other</span>
          <input className="input" value={draft.loads} spellCheck={false} onChange={(event) => draft.set({ loads: event.target.value })} />
          <span className="help">1..64x2 doubles from 1 to 64; 1,8,32 are these three.</span>
        </label>
      ) : null}
      {draft.much === 'limit' ? <p className="small muted">Good means that it keeps your objectives (Settings); without any: 95 of 100 first tokens within 2 s, and 99 of 100 requests answered.</p> : null}
      {draft.much !== 'plan' ? (
        <Amount
          label={draft.much === 'one' ? 'Seconds for each server' : 'Seconds for each run and server'}
          help="10 s are a look; figures that you would decide by need minutes."
          value={draft.seconds}
          most={604_800}
          choices={LENGTHS}
          onChange={(length) => draft.set({ seconds: length })}
        />
      ) : null}
      <div className="stack tight">
        <Check checked={draft.texts} onChange={(texts) => draft.set({ texts })}>
          Keep prompts and answers
        </Check>
        <p className="small muted">Live then shows what is answered, and the run’s folder holds it: who has the folder can read it.</p>
      </div>
      {check.error ? <Trouble error={check.error} retry={() => void check.refetch()} /> : check.data ? <Foreseen check={check.data} also={draft.kind === 'scenario' ? draft.also.map(scenarioTitle) : []} /> : <Skeleton height={120} />}
    </div>
  );
}
