// What the reader of Reports chooses: the question, the runs, for whom, the sections, the money.
import type { ReactElement } from 'react';
import { ago, count } from '../base/format.ts';
import { series } from '../base/related.ts';
import { AUDIENCE_NAMES, KIND_NAMES } from '../base/report_words.ts';
import { useQueryState } from '../data/place.ts';
import { usePreview, type ReportAsked, type ReportKinds } from '../data/report_builder.ts';
import type { RunRow } from '../data/types.ts';
import { Button, Choice } from '../widgets/controls.tsx';
import { Ordered } from '../widgets/ordered.tsx';
import { Card } from '../widgets/surfaces.tsx';
import type { BuilderState } from './reports.tsx';

const MOST_RUNS = 20;

interface Props {
  readonly state: BuilderState;
  readonly kinds: ReportKinds;
}

export function KindChoice({ state, kinds }: Props): ReactElement {
  const [, change] = useQueryState();
  const kind = kinds.kinds.find((one) => one.name === state.kind);
  return (
    <div className="stack tight">
      <Choice
        label="Kind"
        value={state.kind}
        onChange={(id) => change({ kind: id, sections: undefined }, { replace: true })}
        options={kinds.kinds.map((one) => ({ id: one.name, name: KIND_NAMES[one.name] ?? one.name }))}
      />
      {kind ? <p className="small muted">{kind.question}</p> : null}
    </div>
  );
}

export function RunsChoice({ state, all }: { readonly state: BuilderState; readonly all: readonly RunRow[] }): ReactElement {
  const [, change] = useQueryState();
  const set = (runs: readonly string[]): void => change({ runs: runs.join(','), run: runs[0] }, { replace: true });
  if (state.kind === 'capacity' && !state.own) {
    const groups = [...new Set(all.map((one) => one.group).filter((group) => group !== null))];
    if (groups.length === 0) return <p className="small muted">There is no sweep and no search for capacity among the runs.</p>;
    return <Choice label="Sweep or search" value={state.runs[0]} onChange={(id) => set([id])} options={groups.map((id) => ({ id, name: id }))} />;
  }
  const related = state.runs[0] === undefined ? [] : series(all, state.runs[0]).map((one) => one.id);
  const more = related.filter((id) => !state.runs.includes(id));
  return (
    <div className="field">
      <span className="label">{state.kind === 'regression' ? 'Runs, the one from before first' : 'Runs'}</span>
      <Ordered
        label="Runs of the report"
        add="Add a run …"
        chosen={state.runs}
        least={1}
        most={MOST_RUNS}
        onChange={set}
        options={all.map((one) => ({ id: one.id, name: one.id, note: ago(one.started, Date.now()) }))}
        remark={(id) => (all.find((one) => one.id === id)?.baseline ? 'baseline' : undefined)}
      />
      {more.length > 0 ? (
        <div>
          <Button little onPress={() => set(related)}>
            All {count(related.length, 'run')} of this series
          </Button>
        </div>
      ) : null}
    </div>
  );
}

export function AudienceChoice({ state, kinds }: Props): ReactElement {
  const [, change] = useQueryState();
  const usual = kinds.kinds.find((one) => one.name === state.kind)?.audience ?? 'engineer';
  return (
    <Choice
      label="For whom"
      value={state.audience ?? usual}
      onChange={(id) => change({ audience: id === usual ? undefined : id, sections: undefined }, { replace: true })}
      options={Object.entries(AUDIENCE_NAMES).map(([id, name]) => ({ id, name, note: id === usual ? 'as the kind has it' : '' }))}
    />
  );
}

/** Which sections, in which order. */
export function SectionsChoice({ state, kinds, asked, made }: Props & { readonly asked: ReportAsked; readonly made: boolean }): ReactElement {
  const [, change] = useQueryState();
  const preview = usePreview(asked, made);
  const kind = kinds.kinds.find((one) => one.name === state.kind);
  const usual = kind?.sections[state.audience ?? kind.audience] ?? [];
  const chosen = state.sections ?? usual;
  const set = (ids: readonly string[]): void => {
    const same = ids.length === usual.length && ids.every((id, i) => id === usual[i]);
    // What is empty would not stand in the address.
    change({ sections: same ? undefined : ids.join(',') }, { replace: true });
  };
  const silent = (id: string): boolean => preview.data !== undefined && !preview.data.includes(`id="${id}"`);
  return (
    <Card title="Sections" note={state.sections ? 'Of your choice' : 'As the kind has them'}>
      <div className="stack tight">
        <Ordered
          label="Sections of the report"
          add="Add a section …"
          chosen={chosen}
          least={1}
          onChange={set}
          options={kinds.sections.map((one) => ({ id: one.id, name: one.title }))}
          remark={(id) => (silent(id) ? 'nothing to say of these runs' : undefined)}
        />
        <div>
          <Button little disabled={!state.sections} onPress={() => set(usual)}>
            As the kind has them
          </Button>
        </div>
      </div>
    </Card>
  );
}
