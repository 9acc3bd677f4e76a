// What pages ask, kept and shared by TanStack Query. What a finished run tells does not change.
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { wholeWeights } from '../base/weights.ts';
import { get, theSession } from './api.ts';
import { useSettings } from './settings.ts';
import type {
  Chart,
  ChartEntry,
  Comparison,
  Insight,
  Objectives,
  RequestPage,
  RequestRecord,
  Run,
  RunRow,
  Session,
  Summary,
} from './types.ts';

const run = (id: string): string => `runs/${encodeURIComponent(id)}`;
const FOR_EVER = Infinity;

export function useSession(): UseQueryResult<Session> {
  return useQuery({ queryKey: ['session'], queryFn: theSession, staleTime: FOR_EVER });
}

export function useRuns(): UseQueryResult<readonly RunRow[]> {
  return useQuery({
    queryKey: ['runs'],
    queryFn: async ({ signal }) => (await get<{ runs: RunRow[] }>('runs', {}, signal)).runs,
    refetchInterval: 10_000,
  });
}

export function useRun(id: string | undefined): UseQueryResult<Run> {
  return useQuery({
    queryKey: ['run', id],
    queryFn: ({ signal }) => get<Run>(run(id ?? ''), {}, signal),
    enabled: id !== undefined,
  });
}

export function useSummary(id: string | undefined): UseQueryResult<Summary> {
  return useQuery({
    queryKey: ['summary', id],
    queryFn: ({ signal }) => get<Summary>(`${run(id ?? '')}/summary`, {}, signal),
    enabled: id !== undefined,
    staleTime: 60_000,
  });
}

export interface ComparisonAsked {
  readonly runs: readonly string[];
  readonly baseline?: string | undefined;
  readonly tests?: boolean;
}

/** With scores by the weights of Settings. */
export function useComparison(asked: ComparisonAsked, enabled: boolean): UseQueryResult<Comparison> {
  const weights = useSettings((settings) => settings.weights);
  return useQuery({
    queryKey: ['compare', asked, weights],
    queryFn: ({ signal }) =>
      get<Comparison>('compare', { runs: asked.runs, baseline: asked.baseline, tests: asked.tests ? 'true' : undefined, weights: wholeWeights(weights) }, signal),
    enabled,
    staleTime: FOR_EVER,
    placeholderData: keepPreviousData,
  });
}

export function useInsights(id: string | undefined): UseQueryResult<readonly Insight[]> {
  return useQuery({
    queryKey: ['insights', id],
    queryFn: async ({ signal }) => (await get<{ insights: Insight[] }>(`${run(id ?? '')}/insights`, {}, signal)).insights,
    enabled: id !== undefined,
    staleTime: FOR_EVER,
  });
}

export function useObjectives(id: string | undefined, slos: readonly string[]): UseQueryResult<Objectives> {
  return useQuery({
    queryKey: ['objectives', id, slos],
    queryFn: ({ signal }) => get<Objectives>('objectives', { runs: id, slo: slos }, signal),
    enabled: id !== undefined && slos.length > 0,
    staleTime: FOR_EVER,
  });
}

export function useCatalogue(runs: readonly string[]): UseQueryResult<readonly ChartEntry[]> {
  return useQuery({
    queryKey: ['charts', runs],
    queryFn: async ({ signal }) => (await get<{ charts: ChartEntry[] }>('charts', { runs }, signal)).charts,
    enabled: runs.length > 0,
    staleTime: FOR_EVER,
  });
}

export function useChart(id: string, runs: readonly string[], selection: RequestFilter, enabled: boolean): UseQueryResult<Chart> {
  return useQuery({
    queryKey: ['chart', id, runs, selection],
    queryFn: ({ signal }) => get<Chart>(`charts/${encodeURIComponent(id)}`, { ...selection, runs }, signal),
    enabled,
    staleTime: FOR_EVER,
    placeholderData: keepPreviousData,
  });
}

export interface Group {
  readonly label: string;
  readonly requests: number;
  readonly failed: number;
  readonly output_tokens: number;
  readonly ttft_ms: { readonly p50: number | null; readonly p95: number | null };
  readonly tpot_ms: { readonly p50: number | null };
  readonly e2e_ms: { readonly p50: number | null };
  readonly request_tokens_per_s_p50: number | null;
}

export interface UsersOf {
  readonly name: string;
  readonly engine: string;
  readonly users: readonly Group[];
  readonly sessions: { readonly by_turn: readonly Group[]; readonly by_session: readonly Group[] };
}

export function useUsers(id: string): UseQueryResult<readonly UsersOf[]> {
  return useQuery({
    queryKey: ['users', id],
    queryFn: async ({ signal }) => (await get<{ targets: UsersOf[] }>(`${run(id)}/analysis`, { sections: 'users' }, signal)).targets,
    staleTime: FOR_EVER,
  });
}

export type RequestFilter = Readonly<Record<string, string | undefined>>;
export const PAGE = 100;

export function requestPage(id: string, filter: RequestFilter, page: number) {
  return {
    queryKey: ['requests', id, filter, page],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      get<RequestPage>(`${run(id)}/requests`, { ...filter, offset: page * PAGE, limit: PAGE }, signal),
    staleTime: FOR_EVER,
  };
}

export function useRequestRecord(id: string, target: string, index: string): UseQueryResult<RequestRecord> {
  return useQuery({
    queryKey: ['request', id, target, index],
    queryFn: ({ signal }) => get<RequestRecord>(`${run(id)}/requests/${target}/${index}`, {}, signal),
    staleTime: FOR_EVER,
  });
}
