// The part of a run's requests that the address selects, for every chart and table of the page.
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { nothingSelected, selectionOf, type Selection } from '../base/selection.ts';
import { get } from './api.ts';
import { useQueryState } from './place.ts';

export interface PartFigures {
  readonly target: string;
  readonly requests: number;
  readonly of: number;
  readonly ok: number;
  readonly failed: number;
  readonly error_rate: number | null;
  readonly output_tokens: number;
  readonly ttft_ms: { readonly n: number; readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
  readonly tpot_ms: { readonly n: number; readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
  readonly e2e_ms: { readonly n: number; readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
}

export interface Figures {
  readonly requests: number;
  readonly of: number;
  readonly targets: readonly PartFigures[];
}

export function useSelection(): Selection {
  const [query] = useQueryState();
  return useMemo(() => selectionOf(query), [query]);
}

export function useFigures(run: string, selection: Selection): UseQueryResult<Figures> {
  return useQuery({
    queryKey: ['figures', run, selection],
    queryFn: ({ signal }) => get<Figures>('figures', { ...selection, runs: run }, signal),
    enabled: !nothingSelected(selection),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
}
