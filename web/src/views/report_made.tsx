// The report itself: shown while it is put together, and as files.
import { useState, type ReactElement } from 'react';
import { count } from '../base/format.ts';
import { FORMAT_NAMES } from '../base/report_words.ts';
import { getFile, saveFile } from '../data/api.ts';
import { useQueryState } from '../data/place.ts';
import { reportAddress, usePreview, type ReportAsked, type ReportKinds } from '../data/report_builder.ts';
import { useTheme } from '../data/settings.ts';
import { listOf } from '../base/query.ts';
import { Button, Check } from '../widgets/controls.tsx';
import { Icon } from '../widgets/icon.tsx';
import { Badge, Card, Empty, Skeleton, Trouble } from '../widgets/surfaces.tsx';

type State = 'making' | 'saved' | { readonly error: unknown };

interface DownloadProps {
  readonly kinds: ReportKinds;
  readonly name: string;
  readonly address: (format: string) => string;
  readonly ending: (format: string) => string;
  readonly disabled: boolean;
}

/** Several formats, one after the other; one that fails stops no other. */
export function Download({ kinds, name, address, ending, disabled }: DownloadProps): ReactElement {
  const [query, change] = useQueryState();
  const known = kinds.formats.map((one) => one.name);
  const chosen = listOf(query['formats'] ?? 'pdf').filter((one) => known.includes(one));
  const choose = (formats: readonly string[]): void => change({ formats: formats.join(',') || 'none' }, { replace: true });
  const [states, setStates] = useState<Readonly<Record<string, State>>>({});
  const busy = Object.values(states).includes('making');
  async function make(): Promise<void> {
    setStates({});
    for (const format of chosen) {
      setStates((old) => ({ ...old, [format]: 'making' }));
      try {
        saveFile(`${name}.${ending(format)}`, await getFile(address(format)));
        setStates((old) => ({ ...old, [format]: 'saved' }));
      } catch (error) {
        setStates((old) => ({ ...old, [format]: { error } }));
      }
    }
  }
  return (
    <div className="stack">
      <div className="formats" role="group" aria-label="Formats">
        {kinds.formats.map((format) => (
          <Check key={format.name} checked={chosen.includes(format.name)} onChange={(on) => choose(on ? [...chosen, format.name] : chosen.filter((one) => one !== format.name))}>
            {FORMAT_NAMES[format.name] ?? format.words}
          </Check>
        ))}
      </div>
      <div>
        <Button kind="main" icon="save" disabled={disabled || busy || chosen.length === 0} onPress={() => void make()}>
          {busy ? 'Making it' : chosen.length === 1 ? `Download ${FORMAT_NAMES[chosen[0] ?? ''] ?? ''}` : chosen.length === 0 ? 'Choose a format' : `Download ${count(chosen.length, 'file')}`}
        </Button>
      </div>
      <ul className="stack tight" aria-label="Files" aria-live="polite">
        {Object.entries(states).map(([format, state]) => (
          <li key={format} className="line">
            <span className="small">{FORMAT_NAMES[format] ?? format}</span>
            {state === 'making' ? <Badge tone="info">being made</Badge> : state === 'saved' ? <Badge tone="good">saved</Badge> : <Trouble error={state.error} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface PreviewProps {
  readonly asked: ReportAsked;
  readonly title: string;
  /** What must be chosen before there is one. */
  readonly lacks: string | undefined;
  readonly waits: boolean;
  /** The reader chooses no more for now. */
  readonly settled: boolean;
  readonly own: boolean;
}

function Making(): ReactElement {
  return (
    <div className="preview" style={{ padding: 32 }} aria-busy="true">
      <span className="unseen" role="status">
        Making the report
      </span>
      <div className="stack">
        <Skeleton height={36} width="60%" />
        <Skeleton height={160} />
        <Skeleton height={320} />
      </div>
    </div>
  );
}

export function Preview({ asked, title, lacks, waits, settled, own }: PreviewProps): ReactElement {
  const theme = useTheme();
  const told = usePreview(asked, lacks === undefined && !waits && settled);
  if (lacks !== undefined || waits) {
    return (
      <Card>
        <Empty icon="reports" title="Not yet">
          <p>{lacks ?? (own ? 'A template without faults is shown here.' : 'Choose at least one section.')}</p>
        </Empty>
      </Card>
    );
  }
  if (settled && told.error) return <Trouble error={told.error} retry={() => void told.refetch()} />;
  if (!told.data || !settled) return <Making />;
  const address = reportAddress(asked, 'html', true);
  return (
    <div className="stack tight">
      <div className="line between">
        <span className="small muted" role="status">
          {/<title>([^<]*)/.exec(told.data)?.[1] ? `Preview of ${title.toLowerCase()}` : 'Preview'}
        </span>
        <a className="small" href={address} target="_blank" rel="noreferrer">
          <Icon name="whole" size={14} /> Open in a tab of its own
        </a>
      </div>
      <iframe key={address} className="preview" style={{ colorScheme: theme }} title={`Preview: ${title}`} src={address} sandbox="allow-scripts allow-popups allow-downloads" />
    </div>
  );
}
