// How the reader watches runs, kept by the browser.
import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { AlertId } from '../base/alerts.ts';
import { LIVE_DEFAULTS, soundLive, type KeptLive } from '../base/kept_settings.ts';

interface LiveSettings extends KeptLive {
  setLayout(order: readonly string[], hidden: readonly string[]): void;
  setSound(sound: boolean): void;
  setLimit(id: AlertId, limit: number | null): void;
}

export const useLiveSettings = create<LiveSettings>()(
  persist(
    (set) => ({
      ...LIVE_DEFAULTS,
      setLayout: (order, hidden) => set({ order, hidden }),
      setSound: (sound) => set({ sound }),
      setLimit: (id, limit) => set(({ limits }) => ({ limits: { ...limits, [id]: limit } })),
    }),
    { name: 'tokentrial-live', version: 1, storage: createJSONStorage(() => localStorage), merge: (kept, own) => ({ ...own, ...soundLive(kept) }) },
  ),
);
