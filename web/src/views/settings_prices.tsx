// Of Settings: what every cost is reckoned with until its own page says otherwise.
import type { ReactElement } from 'react';
import { ASSUMED } from '../base/cost_fields.ts';
import { readByName } from '../base/by_name.ts';
import { useRuns } from '../data/queries.ts';
import { useSettings } from '../data/settings.ts';
import { Button } from '../widgets/controls.tsx';
import { Card } from '../widgets/surfaces.tsx';
import { Typed } from '../widgets/typed.tsx';
import { Machines, saidOf } from './machines.tsx';

/** Those that were measured, and those that have a price. */
function useEngines(): string[] {
  const runs = useRuns();
  const { assumptions } = useSettings();
  const said = saidOf(assumptions);
  const named = [said.price, said.gpu].flatMap((text) => Object.keys(readByName(text).by));
  return [...new Set([...(runs.data ?? []).flatMap((run) => run.engines), ...named])].filter(Boolean).sort();
}

export function Prices(): ReactElement {
  const { assumptions, assume } = useSettings();
  const engines = useEngines();
  const nothing = Object.keys(assumptions).length === 0;
  return (
    <Card title="Prices and assumptions" note="What Cost and reports begin with">
      <div className="stack">
        <Machines said={saidOf(assumptions)} names={engines} each="engine" withGpus={false} onChange={({ price, gpu }) => assume({ price, gpu })} />
        <div className="inputs half">
          <div className="grid">
            {ASSUMED.map((field) => (
              <Typed key={field.name} label={field.label} hint={field.hint} value={assumptions[field.name] ?? ''} fault={field.fault} onChange={(text) => assume({ [field.name]: text })} />
            ))}
          </div>
        </div>
        <p className="small muted">In US dollars, as the price list is. What a link of Cost says goes over these, and figures say where a price is from.</p>
        <div>
          <Button little disabled={nothing} onPress={() => assume(Object.fromEntries(Object.keys(assumptions).map((name) => [name, ''])))}>
            Forget them
          </Button>
        </div>
      </div>
    </Card>
  );
}
