// What people wrote at charts; it stays with the run.
import { useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { get, send } from './api.ts';

export interface Mark {
  readonly at: string;
  readonly chart: string;
  readonly text: string;
  /** Where on the x axis it is pinned; null: to the chart as a whole. */
  readonly x: number | null;
}

const place = (run: string): string => `runs/${encodeURIComponent(run)}/marks`;

export function useMarks(run: string | undefined): UseQueryResult<readonly Mark[]> {
  return useQuery({
    queryKey: ['marks', run],
    queryFn: async ({ signal }) => (await get<{ marks: Mark[] }>(place(run ?? ''), {}, signal)).marks,
    enabled: run !== undefined,
    staleTime: 60_000,
  });
}

/** A text to write, or the place in the list (from 1) of one to take away. */
export type MarkOrder = { readonly chart: string; readonly text: string; readonly x?: number | undefined } | { readonly remove: number };

export function useMarking(run: string): UseMutationResult<unknown, Error, MarkOrder> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (order: MarkOrder) => ('remove' in order ? send('DELETE', `${place(run)}/${order.remove}`) : send('POST', place(run), order)),
    onSettled: () => client.invalidateQueries({ queryKey: ['marks', run] }),
  });
}
