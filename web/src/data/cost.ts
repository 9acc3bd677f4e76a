// What the machines cost, as `tokentrial cost --json` tells it.
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { get } from './api.ts';
import type { Rate } from './types.ts';

export interface CostLoad {
  readonly run_id: string;
  readonly load: string;
  readonly requests_per_s: Rate | null;
  readonly output_tokens_per_s: Rate | null;
  readonly ttft_p50_ms: number | null;
  readonly success_rate: number | null;
  readonly slos_met: boolean | null;
  readonly valid: boolean;
  readonly costs: {
    readonly per_1m_tokens: Rate | null;
    readonly input_share_of_tokens: number | null;
    readonly per_1m_input_tokens: Rate | null;
    readonly per_1m_output_tokens: Rate | null;
    readonly per_1k_requests: Rate | null;
    readonly output_tokens_per_s_per_money_an_hour: Rate | null;
    readonly gpu_hours_per_1m_tokens: Rate | null;
  };
}

export interface Budget {
  readonly requests_per_s: number;
  readonly replicas: number;
  readonly gpus: number;
  readonly monthly: Rate | null;
  readonly per_1m_tokens: number | null;
  readonly total: number | null;
}

export interface CostTarget {
  readonly name: string;
  readonly gpus_per_replica: number;
  readonly price_per_gpu_hour: number | null;
  readonly price_basis: string;
  readonly loads: readonly CostLoad[];
  /** The run of the load that a budget is made with. */
  readonly planned_with: string | null;
  readonly budgets: readonly (Budget | null)[];
}

export interface CostChange {
  readonly from: string;
  readonly to: string;
  readonly requests_per_s: number;
  readonly assumptions: {
    readonly investment: number;
    readonly monthly_benefit: number;
    readonly people: number;
    readonly answers_per_day: number;
    readonly days_per_month: number;
    readonly wage_per_hour: number;
    readonly revenue_per_month: number;
    readonly loss_share_per_second: number;
  };
  readonly machines_saved_monthly: number;
  readonly seconds_saved_per_answer: number | null;
  readonly hours_saved_monthly: number | null;
  readonly waiting_saved_monthly: number | null;
  readonly revenue_gained_monthly: number | null;
  readonly net: number;
  readonly roi: number | null;
  readonly payback_months: number | null;
}

export interface Cost {
  readonly assumptions: { readonly currency: string; readonly utilization: number; readonly output_weight: number; readonly hours_per_month: number; readonly months: number };
  readonly targets: readonly CostTarget[];
  readonly savings: readonly { readonly requests_per_s: number; readonly cheapest: string; readonly against: string; readonly monthly: number; readonly share: number; readonly certain: boolean | null }[];
  readonly change: CostChange | null;
}

const rateOf = (load: CostLoad): number => load.requests_per_s?.value ?? 0;

/** Loads of a target from the lowest to the highest, whatever the order of their runs. */
function inOrder(cost: Cost): Cost {
  return { ...cost, targets: cost.targets.map((target) => ({ ...target, loads: [...target.loads].sort((a, b) => rateOf(a) - rateOf(b)) })) };
}

export function useCost(asked: Readonly<Record<string, string | undefined>>, enabled: boolean): UseQueryResult<Cost> {
  return useQuery({
    queryKey: ['cost', asked],
    queryFn: async ({ signal }) => inOrder(await get<Cost>('cost', asked, signal)),
    enabled,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
}

/** A machine of the list that comes with the program. */
export interface Price {
  readonly name: string;
  readonly gpu: string;
  readonly provider: string;
  readonly instance: string;
  readonly gpus: number;
  readonly per_gpu_hour: number;
  readonly source: string;
  readonly date: string;
}

export function usePrices(): UseQueryResult<{ readonly currency: string; readonly prices: readonly Price[] }> {
  return useQuery({ queryKey: ['prices'], queryFn: ({ signal }) => get<{ currency: string; prices: Price[] }>('prices', {}, signal), staleTime: Infinity });
}
