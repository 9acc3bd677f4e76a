// What the reader chose, kept by the browser.
import { useSyncExternalStore } from 'react';
import { useLocation } from 'wouter';
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { Assumptions } from '../base/assumptions.ts';

export type Mode = 'simple' | 'advanced';
export type ThemeChoice = 'system' | 'light' | 'dark';
export type Theme = 'light' | 'dark';

interface Settings {
  readonly mode: Mode;
  readonly theme: ThemeChoice;
  /** "ttft_p99=500ms": what runs without objectives of their own are judged by. */
  readonly objectives: readonly string[];
  /** Cards of Home in the reader's order; those that are not named follow in ours. */
  readonly order: readonly string[];
  /** Cards of Home that are not shown. */
  readonly hidden: readonly string[];
  /** What every cost is reckoned with, unless its address says otherwise. */
  readonly assumptions: Assumptions;
  /** Takes one away where the text is empty. */
  assume(changes: Assumptions): void;
  setLayout(order: readonly string[], hidden: readonly string[]): void;
  setMode(mode: Mode): void;
  setTheme(theme: ThemeChoice): void;
  setObjectives(objectives: readonly string[]): void;
}

export const useSettings = create<Settings>()(
  persist(
    (set) => ({
      mode: 'simple',
      theme: 'system',
      objectives: [],
      order: [],
      hidden: [],
      assumptions: {},
      assume: (changes) => set((old) => ({ assumptions: Object.fromEntries(Object.entries({ ...old.assumptions, ...changes }).filter(([, text]) => text !== '')) })),
      setLayout: (order, hidden) => set({ order, hidden }),
      setMode: (mode) => set({ mode }),
      setTheme: (theme) => set({ theme }),
      setObjectives: (objectives) => set({ objectives }),
    }),
    { name: 'tokentrial', version: 1, storage: createJSONStorage(() => localStorage) },
  ),
);

// A link that says how much is shown is right from the first moment on.
const linked = new URLSearchParams(location.search).get('mode');
if (linked === 'simple' || linked === 'advanced') useSettings.setState({ mode: linked });

/** `all` in the reader's order. */
export function ordered<T extends { readonly id: string }>(all: readonly T[], order: readonly string[]): T[] {
  const place = (one: T): number => (order.includes(one.id) ? order.indexOf(one.id) : order.length + all.indexOf(one));
  return [...all].sort((a, b) => place(a) - place(b));
}

export function useAdvanced(): boolean {
  return useSettings((settings) => settings.mode === 'advanced');
}

const dark = matchMedia('(prefers-color-scheme: dark)');

function listen(changed: () => void): () => void {
  dark.addEventListener('change', changed);
  return () => dark.removeEventListener('change', changed);
}

/** The theme in force. Who chose none has Live dark: it is looked at for long. */
export function useTheme(): Theme {
  const system = useSyncExternalStore(listen, () => dark.matches);
  const chosen = useSettings((settings) => settings.theme);
  const [place] = useLocation();
  if (chosen !== 'system') return chosen;
  return system || place === '/live' ? 'dark' : 'light';
}
