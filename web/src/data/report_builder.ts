// What the builder of reports asks: what there is, what is wrong with a template, the document itself.
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import { address, get, getText, send } from './api.ts';
import type { PlanFault } from './launch.ts';

export interface ReportKind {
  readonly name: string;
  readonly question: string;
  /** Whom it is for where nobody says so. */
  readonly audience: string;
  /** By audience: what it has, in its order. */
  readonly sections: Readonly<Record<string, readonly string[]>>;
}

export interface ReportKinds {
  readonly kinds: readonly ReportKind[];
  readonly sections: readonly { readonly id: string; readonly title: string }[];
  readonly formats: readonly { readonly name: string; readonly words: string }[];
}

export interface TemplateCheck {
  readonly valid: boolean;
  readonly faults: readonly PlanFault[];
  readonly id: string | null;
  readonly kind: string | null;
  readonly audience: string | null;
  readonly title: string | null;
  readonly sections: readonly string[];
}

export function useReportKinds(): UseQueryResult<ReportKinds> {
  return useQuery({ queryKey: ['report kinds'], queryFn: ({ signal }) => get<ReportKinds>('report-kinds', {}, signal), staleTime: Infinity });
}

export function useTemplateCheck(yaml: string, enabled: boolean): UseQueryResult<TemplateCheck> {
  return useQuery({
    queryKey: ['template', yaml],
    queryFn: () => send<TemplateCheck>('POST', 'report-templates', { yaml }),
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
    // The server that is started again knows none.
    staleTime: 60_000,
  });
}

/** What a template is written in, kept by the browser. */
interface Draft {
  readonly yaml: string;
  set(yaml: string): void;
}
export const useTemplateDraft = create<Draft>()(
  persist((set) => ({ yaml: '', set: (yaml) => set({ yaml }) }), { name: 'tokentrial-template', version: 1, storage: createJSONStorage(() => localStorage) }),
);

/** As /api/v1/report takes it, without the format. */
export type ReportAsked = Readonly<Record<string, string | readonly string[] | undefined>>;

export const reportAddress = (asked: ReportAsked, format: string, view = false): string => address('report', { ...asked, format, view: view ? 'true' : undefined });

/** The page of the report, as text: whether it can be made, and what is in it. The frame that shows it asks again, of what is kept. */
export function usePreview(asked: ReportAsked, enabled: boolean): UseQueryResult<string> {
  return useQuery({
    queryKey: ['report page', asked],
    queryFn: ({ signal }) => getText('report', { ...asked, format: 'html', view: 'true' }, signal),
    enabled,
    staleTime: 60_000,
    gcTime: 0,
    retry: false,
  });
}
