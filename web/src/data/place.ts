// The page's address as state: what a link should bring back stands there.
import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { readQuery, withChanges, type Query } from '../base/query.ts';

export type Change = (changes: Readonly<Record<string, string | undefined>>, how?: { replace?: boolean }) => void;

export function useQueryState(): [Query, Change] {
  const search = useSearch();
  const [place, go] = useLocation();
  const query = useMemo(() => readQuery(search), [search]);
  const change = useCallback<Change>(
    (changes, how) => go(place + withChanges(readQuery(location.search), changes) + (how?.replace ? location.hash : ''), { replace: how?.replace ?? false }),
    [go, place],
  );
  return [query, change];
}
