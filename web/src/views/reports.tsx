// Documents to share: which question, of which runs, for whom, with what in it; looked at and taken away.
import { type ReactElement } from 'react';
import { ENDINGS, KIND_NAMES, missing } from '../base/report_words.ts';
import { listOf } from '../base/query.ts';
import { useQueryState } from '../data/place.ts';
import { useRuns } from '../data/queries.ts';
import { reportAddress, useReportKinds, useTemplateCheck, useTemplateDraft, type ReportAsked, type ReportKinds } from '../data/report_builder.ts';
import { useAdvanced, useSettings } from '../data/settings.ts';
import type { RunRow } from '../data/types.ts';
import { Switch } from '../widgets/controls.tsx';
import { Card, Trouble, Waiting } from '../widgets/surfaces.tsx';
import { Page, usable, WithRun } from './page.tsx';
import { AudienceChoice, KindChoice, RunsChoice, SectionsChoice } from './report_choices.tsx';
import { Download, Preview } from './report_made.tsx';
import { MoneyFields, useMoney } from './report_money.tsx';
import { TemplateEditor } from './report_template.tsx';
import { useSettled } from './source_text.tsx';

export interface BuilderState {
  readonly runs: readonly string[];
  readonly kind: string;
  readonly audience: string | undefined;
  readonly sections: readonly string[] | undefined;
  readonly own: boolean;
}

/** What the address says; what it does not say is as the kind has it. */
function useBuilder(first: string, all: readonly RunRow[]): BuilderState {
  const [query] = useQueryState();
  const kind = query['kind'] ?? 'run';
  const named = listOf(query['runs']);
  const groups = all.map((one) => one.group).filter((group) => group !== null);
  const group = groups.find((one) => named.includes(one)) ?? all.find((one) => one.id === (named[0] ?? first))?.group ?? groups[0];
  const runs = kind === 'capacity' ? (group ? [group] : []) : named.filter((one) => !groups.includes(one));
  return {
    runs: kind !== 'capacity' && runs.length === 0 ? [first] : runs,
    kind,
    audience: query['audience'],
    sections: query['sections'] === undefined ? undefined : listOf(query['sections']),
    own: query['by'] === 'template',
  };
}

function useAsked(state: BuilderState, all: readonly RunRow[]): { asked: ReportAsked; ready: boolean } {
  const [query] = useQueryState();
  const objectives = useSettings((settings) => settings.objectives);
  const yaml = useTemplateDraft((draft) => draft.yaml);
  const check = useTemplateCheck(yaml, state.own && yaml.trim() !== '');
  const slo = query['slo'] === undefined ? objectives : listOf(query['slo']);
  const money = { ...useMoney(state, all).asked, paper: query['paper'] };
  if (!state.own) return { asked: { runs: state.runs, kind: state.kind, audience: state.audience, sections: state.sections, slo, ...money }, ready: state.sections?.length !== 0 };
  const good = check.data?.valid === true && !check.isPlaceholderData && check.data.id !== null;
  return { asked: { runs: state.runs, template: check.data?.id ?? undefined, slo, ...money }, ready: good };
}

function Builder({ first, all, kinds }: { readonly first: string; readonly all: readonly RunRow[]; readonly kinds: ReportKinds }): ReactElement {
  const [, change] = useQueryState();
  const advanced = useAdvanced();
  const state = useBuilder(first, all);
  const { asked, ready } = useAsked(state, all);
  const lacks = missing({ kind: state.kind, runs: state.runs.length, group: state.kind === 'capacity' && state.runs.length > 0, baseline: all.some((run) => run.baseline) });
  const name = `${state.runs.length === 1 ? (state.runs[0] ?? 'runs') : 'runs'}-${state.own ? 'report' : state.kind}`;
  const can = ready && lacks === undefined;
  // A report takes the server a second: it is made once the reader has chosen, not for each step there.
  const words = JSON.stringify(asked);
  const settled = useSettled(words) === words;
  return (
    <div className="builder">
      <div className="stack">
        <Card>
          <div className="stack">
            <Switch
              label="What says what is in it"
              options={[
                { id: 'choices', name: 'Chosen here' },
                { id: 'template', name: 'My template' },
              ]}
              value={state.own ? 'template' : 'choices'}
              onChange={(id) => change({ by: id === 'template' ? id : undefined }, { replace: true })}
            />
            {state.own ? null : <KindChoice state={state} kinds={kinds} />}
            <RunsChoice state={state} all={all} />
            {state.own ? null : <AudienceChoice state={state} kinds={kinds} />}
            {advanced ? <MoneyFields state={state} all={all} /> : null}
          </div>
        </Card>
        <Card title="Take it away">
          <Download kinds={kinds} name={name} address={(format) => reportAddress(asked, format)} ending={(format) => ENDINGS[format] ?? format} disabled={!can} />
        </Card>
        {state.own ? null : <SectionsChoice state={state} kinds={kinds} asked={asked} made={can && settled} />}
      </div>
      <div className="stack">
        {state.own ? <TemplateEditor state={state} kinds={kinds} /> : null}
        <Preview asked={asked} title={state.own ? 'my template' : (KIND_NAMES[state.kind] ?? state.kind)} lacks={lacks} waits={!ready} settled={settled} own={state.own} />
      </div>
    </div>
  );
}

function ReportsOf({ run }: { readonly run: string }): ReactElement {
  const runs = useRuns();
  const kinds = useReportKinds();
  const all = (runs.data ?? []).filter(usable);
  return (
    <Page title="Reports" note="To read, to send, to print; made here, nothing is sent anywhere">
      {kinds.error ? <Trouble error={kinds.error} retry={() => void kinds.refetch()} /> : kinds.data ? <Builder first={run} all={all} kinds={kinds.data} /> : <Waiting what="the kinds of reports" heights={[420]} />}
    </Page>
  );
}

export function Reports(): ReactElement {
  return <WithRun title="Reports">{(run) => <ReportsOf run={run} />}</WithRun>;
}
