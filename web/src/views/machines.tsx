// What serves costs: a machine of the price list or a price of one's own, for all or by name. Of Cost, by target, and of Settings,
// by engine.
import { useState, type ReactElement } from 'react';
import { GPU, GPUS, PRICE } from '../base/cost_fields.ts';
import { pricesNamed } from '../base/assumptions.ts';
import { readByName, valueFor, withValue, writeByName, type ByName } from '../base/by_name.ts';
import { money } from '../base/format.ts';
import { usePrices, type Price } from '../data/cost.ts';
import { Switch } from '../widgets/controls.tsx';
import { SearchChoice, type Found } from '../widgets/search_choice.tsx';
import { Trouble } from '../widgets/surfaces.tsx';
import { Typed } from '../widgets/typed.tsx';

export interface MachinesSaid {
  readonly price: string;
  readonly gpu: string;
  readonly gpus: string;
}

interface MachinesProps {
  readonly said: MachinesSaid;
  /** Targets or engines. */
  readonly names: readonly string[];
  /** What one of the names is. */
  readonly each: 'target' | 'engine';
  /** Asks how many GPUs stand behind a URL, too. */
  readonly withGpus: boolean;
  /** One field below the other, where there is little room. */
  readonly stacked?: boolean;
  /** Said of prices that the reader did not say here. */
  readonly from?: string | undefined;
  readonly onChange: (said: MachinesSaid) => void;
}

function found(price: Price, currency: string): Found {
  return {
    id: price.name,
    name: price.name,
    note: `${money(price.per_gpu_hour, currency)} a GPU hour`,
    about: [price.gpu, [price.provider, price.instance].filter(Boolean).join(', '), `${price.source}, ${price.date}`],
  };
}

function MachineChoice({ label, hideLabel, value, from, onChange }: { readonly label: string; readonly hideLabel: boolean; readonly value: string; readonly from: string | undefined; readonly onChange: (gpu: string) => void }): ReactElement {
  const told = usePrices();
  const list = told.data?.prices ?? [];
  const currency = told.data?.currency ?? 'USD';
  const fitting = pricesNamed(list, value);
  const price = fitting.length === 1 ? fitting[0] : undefined;
  const unknown = value !== '' && told.data !== undefined && price === undefined;
  const about = price ? [`${money(price.per_gpu_hour, currency)} a GPU hour`, price.gpu, price.provider, `${price.source}, ${price.date}`, from ?? ''].filter(Boolean).join(' · ') : '';
  if (told.error) return <Trouble error={told.error} retry={() => void told.refetch()} />;
  return (
    <SearchChoice
      label={label}
      hideLabel={hideLabel}
      hint="search: H100, AWS"
      options={list.map((one) => found(one, currency))}
      value={price?.name ?? (value || undefined)}
      wrong={unknown}
      help={!unknown ? about : fitting.length > 1 ? `'${value}' fits ${fitting.length} machines; choose one` : `'${value}' is no machine of the list`}
      onChange={(id) => onChange(id ?? '')}
    />
  );
}

const spread = (one: ByName, names: readonly string[]): ByName => ({ all: '', by: Object.fromEntries(names.map((name) => [name, valueFor(one, name)])) });

export function Machines({ said, names, each, withGpus, stacked = false, from, onChange }: MachinesProps): ReactElement {
  const price = readByName(said.price);
  const gpu = readByName(said.gpu);
  const gpus = readByName(said.gpus);
  const named = [price, gpu, gpus].some((one) => Object.keys(one.by).length > 0);
  const [apart, setApart] = useState(false);
  const byName = named || apart;
  const tell = (changes: { price?: ByName; gpu?: ByName; gpus?: ByName }): void => onChange({ price: writeByName(changes.price ?? price), gpu: writeByName(changes.gpu ?? gpu), gpus: writeByName(changes.gpus ?? gpus) });
  const divide = (on: boolean): void => {
    setApart(on);
    const first = names[0] ?? '';
    const joined = (one: ByName): ByName => ({ all: valueFor(one, first), by: {} });
    const next = on ? (one: ByName): ByName => spread(one, names) : joined;
    tell({ price: next(price), gpu: next(gpu), gpus: next(gpus) });
  };
  // A price of one's own and a machine are two ways to say one thing.
  const setPrice = (name: string | undefined, text: string): void => tell({ price: withValue(price, name, text), ...(text ? { gpu: withValue(gpu, name, '') } : {}) });
  const setGpu = (name: string | undefined, text: string): void => tell({ gpu: withValue(gpu, name, text), ...(text ? { price: withValue(price, name, '') } : {}) });
  const rows: readonly (string | undefined)[] = byName ? names : [undefined];
  const of = (label: string, name: string | undefined): string => (name === undefined ? label : `${label}: ${name}`);
  const bare = byName && !stacked;
  const read = (one: ByName, name: string | undefined): string => (name === undefined ? one.all : valueFor(one, name));
  return (
    <div className="stack">
      {names.length > 1 ? (
        <div>
          <Switch
            label="Whose machines"
            value={byName ? 'each' : 'all'}
            onChange={(id) => divide(id === 'each')}
            options={[
              { id: 'all', name: 'The same for all' },
              { id: 'each', name: `Each ${each} its own` },
            ]}
          />
        </div>
      ) : null}
      <div className={`machines${stacked ? ' stacked' : `${byName ? ' named' : ''}${withGpus ? ' three' : ''}`}`}>
        {bare ? (
          <div className="head" aria-hidden="true">
            <span />
            <span>Machine of the list</span>
            <span>or a price of a GPU hour ($)</span>
            {withGpus ? <span>GPUs behind the URL</span> : null}
          </div>
        ) : null}
        {rows.map((name) => (
          <div key={name ?? ''} className="row" {...(name === undefined ? {} : { role: 'group', 'aria-label': name })}>
            {!bare ? null : <strong className="small">{name}</strong>}
            <MachineChoice label={of('Machine of the list', name)} hideLabel={bare} value={read(gpu, name)} from={from} onChange={(text) => setGpu(name, text)} />
            <Typed
              label={of(PRICE.label, name)}
              hideLabel={bare}
              unit={PRICE.unit}
              hint={PRICE.hint}
              value={read(price, name)}
              fault={PRICE.fault}
              help={read(price, name) ? from : undefined}
              onChange={(text) => setPrice(name, text)}
            />
            {withGpus ? <Typed label={of(GPUS.label, name)} hideLabel={bare} hint={GPUS.hint} value={read(gpus, name)} fault={GPUS.fault} onChange={(text) => tell({ gpus: withValue(gpus, name, text) })} /> : null}
          </div>
        ))}
      </div>
    </div>
  );
}

export const saidOf = (query: Readonly<Record<string, string | undefined>>): MachinesSaid => ({ price: query[PRICE.name] ?? '', gpu: query[GPU] ?? '', gpus: query[GPUS.name] ?? '' });
