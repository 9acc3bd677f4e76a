// What reports say, as values: the sentences that the program writes by rule.
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { get } from './api.ts';

export type ReportTone = 'plain' | 'quiet' | 'good' | 'warn' | 'bad';

export interface Span {
  readonly text: string;
  readonly tone: ReportTone;
  readonly strong: boolean;
  readonly code: boolean;
}
export type Text = readonly Span[];

export interface ReportTable {
  readonly block: 'table';
  readonly title: string;
  readonly columns: readonly { readonly title: string; readonly right: boolean }[];
  readonly rows: readonly (readonly { readonly text: string; readonly tone: ReportTone; readonly strong: boolean }[])[];
  readonly note: string;
}

export type Block =
  | ReportTable
  | { readonly block: 'paragraph'; readonly text: Text }
  | { readonly block: 'bullets'; readonly items: readonly Text[] }
  | { readonly block: 'callout'; readonly tone: ReportTone; readonly title: string; readonly text: Text }
  | { readonly block: 'cards' | 'terms' | 'listing' | 'picture' };

export interface ReportSection {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

interface ReportAsked {
  readonly kind: 'executive' | 'trend';
  readonly runs: readonly string[];
  readonly slo: readonly string[];
}

export interface Report {
  /** The load and what was asked, in words. */
  readonly subtitle: string;
  /** By their names. */
  readonly sections: ReadonlyMap<string, ReportSection>;
}

export function useReport(asked: ReportAsked, enabled = true): UseQueryResult<Report> {
  return useQuery({
    queryKey: ['report', asked],
    queryFn: async ({ signal }) => {
      const told = await get<{ subtitle: string; sections: ReportSection[] }>('report', { ...asked, format: 'values' }, signal);
      return { subtitle: told.subtitle, sections: new Map(told.sections.map((one) => [one.id, one])) };
    },
    enabled,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
}
