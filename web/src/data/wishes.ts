// What charts of a run are asked to show otherwise than the run has it, in the server's own names.
import { useMemo } from 'react';
import type { Query } from '../base/query.ts';
import type { Selection } from '../base/selection.ts';
import { useQueryState } from './place.ts';
import { useSummary } from './queries.ts';
import { useSettings } from './settings.ts';

export const BUCKETS = [
  { id: 'auto', name: 'As suits the run' },
  { id: '1s', name: '1 s' },
  { id: '10s', name: '10 s' },
  { id: '1m', name: '1 min' },
  { id: '5m', name: '5 min' },
  { id: '10m', name: '10 min' },
] as const;

export function bucketOf(query: Query): string | undefined {
  return BUCKETS.find((one) => one.id === query['bucket'] && one.id !== 'auto')?.id;
}

export function leftOutOf(query: Query): number {
  const count = Number(query['leave_out'] ?? '');
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** Buckets and requests to leave out stand in the address; the reader's objectives hold where the plan has none. */
export function useWishes(run: string): Selection {
  const [query] = useQueryState();
  const objectives = useSettings((settings) => settings.objectives);
  const summary = useSummary(objectives.length > 0 ? run : undefined);
  const own = !summary.data || summary.data.summary.targets.some((target) => target.slos.length > 0);
  const bucket = bucketOf(query);
  const left = leftOutOf(query);
  return useMemo(
    () => ({
      ...(own || objectives.length === 0 ? {} : { slo: objectives.join(',') }),
      ...(bucket ? { bucket } : {}),
      ...(left > 0 ? { leave_out: String(left) } : {}),
    }),
    [own, objectives, bucket, left],
  );
}
