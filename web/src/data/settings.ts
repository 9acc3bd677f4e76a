// What the reader chose, kept by the browser.
import { useSyncExternalStore } from 'react';
import { useLocation } from 'wouter';
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { Assumptions } from '../base/assumptions.ts';
import { setUnits } from '../base/format.ts';
import { DEFAULTS, soundSettings, type Kept } from '../base/kept_settings.ts';

export type Theme = 'light' | 'dark';

interface Settings extends Kept {
  set(changes: Partial<Kept>): void;
  /** Takes one away where the text is empty. */
  assume(changes: Assumptions): void;
  /** What Home has now, under a name; what had the name is replaced. */
  keepLayout(name: string): void;
  dropLayout(name: string): void;
}

export const useSettings = create<Settings>()(
  persist(
    (set) => ({
      ...DEFAULTS,
      set,
      assume: (changes) => set((old) => ({ assumptions: Object.fromEntries(Object.entries({ ...old.assumptions, ...changes }).filter(([, text]) => text !== '')) })),
      keepLayout: (name) => set(({ order, hidden, layouts }) => ({ layouts: [...layouts.filter((one) => one.name !== name), { name, order, hidden }] })),
      dropLayout: (name) => set(({ layouts }) => ({ layouts: layouts.filter((one) => one.name !== name) })),
    }),
    { name: 'tokentrial', version: 1, storage: createJSONStorage(() => localStorage), merge: (kept, own) => ({ ...own, ...soundSettings(kept) }) },
  ),
);

setUnits(useSettings.getState());
useSettings.subscribe(setUnits);

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
