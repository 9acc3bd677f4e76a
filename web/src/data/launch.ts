// What is to be started: the form as it is filled in, and what the server says of it.
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import { get, send } from './api.ts';
import { useSettings } from './settings.ts';

export interface PlanEntry {
  readonly path: string;
  readonly name: string;
  readonly description: string;
  readonly builtin: boolean;
  readonly targets: number;
  readonly problem: string;
}

export interface ScenarioEntry {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly turns: number;
  readonly cases: number;
  readonly min_tokens: number;
  readonly max_tokens: number;
  readonly output_tokens: number;
  readonly yaml: string;
}

export interface TargetSaid {
  readonly target: string;
  readonly name: string;
  readonly url: string;
  readonly ok: boolean;
  readonly reachable: boolean;
  readonly healthy: boolean;
  readonly engine: string | null;
  readonly version: string;
  readonly models: readonly string[];
  readonly model: string;
  readonly health_ms: number | null;
  readonly problem: string;
  readonly remedy: string;
}

export interface PlanFault {
  readonly place: string;
  /** From 1; 0 where it is of no line. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface PlanCheck {
  readonly valid: boolean;
  readonly faults: readonly PlanFault[];
  readonly warnings: readonly string[];
  readonly plan: {
    readonly name: string;
    readonly description: string;
    readonly kind: 'run' | 'sweep' | 'capacity';
    readonly load: string;
    readonly workload: string;
    readonly targets: readonly { readonly name: string }[];
    readonly yaml: string;
  } | null;
  readonly schedule: {
    readonly runs: number;
    readonly requests: number;
    readonly endless: boolean;
    readonly seconds: number | null;
    readonly lines: readonly string[];
  } | null;
}

export type WhatKind = 'chat' | 'scenario' | 'plan';
export type Much = 'plan' | 'one' | 'several' | 'limit';

interface Draft {
  readonly targets: readonly string[];
  /** What of `targets` is to be measured. */
  readonly left: readonly string[];
  /** By target: which of its models, where it has several. */
  readonly models: Readonly<Record<string, string>>;
  readonly kind: WhatKind;
  readonly id: string;
  /** Scenarios that are played after the one of `id`, a run each. */
  readonly also: readonly string[];
  readonly much: Much;
  readonly users: number;
  readonly seconds: number;
  readonly loads: string;
  /** Prompts and answers are kept, and shown on Live. */
  readonly texts: boolean;
  /** The text in the editor; empty: none yet. */
  readonly yaml: string;
  set(change: Partial<Omit<Draft, 'set'>>): void;
}

export const useDraft = create<Draft>()(
  persist(
    (set) => ({
      targets: [],
      left: [],
      models: {},
      kind: 'chat',
      id: '',
      also: [],
      much: 'one',
      users: 8,
      seconds: 60,
      loads: '1..64x2',
      texts: false,
      yaml: '',
      set: (change) => set(change),
    }),
    { name: 'tokentrial-launch', version: 1, storage: createJSONStorage(() => localStorage) },
  ),
);

export type Form = Readonly<Record<string, unknown>>;

/** Where the reader has no objectives, a search needs some. */
const OBJECTIVES = ['ttft_p95=2s', 'success_rate=99%'];

/** A target as it was written, or with the model of it that is to be measured. */
export type TargetOrder = string | { readonly url: string; readonly model: string };

export const orderOf = (target: string, model: string | undefined): TargetOrder => (model ? { url: target, model } : target);

export function chosenTargets(draft: Pick<Draft, 'targets' | 'left' | 'models'>): readonly TargetOrder[] {
  return draft.targets.filter((target) => !draft.left.includes(target)).map((target) => orderOf(target, draft.models[target]));
}

/** As plans/check and jobs take it. */
export function formOf(draft: Draft, objectives: readonly string[]): Form {
  const form: Record<string, unknown> = { targets: chosenTargets(draft) };
  if (draft.kind === 'chat') form['name'] = 'chat';
  else form[draft.kind === 'scenario' ? 'scenario' : 'path'] = draft.id;
  if (objectives.length > 0) form['slos'] = objectives;
  if (draft.texts) form['texts'] = true;
  if (draft.much === 'plan') return form;
  form['duration_s'] = draft.seconds;
  if (draft.much === 'one') form['concurrency'] = draft.users;
  if (draft.much === 'several') form['sweep'] = { over: 'concurrency', loads: draft.loads };
  if (draft.much === 'limit') {
    form['capacity'] = { over: 'concurrency' };
    if (objectives.length === 0) form['slos'] = OBJECTIVES;
  }
  return form;
}

/** One for each run that is started, in their order. */
export function formsOf(draft: Draft, objectives: readonly string[]): readonly Form[] {
  const also = draft.kind === 'scenario' ? draft.also : [];
  return [formOf(draft, objectives), ...also.map((id) => formOf({ ...draft, id }, objectives))];
}

/** Of the first run. */
export function useForm(): Form {
  const draft = useDraft();
  const objectives = useSettings((settings) => settings.objectives);
  return formOf(draft, objectives);
}

export function usePlans(): UseQueryResult<readonly PlanEntry[]> {
  return useQuery({ queryKey: ['plans'], queryFn: async ({ signal }) => (await get<{ plans: PlanEntry[] }>('plans', {}, signal)).plans, staleTime: 10_000 });
}

export function useScenarios(): UseQueryResult<readonly ScenarioEntry[]> {
  return useQuery({ queryKey: ['scenarios'], queryFn: async ({ signal }) => (await get<{ scenarios: ScenarioEntry[] }>('scenarios', {}, signal)).scenarios, staleTime: Infinity });
}

export const planText = (path: string): Promise<{ yaml: string }> => get<{ yaml: string }>('plan', { path });

/** What one server says of itself; asked anew every half minute while it is looked at. */
export function useTargetSaid(target: string, model: string | undefined): UseQueryResult<TargetSaid> {
  return useQuery({
    queryKey: ['target', target, model],
    queryFn: async () => {
      const { targets } = await send<{ targets: TargetSaid[] }>('POST', 'targets/check', { targets: [orderOf(target, model)] });
      if (!targets[0]) throw new Error('The server says nothing of this target.');
      return targets[0];
    },
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function usePlanCheck(form: Form, enabled: boolean): UseQueryResult<PlanCheck> {
  return useQuery({
    queryKey: ['plan check', form],
    queryFn: () => send<PlanCheck>('POST', 'plans/check', { ...form, dry_run: true }),
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 5000,
  });
}
