// Documents to share: chosen, looked at, taken away.
import { useState, type ReactElement } from 'react';
import { address } from '../data/api.ts';
import { useQueryState } from '../data/place.ts';
import { useTheme } from '../data/settings.ts';
import { Choice } from '../widgets/controls.tsx';
import { Icon } from '../widgets/icon.tsx';
import { Card, Skeleton } from '../widgets/surfaces.tsx';
import { Page, RunChoice, WithRun } from './page.tsx';

const KINDS = [
  { id: 'run', name: 'The whole run', for: 'Everything about one run: the answer, what it means, pictures, figures, and whether to believe them.' },
  { id: 'executive', name: 'Executive summary', for: 'One page for those who decide: the answer, what it saves, what is risky.' },
  { id: 'decision', name: 'Decision', for: 'Which target to take, and why: reasons, costs, risks, next steps.' },
  { id: 'technical', name: 'Technical', for: 'For engineers: every figure with its interval, every chart, the method.' },
  { id: 'slo', name: 'Objectives', for: 'Whether the objectives are met, by what margin, and how surely.' },
] as const;

const AUDIENCES = [
  { id: 'auto', name: 'As the kind has it' },
  { id: 'executive', name: 'Executives' },
  { id: 'product', name: 'Product managers' },
  { id: 'engineer', name: 'Engineers' },
  { id: 'operations', name: 'Operations' },
] as const;

const FORMATS = [
  { id: 'html', name: 'Web page' },
  { id: 'pdf', name: 'PDF' },
  { id: 'pptx', name: 'Slides (PowerPoint)' },
  { id: 'docx', name: 'Word' },
  { id: 'xlsx', name: 'Excel' },
  { id: 'md', name: 'Markdown' },
] as const;

function ReportsOf({ run }: { readonly run: string }): ReactElement {
  const [query, change] = useQueryState();
  const theme = useTheme();
  const kind = KINDS.find((one) => one.id === query['kind']) ?? KINDS[0];
  const audience = AUDIENCES.find((one) => one.id === query['audience']) ?? AUDIENCES[0];
  const format = FORMATS.find((one) => one.id === query['format']) ?? FORMATS[0];
  const asked = { runs: run, kind: kind.id, audience: audience.id === 'auto' ? undefined : audience.id };
  const preview = address('report', { ...asked, format: 'html', view: 'true' });
  const [shown, setShown] = useState('');
  return (
    <Page title="Reports" note="To read, to send, to print" tools={<RunChoice run={run} />}>
      <div className="side-by-side">
        <Card>
          <div className="stack">
            <Choice label="Kind" value={kind.id} onChange={(id) => change({ kind: id }, { replace: true })} options={KINDS} />
            <p className="small muted">{kind.for}</p>
            <Choice label="For whom" value={audience.id} onChange={(id) => change({ audience: id }, { replace: true })} options={AUDIENCES} />
            <Choice label="Format" value={format.id} onChange={(id) => change({ format: id }, { replace: true })} options={FORMATS} />
            <a className="button main" href={address('report', { ...asked, format: format.id })} download={`${run}-${kind.id}.${format.id}`}>
              <Icon name="save" size={16} />
              Download
            </a>
            <p className="small muted">Made here, from this run’s files; nothing is sent anywhere. A web page holds everything it needs.</p>
          </div>
        </Card>
        <div style={{ position: 'relative' }}>
          {shown === preview ? null : (
            <div style={{ position: 'absolute', inset: 0, padding: 32 }} aria-hidden="true">
              <div className="stack">
                <Skeleton height={36} width="60%" />
                <Skeleton height={160} />
                <Skeleton height={320} />
              </div>
            </div>
          )}
          <iframe key={preview} className="preview" style={{ colorScheme: theme }} title={`Preview: ${kind.name}`} src={preview} sandbox="allow-scripts allow-popups allow-downloads" onLoad={() => setShown(preview)} />
        </div>
      </div>
    </Page>
  );
}

export function Reports(): ReactElement {
  return <WithRun title="Reports">{(run) => <ReportsOf key={run} run={run} />}</WithRun>;
}
