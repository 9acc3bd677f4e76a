// How the reader watches runs, kept by the browser.
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { AlertId, Limits } from '../base/alerts.ts';

interface LiveSettings {
  /** Off until it is asked for. */
  readonly sound: boolean;
  readonly limits: Limits;
  setSound(sound: boolean): void;
  setLimit(id: AlertId, limit: number | null): void;
}

export const useLiveSettings = create<LiveSettings>()(
  persist(
    (set) => ({
      sound: false,
      limits: {},
      setSound: (sound) => set({ sound }),
      setLimit: (id, limit) => set(({ limits }) => ({ limits: { ...limits, [id]: limit } })),
    }),
    { name: 'tokentrial-live', version: 1, storage: createJSONStorage(() => localStorage) },
  ),
);
