// The runs that a page is about, where there may be several.
import { useState, type ReactElement } from 'react';
import { count } from '../base/format.ts';
import { MOST_SIDES } from '../base/verdict.ts';
import { useRuns } from '../data/queries.ts';
import { Button, Check } from '../widgets/controls.tsx';
import { Sheet } from '../widgets/surfaces.tsx';
import { usable } from './page.tsx';

export function RunChooser({ chosen, onDone, onClose }: { readonly chosen: readonly string[]; readonly onDone: (runs: readonly string[]) => void; readonly onClose: () => void }): ReactElement {
  const runs = useRuns();
  const [picked, setPicked] = useState(chosen);
  return (
    <Sheet where="middle" open onClose={onClose} title="What to compare">
      <div className="stack">
        <p className="small muted">One run compares its own targets; two to five are set against each other.</p>
        <div className="stack tight" style={{ maxHeight: '46vh', overflowY: 'auto', padding: 3 }}>
          {(runs.data ?? []).filter(usable).map((run) => {
            const on = picked.includes(run.id);
            return (
              <Check key={run.id} checked={on} disabled={!on && picked.length >= MOST_SIDES} onChange={(now) => setPicked(now ? [...picked, run.id] : picked.filter((one) => one !== run.id))}>
                <span>
                  {run.id} <span className="muted">{run.targets.join(', ')}</span>
                </span>
              </Check>
            );
          })}
        </div>
        <div>
          <Button kind="main" disabled={picked.length === 0} onPress={() => onDone(picked)}>
            Compare {picked.length > 1 ? count(picked.length, 'run') : 'its targets'}
          </Button>
        </div>
      </div>
    </Sheet>
  );
}

