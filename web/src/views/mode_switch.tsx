// How much is shown, on every page.
import type { ReactElement } from 'react';
import { useSettings, type Mode } from '../data/settings.ts';
import { Switch } from '../widgets/controls.tsx';

export function ModeSwitch(): ReactElement {
  const { mode, setMode } = useSettings();
  return (
    <Switch<Mode>
      label="How much is shown"
      value={mode}
      onChange={setMode}
      options={[
        { id: 'simple', name: 'Simple' },
        { id: 'advanced', name: 'Advanced' },
      ]}
    />
  );
}
