// Prices, demand and objectives of a report. They stand in the address; what it does not say is from Settings.
import { useMemo, type ReactElement } from 'react';
import { assumedFor } from '../base/assumptions.ts';
import { asked, GPU, GPUS, PRICE, QPS } from '../base/cost_fields.ts';
import { objectivesFault, plainObjective } from '../base/objective.ts';
import { listOf } from '../base/query.ts';
import { useQueryState } from '../data/place.ts';
import { useRun } from '../data/queries.ts';
import { useSettings } from '../data/settings.ts';
import type { RunRow } from '../data/types.ts';
import { Choice } from '../widgets/controls.tsx';
import { Typed } from '../widgets/typed.tsx';
import { FROM_SETTINGS, OwnMachines } from './cost_inputs.tsx';
import type { BuilderState } from './reports.tsx';

interface Money {
  /** As /api/v1/report takes it. */
  readonly asked: Readonly<Record<string, string>>;
  readonly assumed: Readonly<Record<string, string>>;
  readonly names: readonly string[];
}

/** Of the targets of the first run, or of a group's. */
export function useMoney(state: BuilderState, all: readonly RunRow[]): Money {
  const [query] = useQueryState();
  const { assumptions } = useSettings();
  const first = state.runs[0];
  const run = all.find((one) => one.id === first) ?? all.find((one) => one.group !== null && one.group === first);
  const about = useRun(run?.id);
  const targets = about.data?.targets;
  return useMemo(() => {
    const assumed = targets ? assumedFor(assumptions, targets, query) : {};
    const said = Object.fromEntries([PRICE.name, GPU, GPUS.name, QPS.name].map((name) => [name, query[name]]));
    const money = asked({ ...assumed, ...Object.fromEntries(Object.entries(said).filter(([, text]) => text)) });
    // How it is counted matters only where there is a price.
    const priced = Boolean(money[PRICE.name] || money[GPU]);
    return { asked: priced ? money : asked({ [QPS.name]: money[QPS.name], [GPUS.name]: query[GPUS.name] }), assumed, names: targets?.map((one) => one.name) ?? [] };
  }, [query, assumptions, targets]);
}

export function MoneyFields({ state, all }: { readonly state: BuilderState; readonly all: readonly RunRow[] }): ReactElement {
  const [query, change] = useQueryState();
  const objectives = useSettings((settings) => settings.objectives);
  const { assumed, names } = useMoney(state, all);
  const usual = assumed[QPS.name];
  const limits = query['slo'] === undefined ? objectives : listOf(query['slo']);
  return (
    <div className="stack">
      <OwnMachines names={names} assumed={assumed} stacked />
      <Typed
        label={QPS.label}
        hint={usual ?? QPS.hint}
        value={query[QPS.name] ?? ''}
        fault={QPS.fault}
        help={usual && !query[QPS.name] ? `${usual}, ${FROM_SETTINGS}` : undefined}
        onChange={(text) => change({ [QPS.name]: text || undefined }, { replace: true })}
      />
      <Typed
        label="Objectives, with commas between"
        hint="ttft_p99=500ms, success_rate=99.9%"
        value={limits.join(', ')}
        fault={objectivesFault}
        help={query['slo'] === undefined && objectives.length > 0 ? FROM_SETTINGS : undefined}
        onChange={(text) => change({ slo: plainObjective(text) }, { replace: true })}
      />
      <Choice
        label="Paper"
        value={query['paper'] ?? 'a4'}
        onChange={(id) => change({ paper: id === 'a4' ? undefined : id }, { replace: true })}
        options={[
          { id: 'a4', name: 'A4' },
          { id: 'letter', name: 'Letter' },
        ]}
      />
    </div>
  );
}
