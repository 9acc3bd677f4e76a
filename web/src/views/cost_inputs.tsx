// What the reader of Cost pays and needs. It stands in the address; what the address does not say is from Settings.
import { useMemo, type ReactElement, type ReactNode } from 'react';
import { assumedFor, type Engined } from '../base/assumptions.ts';
import { asked, CHANGE, COUNTED, DEMAND, GPU, PRICE, type CostField } from '../base/cost_fields.ts';
import type { Query } from '../base/query.ts';
import { useQueryState } from '../data/place.ts';
import { useSettings } from '../data/settings.ts';
import { Button, Choice } from '../widgets/controls.tsx';
import { Card } from '../widgets/surfaces.tsx';
import { Typed } from '../widgets/typed.tsx';
import { Machines, saidOf } from './machines.tsx';

export const FROM_SETTINGS = 'from Settings';

export interface CostAsked {
  /** As /api/v1/cost takes it, without the runs. */
  readonly asked: Readonly<Record<string, string>>;
  /** The part of it that Settings say. */
  readonly assumed: Readonly<Record<string, string>>;
}

export function useCostAsked(targets: readonly Engined[] | undefined): CostAsked {
  const [query] = useQueryState();
  const { assumptions, objectives } = useSettings();
  return useMemo(() => {
    const assumed: Record<string, string> = targets ? assumedFor(assumptions, targets, query) : {};
    if (!query['slo'] && objectives.length > 0) assumed['slo'] = objectives.join(',');
    return { asked: asked({ ...assumed, ...query }), assumed };
  }, [query, assumptions, objectives, targets]);
}

function useChange(): (name: string, text: string) => void {
  const [, change] = useQueryState();
  return (name, text) => change({ [name]: text || undefined }, { replace: true });
}

function Fields({ title, inputs, assumed, query, children }: { readonly title: string; readonly inputs: readonly CostField[]; readonly assumed: Readonly<Record<string, string>>; readonly query: Query; readonly children?: ReactNode }): ReactElement {
  const set = useChange();
  return (
    <fieldset className="inputs">
      <legend>{title}</legend>
      <div className="grid">
        {children}
        {inputs.map((field) => {
          const usual = assumed[field.name];
          const said = query[field.name];
          return (
            <Typed
              key={field.name}
              label={field.label}
              unit={field.unit}
              hint={usual ?? field.hint}
              value={said ?? ''}
              fault={field.fault}
              help={!said && usual ? `${usual}, ${FROM_SETTINGS}` : undefined}
              onChange={(text) => set(field.name, text)}
            />
          );
        })}
      </div>
    </fieldset>
  );
}

/** Machines in the address, or as Settings have them. */
export function OwnMachines({ names, assumed, stacked = false }: { readonly names: readonly string[]; readonly assumed: Readonly<Record<string, string>>; readonly stacked?: boolean }): ReactElement {
  const [query, change] = useQueryState();
  const own = Boolean(query[PRICE.name] || query[GPU]);
  const kept = useSettings((settings) => Boolean(settings.assumptions[PRICE.name] || settings.assumptions[GPU]));
  const said = saidOf(own ? query : { ...query, ...assumed });
  return (
    <>
      <Machines
        said={said}
        names={names}
        each="target"
        withGpus
        stacked={stacked}
        from={own ? undefined : FROM_SETTINGS}
        onChange={(next) => {
          // Prices that are as Settings have them stay there.
          const same = !own && next.price === said.price && next.gpu === said.gpu;
          change({ gpus: next.gpus || undefined, ...(same ? {} : { price: next.price || undefined, gpu: next.gpu || undefined }) }, { replace: true });
        }}
      />
      {own && kept ? (
        <div>
          <Button little onPress={() => change({ price: undefined, gpu: undefined }, { replace: true })}>
            As in Settings
          </Button>
        </div>
      ) : null}
    </>
  );
}

export function CostInputs({ names, assumed, advanced }: { readonly names: readonly string[]; readonly assumed: Readonly<Record<string, string>>; readonly advanced: boolean }): ReactElement {
  const [query, change] = useQueryState();
  const settled = Object.keys(assumed).length > 0;
  return (
    <Card title="What you pay and need" note={settled ? 'What you type stands in the link' : 'Your own assumptions; they stand in the link'}>
      <div className="stack">
        <fieldset className="inputs">
          <legend>Machines</legend>
          <OwnMachines names={names} assumed={assumed} />
        </fieldset>
        <Fields title="Demand" inputs={DEMAND} assumed={assumed} query={query} />
        {advanced ? <Fields title="How it is counted" inputs={COUNTED} assumed={assumed} query={query} /> : null}
        {settled ? (
          <div className="line">
            <Button little onPress={() => change(assumed)}>
              Put Settings in the link
            </Button>
            <span className="small muted">Then others see the same.</span>
          </div>
        ) : null}
      </div>
    </Card>
  );
}

const BRIEF = ['investment', 'benefit'];

/** Both sides first: without them nothing else is asked. */
export function ChangeInputs({ names, advanced }: { readonly names: readonly string[]; readonly advanced: boolean }): ReactElement {
  const [query] = useQueryState();
  const set = useChange();
  const options = names.map((name) => ({ id: name, name }));
  const lacks = !query['from'] || !query['to'] || query['from'] === query['to'];
  const half = Boolean(query['revenue']) !== Boolean(query['loss-per-second']);
  const inputs = advanced ? CHANGE : CHANGE.filter((field) => BRIEF.includes(field.name) || query[field.name]);
  return (
    <div className="stack tight">
      <Fields title="From one to the other" inputs={inputs} assumed={{}} query={query}>
        <Choice label="From" hint="what serves today" value={query['from']} onChange={(id) => set('from', id)} options={options} />
        <Choice label="To" hint="what would serve" value={query['to']} onChange={(id) => set('to', id)} options={options} />
      </Fields>
      {lacks ? <p className="small muted">{query['from'] && query['from'] === query['to'] ? 'Choose two that differ.' : 'Choose both sides, and this says whether the change pays.'}</p> : null}
      {half ? <p className="small warn">What the service earns and what is lost per second count together: say both.</p> : null}
    </div>
  );
}
