// Of the page Cost: every load that was measured, and what a change brings.
import type { ReactElement } from 'react';
import { listed, millis, money, number, percent, rate } from '../base/format.ts';
import type { Cost, CostChange } from '../data/cost.ts';
import { Badge, Card, Dot } from '../widgets/surfaces.tsx';

function words(met: boolean | null, planned: boolean): ReactElement {
  if (met === false) return <Badge tone="bad">missed</Badge>;
  return <Badge tone={planned ? 'good' : 'quiet'}>{planned ? 'planned' : met === null ? 'no objectives' : 'kept'}</Badge>;
}

export function Loads({ cost, inks }: { readonly cost: Cost; readonly inks: Readonly<Record<string, string>> }): ReactElement {
  const { currency } = cost.assumptions;
  const heads = ['Requests/s', 'First token', 'Answered', '1M tokens', '1M input', '1M output', '1,000 requests'];
  return (
    <Card title="Every load" note="What it costs at each, whether it keeps the objectives or not">
      <div className="scroll" tabIndex={0} role="region" aria-label="Costs of loads">
        <table className="data">
          <thead>
            <tr>
              <th scope="col">Target</th>
              <th scope="col">Load</th>
              {heads.map((name) => (
                <th key={name} scope="col" className="right">
                  {name}
                </th>
              ))}
              <th scope="col">Objectives</th>
            </tr>
          </thead>
          <tbody>
            {cost.targets.flatMap((target) =>
              target.loads.map((load) => (
                <tr key={`${target.name} ${load.run_id} ${load.load}`}>
                  <th scope="row">
                    <span className="line" style={{ flexWrap: 'nowrap' }}>
                      <Dot colour={inks[target.name] ?? 'var(--info)'} />
                      {target.name}
                    </span>
                  </th>
                  <td className="nowrap">{load.load}</td>
                  <td className="right">{number(load.requests_per_s?.value)}</td>
                  <td className="right">{millis(load.ttft_p50_ms)}</td>
                  <td className="right">{rate(load.success_rate)}</td>
                  <td className="right">{money(load.costs.per_1m_tokens?.value, currency)}</td>
                  <td className="right">{money(load.costs.per_1m_input_tokens?.value, currency)}</td>
                  <td className="right">{money(load.costs.per_1m_output_tokens?.value, currency)}</td>
                  <td className="right">{money(load.costs.per_1k_requests?.value, currency)}</td>
                  <td>{words(load.slos_met, target.planned_with === load.run_id)}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

/** What of it nobody measured, in words. */
function believed(told: CostChange, currency: string): string {
  const { investment, monthly_benefit, people, answers_per_day, days_per_month, wage_per_hour, revenue_per_month, loss_share_per_second } = told.assumptions;
  const parts = [`the change costs ${money(investment, currency)} once`];
  if (monthly_benefit !== 0) parts.push(`it brings ${money(monthly_benefit, currency)} a month besides`);
  if (people > 0) parts.push(`${number(people)} people wait for ${number(answers_per_day)} answers a day on ${number(days_per_month)} days, and an hour of theirs is worth ${money(wage_per_hour, currency)}`);
  if (revenue_per_month > 0) parts.push(`of ${money(revenue_per_month, currency)} a month ${percent(loss_share_per_second)} is lost for each second of waiting`);
  return `Your assumptions: ${listed(parts)}. Measured: throughput and time to first token.`;
}

/** What it brings to go from one target to the other. */
export function Change({ cost }: { readonly cost: Cost }): ReactElement | null {
  const told = cost.change;
  if (!told) return null;
  const { currency, months } = cost.assumptions;
  const { people, revenue_per_month: revenue } = told.assumptions;
  const tiles = [
    { name: 'Machines saved a month', value: money(told.machines_saved_monthly, currency), note: 'by the throughput that was measured' },
    ...(people > 0 ? [{ name: 'Waiting saved a month', value: money(told.waiting_saved_monthly, currency), note: `${number(told.hours_saved_monthly)} hours; ${millis((told.seconds_saved_per_answer ?? 0) * 1000)} an answer` }] : []),
    ...(revenue > 0 ? [{ name: 'Revenue kept a month', value: money(told.revenue_gained_monthly, currency), note: 'by your loss per second of waiting' }] : []),
    { name: `Net over ${number(months)} months`, value: money(told.net, currency), note: 'all of it less what the change costs' },
    { name: 'Return on investment', value: told.roi === null ? '–' : percent(told.roi), note: told.roi === null ? 'nothing was invested' : 'net over the investment' },
    { name: 'Paid back', value: told.payback_months === null ? 'never' : `${number(told.payback_months)} months`, note: told.payback_months === null ? 'it gains nothing a month' : 'until gains reach the investment' },
  ];
  return (
    <div className="stack">
      <dl className="tiles three">
        {tiles.map((tile) => (
          <div key={tile.name} className="tile">
            <dt>{tile.name}</dt>
            <dd>{tile.value}</dd>
            <dd className="about">{tile.note}</dd>
          </div>
        ))}
      </dl>
      <p className="small muted">{believed(told, currency)}</p>
    </div>
  );
}
