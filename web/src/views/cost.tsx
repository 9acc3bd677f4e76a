// What the measured machines cost: a token, a month, a change from one to the other.
import { useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { colours } from '../base/colours.ts';
import { money, number, percent } from '../base/format.ts';
import { listOf } from '../base/query.ts';
import { useCost, type Cost as Costs, type CostTarget } from '../data/cost.ts';
import { useQueryState } from '../data/place.ts';
import { useRun, useRuns } from '../data/queries.ts';
import { useAdvanced, useSettings } from '../data/settings.ts';
import { Bars } from '../widgets/bars.tsx';
import { Choice, Switch } from '../widgets/controls.tsx';
import { Badge, Card, Dot, Empty, Notice, Trouble, Waiting } from '../widgets/surfaces.tsx';
import { Change, Loads } from './cost_parts.tsx';
import { Page, RunChoice, WithRun } from './page.tsx';
import { TradeOff } from './trade_off.tsx';

interface Input {
  readonly name: string;
  readonly label: string;
  readonly unit?: string;
  readonly hint: string;
  /** Anything but a number of 0 or more. */
  readonly text?: true;
}

const MACHINES: readonly Input[] = [
  { name: 'price', label: 'Price of a GPU hour', unit: '$', hint: '2.50, or vllm=3.99,tgi=1.79', text: true },
  { name: 'gpu', label: 'or a machine of the list', hint: 'runpod-h100-sxm', text: true },
  { name: 'gpus', label: 'GPUs behind each URL', hint: '1, or vllm=2,tgi=1', text: true },
];
const DEMAND: readonly Input[] = [
  { name: 'qps', label: 'Requests a second', hint: '1,10,100', text: true },
  { name: 'growth', label: 'Growth, times', hint: 'none' },
  { name: 'slo', label: 'Objectives', hint: 'ttft_p95=400ms', text: true },
];
const MORE: readonly Input[] = [
  { name: 'utilization', label: 'Utilization', hint: '100%', text: true },
  { name: 'hours', label: 'Hours a month', hint: '730' },
  { name: 'months', label: 'Months', hint: '12' },
  { name: 'output-weight', label: 'Output token, in input tokens', hint: '4' },
];
const CHANGE: readonly Input[] = [
  { name: 'investment', label: 'The change costs, once', unit: '$', hint: '0' },
  { name: 'benefit', label: 'It also brings, a month', unit: '$', hint: '0' },
  { name: 'people', label: 'People who wait', hint: '0' },
  { name: 'answers-per-day', label: 'Answers each, a day', hint: '0' },
  { name: 'wage', label: 'An hour of their time', unit: '$', hint: '0' },
  { name: 'revenue', label: 'The service earns, a month', unit: '$', hint: '0' },
  { name: 'loss-per-second', label: 'Lost per second of waiting', unit: '%', hint: '0' },
];
const ALL = [...MACHINES, ...DEMAND, ...MORE, ...CHANGE];
const PAUSE = 400;

const isWrong = (input: Input, text: string): boolean => !input.text && text !== '' && !(Number(text) >= 0);

/** Written into the address when the reader pauses. */
function Field({ input, value, change }: { readonly input: Input; readonly value: string; readonly change: (value: string) => void }): ReactElement {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const wrong = isWrong(input, text.trim());
  useEffect(() => {
    if (text.trim() === value || wrong) return undefined;
    const timer = setTimeout(() => change(text.trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [text, value, wrong, change]);
  return (
    <label className="field">
      <span className="label">
        {input.label}
        {input.unit ? ` (${input.unit})` : ''}
      </span>
      <input className="input" inputMode={input.text ? 'text' : 'decimal'} aria-invalid={wrong} placeholder={input.hint} value={text} onChange={(event) => setText(event.target.value)} />
      {wrong ? <span className="help bad">a number of 0 or more</span> : null}
    </label>
  );
}

function Fields({ title, inputs, children }: { readonly title: string; readonly inputs: readonly Input[]; readonly children?: ReactNode }): ReactElement {
  const [query, change] = useQueryState();
  const by = useMemo(() => Object.fromEntries(inputs.map((one) => [one.name, (value: string) => change({ [one.name]: value || undefined }, { replace: true })])), [inputs, change]);
  return (
    <fieldset className="inputs">
      <legend>{title}</legend>
      <div className="grid">
        {inputs.map((one) => (
          <Field key={one.name} input={one} value={query[one.name] ?? ''} change={by[one.name] ?? (() => undefined)} />
        ))}
        {children}
      </div>
    </fieldset>
  );
}

function Sides({ names }: { readonly names: readonly string[] }): ReactElement {
  const [query, change] = useQueryState();
  const options = names.map((name) => ({ id: name, name }));
  return (
    <>
      <Choice label="From" value={query['from']} onChange={(id) => change({ from: id }, { replace: true })} options={options} />
      <Choice label="To" value={query['to']} onChange={(id) => change({ to: id }, { replace: true })} options={options} />
    </>
  );
}

const planned = (target: CostTarget) => target.loads.find((load) => load.run_id === target.planned_with);

function PerTokens({ cost, inks }: { readonly cost: Costs; readonly inks: Readonly<Record<string, string>> }): ReactElement {
  const { currency } = cost.assumptions;
  const bars = cost.targets.map((target) => {
    const told = planned(target)?.costs.per_1m_tokens;
    return {
      name: target.name,
      colour: inks[target.name] ?? 'var(--info)',
      value: told?.value ?? null,
      low: told?.interval?.low ?? null,
      high: told?.interval?.high ?? null,
      text: money(told?.value, currency),
      range: told?.interval ? `95% interval ${money(told.interval.low, currency)} to ${money(told.interval.high, currency)}` : '',
    };
  });
  const none = cost.targets.filter((target) => target.planned_with === null).map((target) => target.name);
  return (
    <Card title="A million tokens" note="At the highest load that keeps the objectives; input and output as mixed in the run">
      <div className="stack">
        <Bars label="Cost of a million tokens" bars={bars} />
        {none.length > 0 ? <p className="small warn">{none.join(', ')}: kept the objectives at no load that was measured.</p> : null}
      </div>
    </Card>
  );
}

function Months({ cost, inks }: { readonly cost: Costs; readonly inks: Readonly<Record<string, string>> }): ReactElement {
  const { currency, months } = cost.assumptions;
  const scales = cost.targets.flatMap((target) => target.budgets.map((one) => one?.requests_per_s)).filter((one): one is number => one !== undefined);
  const all = [...new Set(scales)].sort((a, b) => a - b);
  return (
    <Card title="A month" note={`And ${number(months)} months of it; whole replicas`}>
      <div className="scroll" tabIndex={0} role="region" aria-label="Budget">
        <table className="data">
          <thead>
            <tr>
              <th scope="col" className="right">
                Requests/s
              </th>
              <th scope="col">Target</th>
              {['GPUs', 'A month', '95% interval', `${number(months)} months`, '1M tokens'].map((name) => (
                <th key={name} scope="col" className="right">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {all.flatMap((scale) =>
              cost.targets.map((target, i) => {
                const budget = target.budgets.find((one) => one?.requests_per_s === scale);
                const saving = cost.savings.find((one) => one.requests_per_s === scale && one.cheapest === target.name && one.monthly > 0);
                return (
                  <tr key={`${scale} ${target.name}`}>
                    <td className="right">{i === 0 ? number(scale) : ''}</td>
                    <th scope="row">
                      <span className="line" style={{ flexWrap: 'nowrap' }}>
                        <Dot colour={inks[target.name] ?? 'var(--info)'} />
                        {target.name}
                        {saving ? <Badge tone="good">cheapest</Badge> : null}
                      </span>
                    </th>
                    <td className="right">{number(budget?.gpus)}</td>
                    <td className="right">{money(budget?.monthly?.value, currency)}</td>
                    <td className="right">{budget?.monthly?.interval ? `${money(budget.monthly.interval.low, currency)} to ${money(budget.monthly.interval.high, currency)}` : '–'}</td>
                    <td className="right">{money(budget?.total, currency)}</td>
                    <td className="right">{money(budget?.per_1m_tokens, currency)}</td>
                  </tr>
                );
              }),
            )}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Saving({ cost }: { readonly cost: Costs }): ReactElement | null {
  const { currency } = cost.assumptions;
  const best = cost.savings.findLast((one) => one.monthly > 0);
  if (!best) return null;
  return (
    <section className={`card answer ${best.certain ? 'good' : 'warn'}`} aria-labelledby="saving">
      <h2 className="who" id="saving">
        {best.cheapest} saves {money(best.monthly, currency)} a month
      </h2>
      <p className="headline">
        {percent(best.share)} less than {best.against} at {number(best.requests_per_s)} requests a second
        {best.certain ? '; the intervals are apart.' : '; the intervals overlap, so it is not certain.'}
      </p>
    </section>
  );
}

function Answer({ cost, inks }: { readonly cost: Costs; readonly inks: Readonly<Record<string, string>> }): ReactElement {
  const { assumptions, warnings } = cost;
  const priced = cost.targets.some((target) => target.price_per_gpu_hour !== null);
  if (!priced) {
    return (
      <Card>
        <Empty icon="cost" title="Say what a GPU costs">
          <p>With a price of a GPU hour this page says what a million tokens and a month cost. Until then it can say machine time:</p>
          <ul className="small">
            {cost.targets.map((target) => (
              <li key={target.name}>
                {target.name}: <span className="num">{number(planned(target)?.costs.gpu_hours_per_1m_tokens?.value)}</span> GPU-hours a million tokens
              </li>
            ))}
          </ul>
        </Empty>
      </Card>
    );
  }
  return (
    <>
      <Saving cost={cost} />
      {warnings.length > 0 ? (
        <Notice tone="warn" title="To mind">
          {warnings.map((one) => (
            <p key={one} className="small">
              {one}
            </p>
          ))}
        </Notice>
      ) : null}
      <div className="two">
        <PerTokens cost={cost} inks={inks} />
        <TradeOff cost={cost} inks={inks} />
      </div>
      <Months cost={cost} inks={inks} />
      <Change cost={cost} />
      <Loads cost={cost} inks={inks} />
      <p className="small muted">
        Assumed: machines bring {percent(assumptions.utilization)} of what was measured; an output token counts for {number(assumptions.output_weight)} input tokens; {number(assumptions.hours_per_month)} hours a
        month; n replicas bring n times as much. Failed requests are paid for and bring nothing. {cost.targets.map((target) => `${target.name}: ${money(target.price_per_gpu_hour, assumptions.currency)} a GPU-hour (${target.price_basis === '--price' ? 'your price' : target.price_basis || 'no price'}), ${number(target.gpus_per_replica)} GPU.`).join(' ')}
      </p>
    </>
  );
}

function CostOf({ run }: { readonly run: string }): ReactElement {
  const advanced = useAdvanced();
  const [query, change] = useQueryState();
  const about = useRun(run);
  const all = useRuns();
  const chosen = useSettings((settings) => settings.objectives);
  const group = all.data?.find((one) => one.id === run)?.group ?? undefined;
  const whole = group !== undefined && query['loads'] !== 'one';
  const asked = useMemo(() => {
    const made: Record<string, string | undefined> = { runs: query['runs'] ?? (whole ? group : run), from: query['from'], to: query['to'] };
    for (const one of ALL) if (query[one.name] && !isWrong(one, query[one.name] ?? '')) made[one.name] = query[one.name];
    made['slo'] ??= chosen.length > 0 ? chosen.join(',') : undefined;
    return made;
  }, [query, whole, group, run, chosen]);
  const told = useCost(asked);
  const inks = useMemo(() => {
    const targets = about.data?.targets ?? [];
    const made = colours(targets.map((one) => one.engine));
    return Object.fromEntries(targets.map((one, i) => [one.name, made[i] ?? 'var(--info)']));
  }, [about.data]);
  const names = told.data?.targets.map((one) => one.name) ?? [];
  const note = listOf(query['runs']).length > 1 ? `${listOf(query['runs']).length} runs` : 'From what was measured and what you pay';
  return (
    <Page
      title="Cost"
      note={note}
      tools={
        <>
          {group !== undefined ? (
            <Switch label="Loads" value={whole ? 'all' : 'one'} onChange={(id) => change({ loads: id === 'one' ? 'one' : undefined }, { replace: true })} options={[{ id: 'all', name: 'All its loads' }, { id: 'one', name: 'This run' }]} />
          ) : null}
          <RunChoice run={run} />
        </>
      }
    >
      <Card title="What you pay and need" note="Your own assumptions; they stand in the link">
        <div className="stack">
          <Fields title="Machines" inputs={MACHINES} />
          <Fields title="Demand" inputs={DEMAND} />
          {advanced ? <Fields title="How it is counted" inputs={MORE} /> : null}
          {advanced && names.length > 1 ? (
            <Fields title="A change from one to the other" inputs={CHANGE}>
              <Sides names={names} />
            </Fields>
          ) : null}
        </div>
      </Card>
      {told.error ? <Trouble error={told.error} retry={() => void told.refetch()} /> : null}
      {!told.data && !told.error ? <Waiting what="the costs" heights={[110, 240, 260]} /> : null}
      {told.data && !told.error ? <Answer cost={told.data} inks={inks} /> : null}
    </Page>
  );
}

export function Cost(): ReactElement {
  return <WithRun title="Cost">{(run) => <CostOf key={run} run={run} />}</WithRun>;
}
