// A template of the reader's own: typed, pasted or from a file, judged as it is written.
import { useRef, useState, type ReactElement } from 'react';
import { templateText } from '../base/report_words.ts';
import { useTemplateCheck, useTemplateDraft, type ReportKinds } from '../data/report_builder.ts';
import { Button } from '../widgets/controls.tsx';
import { Card, Notice, Trouble } from '../widgets/surfaces.tsx';
import { goTo, SourceFaults, SourceText, useSettled } from './source_text.tsx';
import type { BuilderState } from './reports.tsx';

const MOST_BYTES = 256 * 1024;

export function TemplateEditor({ state, kinds }: { readonly state: BuilderState; readonly kinds: ReportKinds }): ReactElement {
  const { yaml, set } = useTemplateDraft();
  const place = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState('');
  const settled = useSettled(yaml);
  const check = useTemplateCheck(settled, settled.trim() !== '');
  const waits = settled !== yaml || check.isPlaceholderData;
  const kind = kinds.kinds.find((one) => one.name === state.kind);
  const audience = state.audience ?? kind?.audience ?? 'engineer';
  const sections = state.sections ?? kind?.sections[audience] ?? [];
  async function take(chosen: File | undefined): Promise<void> {
    if (!chosen) return;
    if (chosen.size > MOST_BYTES) {
      setRefused(`${chosen.name} is larger than 256 KB, which no template is.`);
      return;
    }
    setRefused('');
    set(await chosen.text());
  }
  return (
    <Card title="Template" note="YAML: sections in your order, under your titles, with your own text; docs/report.md tells each key">
      <div className="stack">
        <div className="line">
          <Button icon="reports" onPress={() => file.current?.click()}>
            Take a file
          </Button>
          <input ref={file} type="file" accept=".yaml,.yml,text/yaml" hidden aria-label="Template file" onChange={(event) => void take(event.target.files?.[0]).finally(() => (event.target.value = ''))} />
          <Button onPress={() => set(templateText(state.kind, audience, sections))}>Begin with what was chosen</Button>
        </div>
        {refused ? <Notice tone="bad">{refused}</Notice> : null}
        <SourceText label="Template" place={place} text={yaml} faults={yaml.trim() && !waits ? (check.data?.faults ?? []) : []} onChange={set} />
        {yaml.trim() ? <SourceFaults label="Template" check={check.data} waits={waits} onGo={(fault) => goTo(place, fault)} /> : <p id="template-faults" className="small muted">Paste a template, take a file, or begin with what was chosen.</p>}
        {check.error ? <Trouble error={check.error} retry={() => void check.refetch()} /> : null}
      </div>
    </Card>
  );
}
