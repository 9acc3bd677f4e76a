// How much is shown, on every page.
import type { ReactElement } from 'react';
import type { Mode } from '../base/kept_settings.ts';
import { useSettings } from '../data/settings.ts';
import { Switch } from '../widgets/controls.tsx';

export function ModeSwitch(): ReactElement {
  const { mode, set } = useSettings();
  return (
    <Switch<Mode>
      label="How much is shown"
      value={mode}
      onChange={(next) => set({ mode: next })}
      options={[
        { id: 'simple', name: 'Simple' },
        { id: 'advanced', name: 'Advanced' },
      ]}
    />
  );
}
