// How the reader watches runs, kept by the browser.
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { AlertId, Limits } from '../base/alerts.ts';

interface LiveSettings {
  /** Off until it is asked for. */
  readonly sound: boolean;
  readonly limits: Limits;
  /** Charts in the reader's order; those that are not named follow in ours. */
  readonly order: readonly string[];
  readonly hidden: readonly string[];
  setLayout(order: readonly string[], hidden: readonly string[]): void;
  setSound(sound: boolean): void;
  setLimit(id: AlertId, limit: number | null): void;
}

export const useLiveSettings = create<LiveSettings>()(
  persist(
    (set) => ({
      sound: false,
      limits: {},
      order: [],
      hidden: [],
      setLayout: (order, hidden) => set({ order, hidden }),
      setSound: (sound) => set({ sound }),
      setLimit: (id, limit) => set(({ limits }) => ({ limits: { ...limits, [id]: limit } })),
    }),
    { name: 'tokentrial-live', version: 1, storage: createJSONStorage(() => localStorage) },
  ),
);
