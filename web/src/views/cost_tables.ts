// Costs as tables to take away: unrounded, in the currency of the answer.
import { csvOf } from '../base/csv.ts';
import type { Cost } from '../data/cost.ts';
import { basisOf } from './cost_words.ts';

/** A row a demand and target. */
export function budgetsCsv(cost: Cost): string {
  const { currency, months } = cost.assumptions;
  const columns = ['requests_per_s', 'target', 'replicas', 'gpus', 'price_per_gpu_hour', 'price_from', 'monthly', 'monthly_low_95', 'monthly_high_95', 'total', 'months', 'per_1m_tokens', 'currency'];
  const rows = cost.targets.flatMap((target) =>
    target.budgets.flatMap((one) =>
      one === null
        ? []
        : [[one.requests_per_s, target.name, one.replicas, one.gpus, target.price_per_gpu_hour, basisOf(target), one.monthly?.value, one.monthly?.interval?.low, one.monthly?.interval?.high, one.total, months, one.per_1m_tokens, currency]],
    ),
  );
  return csvOf(columns, rows);
}

/** A row a target and load. */
export function loadsCsv(cost: Cost): string {
  const { currency } = cost.assumptions;
  const columns = [
    'target', 'run', 'load', 'requests_per_s', 'output_tokens_per_s', 'ttft_p50_ms', 'success_rate', 'objectives_kept', 'planned_with', 'per_1m_tokens', 'per_1m_tokens_low_95',
    'per_1m_tokens_high_95', 'per_1m_input_tokens', 'per_1m_output_tokens', 'per_1k_requests', 'output_tokens_per_s_per_money_an_hour', 'gpu_hours_per_1m_tokens', 'currency',
  ];
  const said = (kept: boolean | null): string => (kept === null ? '' : kept ? 'yes' : 'no');
  const rows = cost.targets.flatMap((target) =>
    target.loads.map((load) => [
      target.name, load.run_id, load.load, load.requests_per_s?.value, load.output_tokens_per_s?.value, load.ttft_p50_ms, load.success_rate, said(load.slos_met), load.run_id === target.planned_with ? 'yes' : 'no',
      load.costs.per_1m_tokens?.value, load.costs.per_1m_tokens?.interval?.low, load.costs.per_1m_tokens?.interval?.high, load.costs.per_1m_input_tokens?.value, load.costs.per_1m_output_tokens?.value,
      load.costs.per_1k_requests?.value, load.costs.output_tokens_per_s_per_money_an_hour?.value, load.costs.gpu_hours_per_1m_tokens?.value, currency,
    ]),
  );
  return csvOf(columns, rows);
}
