// What the costs come to: the answer in words, a million tokens, a month, the whole time, a change, and what is assumed.
import { Fragment, type ReactElement } from 'react';
import { count, listed, money, number, percent } from '../base/format.ts';
import { useQueryState } from '../data/place.ts';
import type { Cost as Costs } from '../data/cost.ts';
import { Bars } from '../widgets/bars.tsx';
import { Choice } from '../widgets/controls.tsx';
import { Badge, Card, Dot, Empty, Notice } from '../widgets/surfaces.tsx';
import { FROM_SETTINGS, ChangeInputs } from './cost_inputs.tsx';
import { Change, Loads } from './cost_parts.tsx';
import { basisOf, budgetAt, lacksOf, planned, scalesOf, toldCost, type ToldCost } from './cost_words.ts';
import { MoreLink } from './page.tsx';
import { TradeOff } from './trade_off.tsx';

type Inks = Readonly<Record<string, string>>;
type Said = Readonly<Record<string, string>>;

/** A price alone is not enough. */
function NoMonth({ cost }: { readonly cost: Costs }): ReactElement {
  return (
    <Notice tone="warn" title="No month can be reckoned">
      {lacksOf(cost).map((one) => (
        <p key={one}>{one}</p>
      ))}
      <p>Loosen the objectives above, or measure at a lower load. What each load costs by itself stands below.</p>
    </Notice>
  );
}

function InWords({ cost, told, demand }: { readonly cost: Costs; readonly told: ToldCost; readonly demand: string | undefined }): ReactElement {
  return (
    <section className={`card answer ${told.tone}`} aria-labelledby="saving">
      <h2 className="who" id="saving">
        {told.headline}
      </h2>
      <p className="headline">
        {told.costs}
        {demand ? '' : ` You have not said how many requests a second you serve, so ${listed(scalesOf(cost).map((one) => number(one)))} are shown.`}
      </p>
      {told.doubts.length > 0 ? (
        <div className="stack tight">
          <h3>{told.certain ? 'What it does not say' : 'Not certain, because'}</h3>
          <ul className="told-list doubts">
            {told.doubts.map((doubt) => (
              <li key={doubt}>{doubt}</li>
            ))}
          </ul>
        </div>
      ) : null}
    </section>
  );
}

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
  const all = scalesOf(cost);
  const costs = (scale: number): number[] => cost.targets.flatMap((target) => budgetAt(target, scale)?.monthly?.value ?? []);
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
                const budget = budgetAt(target, scale);
                const monthly = costs(scale);
                const cheapest = budget?.monthly?.value === Math.min(...monthly) && budget.monthly.value < Math.max(...monthly);
                return (
                  <tr key={`${scale} ${target.name}`}>
                    <td className="right">{i === 0 ? number(scale) : ''}</td>
                    <th scope="row">
                      <span className="line" style={{ flexWrap: 'nowrap' }}>
                        <Dot colour={inks[target.name] ?? 'var(--info)'} />
                        {target.name}
                        {cheapest ? <Badge tone="good">cheapest</Badge> : null}
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

/** What machines cost over all the months, at one demand. */
function Total({ cost, inks }: { readonly cost: Costs; readonly inks: Inks }): ReactElement | null {
  const { currency, months } = cost.assumptions;
  const [query, change] = useQueryState();
  const scales = scalesOf(cost);
  const scale = scales.find((one) => String(one) === query['at']) ?? scales.at(-1);
  if (scale === undefined) return null;
  const bars = cost.targets.map((target) => {
    const budget = budgetAt(target, scale);
    const range = budget?.monthly?.interval;
    return {
      name: target.name,
      colour: inks[target.name] ?? 'var(--info)',
      value: budget?.total ?? null,
      low: range ? range.low * months : null,
      high: range ? range.high * months : null,
      text: money(budget?.total, currency),
      range: range ? `95% interval ${money(range.low * months, currency)} to ${money(range.high * months, currency)}` : '',
    };
  });
  return (
    <Card
      title={`Total cost of ${number(months)} months`}
      note={
        scales.length > 1 ? (
          <Choice label="At" hideLabel value={String(scale)} onChange={(id) => change({ at: id }, { replace: true })} options={scales.map((one) => ({ id: String(one), name: `${number(one)} requests/s` }))} />
        ) : (
          `At ${number(scale)} requests a second`
        )
      }
    >
      <div className="stack">
        <Bars label={`Total cost of ${number(months)} months`} bars={bars} />
        <p className="small muted">Machines and their power, whole replicas. What people, storage and traffic cost is not in it; a change’s own cost is reckoned below.</p>
      </div>
    </Card>
  );
}

/** Does it pay? */
function Investment({ cost, advanced }: { readonly cost: Costs; readonly advanced: boolean }): ReactElement | null {
  const names = cost.targets.filter((target) => target.planned_with !== null && target.price_per_gpu_hour !== null).map((target) => target.name);
  if (names.length < 2) return null;
  return (
    <Card title="Does a change pay?" note={cost.change ? `From ${cost.change.from} to ${cost.change.to}, at ${number(cost.change.requests_per_s)} requests a second${scalesOf(cost).length > 1 ? ', the smallest demand' : ''}` : 'Return on investment, by your own figures'}>
      <div className="stack loose">
        <ChangeInputs names={names} advanced={advanced} />
        <Change cost={cost} />
      </div>
    </Card>
  );
}

/** Every figure that was not measured, and whose it is. */
function Assumed({ cost, asked, assumed }: { readonly cost: Costs; readonly asked: Said; readonly assumed: Said }): ReactElement {
  const { assumptions } = cost;
  const from = (name: string): string => (assumed[name] ? FROM_SETTINGS : asked[name] ? 'said above' : 'as is usual');
  const priced = assumed['price'] || assumed['gpu'] ? FROM_SETTINGS : 'said above';
  const each = cost.targets.map((target) => {
    const gpus = count(target.gpus_per_replica, 'GPU');
    if (target.price_per_gpu_hour === null) return [target.name, `no price, ${gpus}`, ''] as const;
    return [target.name, `${money(target.price_per_gpu_hour, assumptions.currency)} a GPU hour, ${gpus}`, `${basisOf(target)}, ${priced}`] as const;
  });
  const alike = each.length > 1 && new Set(each.map(([, value, source]) => value + source)).size === 1;
  const machines = alike ? each.slice(0, 1).map(([, value, source]) => ['Each target', value, source] as const) : each;
  const rows: readonly (readonly [string, string, string])[] = [
    ...machines,
    ...(asked['qps'] ? [['Demand', `${asked['qps'].split(',').join(', ')} requests a second`, from('qps')] as const] : []),
    ...(asked['growth'] ? [['Growth', `and ${asked['growth']} times that`, from('growth')] as const] : []),
    ['Utilization', `${percent(assumptions.utilization)} of what was measured`, from('utilization')],
    ['A month', `${number(assumptions.hours_per_month)} hours`, from('hours')],
    ['The total', count(assumptions.months, 'month'), from('months')],
    ['Output token', `${number(assumptions.output_weight)} input tokens`, from('output-weight')],
    ['Objectives', asked['slo']?.replaceAll(',', ', ') ?? 'as each run’s plan has them', from('slo')],
    ['Replicas', 'n bring n times as much', 'not measured'],
    ['Failed requests', 'are paid for and bring nothing', ''],
  ];
  return (
    <Card title="What is assumed" note={<MoreLink href="/settings">Prices in Settings</MoreLink>}>
      <dl className="facts-list" aria-label="Assumptions">
        {rows.map(([what, value, source]) => (
          <Fragment key={what}>
            <dt>{what}</dt>
            <dd>
              {value}
              {source ? <span className="muted"> · {source}</span> : null}
            </dd>
          </Fragment>
        ))}
      </dl>
    </Card>
  );
}

function NoPrice({ cost }: { readonly cost: Costs }): ReactElement {
  return (
    <Card>
      <Empty icon="cost" title="Say what a GPU costs">
        <p>Choose a machine of the list, or write a price of a GPU hour: then this page says what a million tokens and a month cost. Until then it can say machine time:</p>
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

interface AnswerProps {
  readonly cost: Costs;
  readonly inks: Inks;
  readonly asked: Said;
  readonly assumed: Said;
  readonly advanced: boolean;
}

export function CostAnswer({ cost, inks, asked, assumed, advanced }: AnswerProps): ReactElement {
  if (!cost.targets.some((target) => target.price_per_gpu_hour !== null)) return <NoPrice cost={cost} />;
  const told = toldCost(cost);
  return (
    <>
      {told ? (
        <>
          <InWords cost={cost} told={told} demand={asked['qps']} />
          <div className="two">
            <PerTokens cost={cost} inks={inks} />
            <Total cost={cost} inks={inks} />
          </div>
          <Months cost={cost} inks={inks} />
        </>
      ) : (
        <NoMonth cost={cost} />
      )}
      <div className="two">
        <TradeOff cost={cost} inks={inks} />
        <Assumed cost={cost} asked={asked} assumed={assumed} />
      </div>
      <Investment cost={cost} advanced={advanced} />
      <Loads cost={cost} inks={inks} />
    </>
  );
}
