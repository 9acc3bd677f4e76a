// Removes old runs, after saying which.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { count, moment, number } from '../base/format.ts';
import { surplus } from '../base/related.ts';
import { send } from '../data/api.ts';
import type { RunRow } from '../data/types.ts';
import { Button, Choice } from '../widgets/controls.tsx';
import { Sheet, Trouble } from '../widgets/surfaces.tsx';

const KEEP = ['1', '5', '10', '20', '50', '100'] as const;

export function CleanUp({ runs, onClose }: { readonly runs: readonly RunRow[]; readonly onClose: () => void }): ReactElement {
  const client = useQueryClient();
  const [keep, setKeep] = useState<(typeof KEEP)[number]>('20');
  const [sure, setSure] = useState(false);
  const [done, setDone] = useState(0);
  const gone = surplus(runs, Number(keep));
  // One after the other: what fails stops it, and what is gone by then is gone.
  const remove = useMutation({
    mutationFn: async () => {
      for (const [i, run] of gone.entries()) {
        await send('DELETE', `runs/${encodeURIComponent(run.id)}`);
        setDone(i + 1);
      }
    },
    onSuccess: onClose,
    onSettled: () => client.invalidateQueries({ queryKey: ['runs'] }),
  });
  return (
    <Sheet where="middle" open onClose={onClose} title="Clean up">
      <div className="stack">
        <div className="filters natural">
          <Choice
            label="Keep the newest"
            value={keep}
            onChange={(id) => {
              setKeep(id);
              setSure(false);
            }}
            options={KEEP.map((one) => ({ id: one, name: count(Number(one), 'run') }))}
          />
        </div>
        <p className="small muted">The baseline, runs with a tag and a run that goes on always stay.</p>
        {gone.length > 0 ? (
          <ul className="stack tight small" aria-label="Runs that would go" tabIndex={0} style={{ maxHeight: '34vh', overflowY: 'auto' }}>
            {gone.map((run) => (
              <li key={run.id} className="line between">
                <span>{run.id}</span>
                <span className="muted">{moment(run.started)}</span>
              </li>
            ))}
          </ul>
        ) : (
          <p>None would go.</p>
        )}
        {remove.error ? <Trouble error={remove.error} /> : null}
        {remove.isPending ? <progress max={gone.length} value={done} aria-label="Removing" /> : null}
        <div className="line">
          {sure ? (
            <Button kind="danger" icon="bin" disabled={remove.isPending} onPress={() => remove.mutate()}>
              Remove {number(gone.length)} for good
            </Button>
          ) : (
            <Button icon="bin" disabled={gone.length === 0} onPress={() => setSure(true)}>
              Remove {count(gone.length, 'run')} …
            </Button>
          )}
          <Button kind="plain" onPress={onClose}>
            Keep all
          </Button>
        </div>
      </div>
    </Sheet>
  );
}
