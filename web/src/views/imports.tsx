// Files of other tools, dropped or chosen: what is in each, how good it is, and into the library.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { bytes, count, millis, number, seconds } from '../base/format.ts';
import { path } from '../base/query.ts';
import { addAll, bring, keepInvalid, putAway, useImports, type Finding, type FoundRun, type Incoming, type PreviewRow } from '../data/imports.ts';
import { Button, Check } from '../widgets/controls.tsx';
import { Icon } from '../widgets/icon.tsx';
import { Badge, Card, Trouble } from '../widgets/surfaces.tsx';
import { quality } from './quality.ts';

const carriesFiles = (event: DragEvent): boolean => [...(event.dataTransfer?.types ?? [])].includes('Files');

/** Takes files that are dropped anywhere on the page. */
export function DropFiles(): ReactElement | null {
  const [over, setOver] = useState(false);
  const [place, go] = useLocation();
  useEffect(() => {
    let depth = 0;
    const enter = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      depth -= 1;
      if (depth <= 0) setOver(false);
    };
    const hover = (event: DragEvent): void => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      void bring([...(event.dataTransfer?.files ?? [])]);
      if (place !== '/runs') go('/runs');
    };
    const heard = { dragenter: enter, dragleave: leave, dragover: hover, drop };
    for (const [name, act] of Object.entries(heard)) addEventListener(name, act as EventListener);
    return () => {
      for (const [name, act] of Object.entries(heard)) removeEventListener(name, act as EventListener);
    };
  }, [place, go]);
  if (!over) return null;
  return (
    <div className="drop-veil">
      <div>
        <Icon name="save" size={40} />
        <strong>Drop the files to import them</strong>
        <p>Results of vLLM, SGLang, GuideLLM, llm-locust and others; nothing leaves this machine.</p>
      </div>
    </div>
  );
}

export function ChooseFiles({ main = false }: { readonly main?: boolean }): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  const [place, go] = useLocation();
  return (
    <>
      <Button icon="plus" {...(main ? { kind: 'main' as const } : {})} onPress={() => input.current?.click()}>
        Import files
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to import"
        onChange={(event) => {
          void bring([...(event.target.files ?? [])]);
          event.target.value = '';
          if (place !== '/runs') go('/runs');
        }}
      />
    </>
  );
}

function Findings({ findings }: { readonly findings: readonly Finding[] }): ReactElement {
  if (findings.length === 0) return <p className="small muted">Nothing was found wrong.</p>;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="What was found">
      <table className="data findings">
        <thead>
          <tr>
            <th scope="col" className="right">
              Points
            </th>
            <th scope="col">What was found, where first, and what to do</th>
          </tr>
        </thead>
        <tbody>
          {findings.map((one) => (
            <tr key={one.id}>
              <td className={`right ${one.points > 0 ? 'bad' : 'muted'}`}>{one.points > 0 ? `−${number(one.points)}` : '0'}</td>
              <td className="told">{one.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const PREVIEW: readonly { readonly name: string; readonly right: boolean; readonly show: (row: PreviewRow) => string }[] = [
  { name: '#', right: true, show: (row) => number(row.index) },
  { name: 'Sent', right: true, show: (row) => seconds(row.sent_s) },
  { name: 'Tokens in', right: true, show: (row) => number(row.input_tokens) },
  { name: 'Tokens out', right: true, show: (row) => number(row.output_tokens) },
  { name: 'First token', right: true, show: (row) => millis(row.ttft_ms) },
  { name: 'Per token', right: true, show: (row) => millis(row.tpot_ms) },
  { name: 'Whole', right: true, show: (row) => millis(row.e2e_ms) },
  { name: 'State', right: false, show: (row) => (row.status === 'ok' ? 'answered' : row.status.replaceAll('_', ' ')) },
  { name: 'User', right: false, show: (row) => row.user || '–' },
  { name: 'Flags', right: false, show: (row) => row.flags || '–' },
];

function Preview({ run }: { readonly run: FoundRun }): ReactElement {
  return (
    <div className="stack tight">
      <h4>
        {run.rows_kept > run.first_rows.length ? `The first ${number(run.first_rows.length)} of ${count(run.rows_kept, 'request')}` : count(run.first_rows.length, 'request')}
      </h4>
      <div className="scroll preview-rows" tabIndex={0} role="region" aria-label="Preview of the requests">
        <table className="data">
          <thead>
            <tr>
              {PREVIEW.map((one) => (
                <th key={one.name} scope="col" className={one.right ? 'right' : ''}>
                  {one.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {run.first_rows.map((row) => (
              <tr key={row.index}>
                {PREVIEW.map((one) => (
                  <td key={one.name} className={one.right ? 'right' : ''}>
                    {one.show(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Found({ run }: { readonly run: FoundRun }): ReactElement {
  const facts = [
    ['Targets', run.targets.join(', ')],
    ['Written by', run.tool],
    ['Length', seconds(run.duration_s)],
    ['At once, on average', run.mean_concurrency === null ? '–' : number(run.mean_concurrency)],
    ['Rows', run.has_rows ? `${number(run.rows_read)} read = ${number(run.rows_kept)} kept + ${number(run.rows_rejected)} rejected` : 'none: the file holds figures only'],
  ] as const;
  return (
    <div className="stack">
      <dl className="facts-list">
        {facts.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Findings findings={run.findings} />
      {run.first_rows.length > 0 ? <Preview run={run} /> : null}
    </div>
  );
}

const STAGES: Record<Incoming['stage'], string> = {
  waiting: 'waits',
  sending: 'is sent',
  reading: 'is read',
  ready: 'can be added',
  adding: 'is added',
  added: 'in the library',
  bad: 'cannot be read',
};

function State({ file }: { readonly file: Incoming }): ReactElement {
  if (file.stage === 'sending' || file.stage === 'reading' || file.stage === 'adding') {
    return (
      <span className="line small" style={{ flexWrap: 'nowrap' }}>
        <progress max={1} value={file.share} aria-label={`${file.name} ${STAGES[file.stage]}`} />
        <span className="muted">{STAGES[file.stage]}</span>
      </span>
    );
  }
  if (file.stage === 'bad') return <Badge tone="bad">{STAGES.bad}</Badge>;
  if (file.stage === 'added') return <Badge tone="good">{STAGES.added}</Badge>;
  if (file.stage === 'waiting') return <span className="small muted">{STAGES.waiting}</span>;
  const worst = Math.min(...file.runs.map((run) => run.quality));
  const sign = quality(worst);
  return (
    <Badge tone={sign.tone}>
      quality {number(Math.round(worst))} of 100, {sign.word}
    </Badge>
  );
}

function OneFile({ file }: { readonly file: Incoming }): ReactElement {
  const [open, setOpen] = useState(false);
  const looks = file.runs.length > 0;
  const kept = file.runs.reduce((sum, run) => sum + run.rows_kept, 0);
  const added = file.runs[0]?.run_id;
  return (
    <li className="incoming">
      <div className="line between">
        <div className="stack tight" style={{ gap: 0, minWidth: 0 }}>
          <strong className="clip" title={file.name}>
            {file.name}
          </strong>
          <span className="small muted">
            {[bytes(file.bytes), ...file.runs.map((run) => run.title).filter((one, i, all) => all.indexOf(one) === i), looks && kept ? count(kept, 'request') : '', file.runs.length > 1 ? count(file.runs.length, 'run') : '']
              .filter(Boolean)
              .join(' · ')}
          </span>
        </div>
        <div className="line">
          <State file={file} />
          {file.stage === 'added' && added ? (
            <Link className="button little" href={path('/', { run: added })}>
              See the answer
            </Link>
          ) : null}
          {looks ? (
            <Button little pressed={open} onPress={() => setOpen(!open)}>
              {open ? 'Hide the report' : 'Report and preview'}
            </Button>
          ) : null}
          <Button kind="plain" little icon="close" label={`Put ${file.name} away`} disabled={file.stage === 'adding' || file.stage === 'reading'} onPress={() => putAway(file.key)} />
        </div>
      </div>
      {file.problem ? <Trouble error={file.problem} /> : null}
      {open
        ? file.runs.map((run, i) => (
            <div key={i} className="found">
              {file.runs.length > 1 ? <h3>{run.title}</h3> : null}
              <Found run={run} />
            </div>
          ))
        : null}
    </li>
  );
}

/** All that came, above the library. */
export function Imports(): ReactElement | null {
  const files = useImports((one) => one.files);
  const keeps = useImports((one) => one.keepInvalid);
  const client = useQueryClient();
  const ready = files.filter((one) => one.stage === 'ready').length;
  const busy = files.some((one) => one.stage === 'adding' || one.stage === 'reading' || one.stage === 'sending');
  if (files.length === 0) return null;
  const add = (): void => void addAll().then(() => client.invalidateQueries({ queryKey: ['runs'] }));
  return (
    <Card title="Import" note="Nothing is in the library before you add it">
      <ul className="incomings" aria-label="Files to import">
        {files.map((file) => (
          <OneFile key={file.key} file={file} />
        ))}
      </ul>
      <div className="line between" style={{ marginTop: 16 }}>
        <Check checked={keeps} disabled={busy || ready === 0} onChange={(on) => void keepInvalid(on)}>
          Keep rows with faults, flagged
        </Check>
        <div className="line">
          {!busy ? <Button onPress={() => files.forEach((one) => putAway(one.key))}>Put all away</Button> : null}
          <Button kind="main" disabled={ready === 0 || busy} onPress={add}>
            {ready > 1 ? `Add ${ready} to the library` : 'Add to the library'}
          </Button>
        </div>
      </div>
    </Card>
  );
}
