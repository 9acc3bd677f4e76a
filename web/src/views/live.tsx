// The run in progress; it stays when the run has ended, and when its servers are gone.
import { useMutation } from '@tanstack/react-query';
import { memo, useMemo, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { ago, number, seconds } from '../base/format.ts';
import { clock, leftOf, leftWords, shareOf, stepOf } from '../base/live_words.ts';
import { path } from '../base/query.ts';
import { send } from '../data/api.ts';
import { isOpen, useLive, type Job } from '../data/live.ts';
import { useLiveRun, type LiveRun } from '../data/live_run.ts';
import { useQueryState } from '../data/place.ts';
import { useRuns } from '../data/queries.ts';
import { useAdvanced } from '../data/settings.ts';
import { Button, Choice, Switch } from '../widgets/controls.tsx';
import { Badge, Card, Empty, Notice, Sheet, Trouble } from '../widgets/surfaces.tsx';
import { Alerts, AlertSettings } from './live_alerts.tsx';
import { ChartChoice, LiveCharts } from './live_charts.tsx';
import { Ending, Log, Machines, Targets, Tokens } from './live_panels.tsx';
import { Page, usable } from './page.tsx';

type Watching = Pick<Job, 'id' | 'kind'>;

/** The job that is told of, while it is under way; the same one as long as it is that job. */
function useJob(): Watching | undefined {
  const told = useLive(({ jobs }) => {
    const job = Object.values(jobs).find((one) => one.state === 'running' && (one.kind === 'run' || one.kind === 'replay'));
    return job && `${job.id} ${job.kind}`;
  });
  return useMemo(() => {
    const [id, kind = ''] = told?.split(' ') ?? [];
    return id === undefined ? undefined : { id: Number(id), kind };
  }, [told]);
}

// What does not change with the run is not made anew with it, once a second.
const Connection = memo(function Connection(): ReactElement {
  const connection = useLive((live) => live.connection);
  if (connection === 'open') return <Badge tone="good">connected</Badge>;
  if (connection === 'opening') return <Badge tone="info">connecting</Badge>;
  return <Badge tone="warn">reconnecting</Badge>;
});

const Stop = memo(function Stop({ job }: { readonly job: Watching }): ReactElement {
  const [asked, setAsked] = useState(false);
  const stop = useMutation({ mutationFn: (at_once: boolean) => send<Job>('POST', `jobs/${job.id}/stop`, { at_once }), onSuccess: () => setAsked(false) });
  return (
    <>
      <Button icon="close" onPress={() => setAsked(true)}>
        Stop
      </Button>
      <Sheet where="middle" open={asked} onClose={() => setAsked(false)} title={`Stop this ${job.kind}?`}>
        <div className="stack">
          {job.kind === 'run' ? <p>What was measured is kept as a partial run. Gracefully, requests under way get their answers first; at once, they are cut off.</p> : <p>The recorded run itself stays as it is.</p>}
          {stop.error ? <Trouble error={stop.error} /> : null}
          <div className="line">
            <Button kind="main" disabled={stop.isPending} onPress={() => stop.mutate(false)}>
              {job.kind === 'run' ? 'Stop gracefully' : 'Stop'}
            </Button>
            {job.kind === 'run' ? (
              <Button kind="danger" disabled={stop.isPending} onPress={() => stop.mutate(true)}>
                Stop at once
              </Button>
            ) : null}
            <Button kind="plain" onPress={() => setAsked(false)}>
              Go on
            </Button>
          </div>
        </div>
      </Sheet>
    </>
  );
});

function titleOf(run: LiveRun, job: Watching | undefined): string {
  if (run.ended === 'done') return 'Done';
  if (run.ended === 'failed') return 'It failed';
  if (run.ended === 'lost') return 'It was cut off';
  return job?.kind === 'replay' ? 'Played again' : stepOf(run.phase).name;
}

function Banner({ run, job }: { readonly run: LiveRun; readonly job: Watching | undefined }): ReactElement {
  const step = stepOf(run.phase);
  const at = run.standing();
  const share = run.ended ? (run.ended === 'done' ? 1 : shareOf(at)) : run.phase === 'execution' ? shareOf(at) : null;
  const tone = run.ended === 'done' ? 'good' : run.ended === 'failed' ? 'bad' : run.ended === 'lost' ? 'warn' : 'info';
  const title = titleOf(run, job);
  const named = !run.id.startsWith('job-');
  return (
    <section className={`card live-banner ${tone}`} aria-label="Where it stands">
      <p className="unseen" role="status">
        {title}
      </p>
      <div className="line between">
        <div className="stack tight">
          <h2>{title}</h2>
          <p className="small muted">
            {run.ended ? (named ? run.id : '') : `step ${step.place} of ${step.of}: ${step.about}`}
            {run.workload ? ` · ${run.workload}` : ''}
            {!run.ended && named ? ` · ${run.id}` : ''}
            {run.rounds > 1 && !run.ended ? ` · round ${run.round + 1} of ${run.rounds}` : ''}
          </p>
        </div>
        <div className="line">
          {run.ended === 'done' ? (
            <Link className="button main" href={path('/', { run: run.id })}>
              See the answer
            </Link>
          ) : null}
          {job && !run.ended ? <Stop job={job} /> : null}
        </div>
      </div>
      <progress max={1} aria-label="Progress" {...(share === null ? (run.ended ? { value: 0 } : {}) : { value: share })} />
      <dl className="live-counts">
        <div>
          <dt>Time</dt>
          <dd className="num">
            {clock(run.now)}
            {at.expected && !run.ended ? <span className="muted"> of {clock(at.expected)}</span> : null}
          </dd>
        </div>
        <div>
          <dt>Answered</dt>
          <dd className="num">
            {number(run.done)}
            {run.requests ? <span className="muted"> of {number(run.requests)}</span> : null}
          </dd>
        </div>
        <div>
          <dt>Failed</dt>
          <dd className={`num${run.failed > 0 ? ' bad' : ''}`}>{number(run.failed)}</dd>
        </div>
        <div>
          <dt>Left</dt>
          <dd>{run.ended ? 'nothing' : run.phase === 'execution' ? leftWords(leftOf(at)).replace(/ left$/, '') : 'not begun'}</dd>
        </div>
      </dl>
    </section>
  );
}

function Endings({ run }: { readonly run: LiveRun }): ReactElement | null {
  if (run.ended === 'lost') {
    return (
      <Notice tone="warn" title="The program that played this run was stopped">
        <p>All that came until then is still shown here. What was measured is on disk: once the program runs again, the run stands under Runs as recovered.</p>
      </Notice>
    );
  }
  if (run.ended === 'failed') {
    return (
      <div role="alert">
        <Notice tone="bad" title="The run could not go on">
          <p className="wrap">{run.problem}</p>
          <p className="small">
            What came until then is shown below. Check the server, then <Link href="/launch">start again</Link>.
          </p>
        </Notice>
      </div>
    );
  }
  const headline = run.summary?.answer?.headline;
  if (!run.summary) return null;
  return (
    <Card title="Summary" note={headline}>
      <Ending run={run} />
    </Card>
  );
}

const SPANS = [
  { id: '30', name: '30 s' },
  { id: '120', name: '2 min' },
  { id: '600', name: '10 min' },
  { id: '0', name: 'Whole' },
] as const;
const WIDTHS = [
  { id: '1', name: '1 s' },
  { id: '5', name: '5 s' },
  { id: '10', name: '10 s' },
  { id: '30', name: '30 s' },
] as const;

type Span = (typeof SPANS)[number]['id'];
type Width = (typeof WIDTHS)[number]['id'];

function useLook(ended: boolean): { span: Span; width: Width; set: (what: Readonly<Record<string, string | undefined>>) => void } {
  const [query, change] = useQueryState();
  const span = SPANS.find((one) => one.id === query['span'])?.id ?? (ended ? '0' : '120');
  const width = WIDTHS.find((one) => one.id === query['width'])?.id ?? '5';
  return { span, width, set: (what) => change(what, { replace: true }) };
}

function Replay(): ReactElement | null {
  const runs = useRuns();
  const [query, change] = useQueryState();
  const [speed, setSpeed] = useState<'1' | '10' | '60' | '0'>('10');
  const all = (runs.data ?? []).filter((run) => usable(run) && run.rows > 0);
  const chosen = query['run'] ?? all[0]?.id;
  const play = useMutation({ mutationFn: () => send<Job>('POST', 'jobs', { kind: 'replay', run: chosen, speed: Number(speed) }) });
  if (!chosen) return null;
  return (
    <Card title="Watch a recorded run" note="as it went, or faster">
      <div className="stack">
        <div className="filters natural">
          <Choice label="Run" value={chosen} onChange={(id) => change({ run: id }, { replace: true })} options={all.map((one) => ({ id: one.id, name: one.id, note: ago(one.started, Date.now()) }))} />
          <Choice
            label="Speed"
            value={speed}
            onChange={setSpeed}
            options={[
              { id: '1', name: 'as it went' },
              { id: '10', name: '10 times faster' },
              { id: '60', name: '60 times faster' },
              { id: '0', name: 'as fast as can be' },
            ]}
          />
          <Button icon="launch" disabled={play.isPending} onPress={() => play.mutate()}>
            Play
          </Button>
        </div>
        {play.error ? <Trouble error={play.error} /> : null}
      </div>
    </Card>
  );
}

const Tools = memo(function Tools({ ended, advanced }: { readonly ended: boolean; readonly advanced: boolean }): ReactElement {
  const { span, width, set } = useLook(ended);
  return (
    <div className="line between live-tools">
      <h2>As it goes</h2>
      <div className="line">
        <span className="small muted">Shown</span>
        <Switch<Span> label="How much time is shown" options={SPANS} value={span} onChange={(id) => set({ span: id })} />
        {advanced ? (
          <>
            <span className="small muted">Rates over</span>
            <Switch<Width> label="What rates are taken over" options={WIDTHS} value={width} onChange={(id) => set({ width: id === '5' ? undefined : id })} />
            <ChartChoice />
          </>
        ) : null}
      </div>
    </div>
  );
});

function Watched({ run, job }: { readonly run: LiveRun; readonly job: Watching | undefined }): ReactElement {
  const advanced = useAdvanced();
  const { span, width } = useLook(run.ended !== undefined);
  return (
    <>
      <Banner run={run} job={job} />
      <Alerts run={run} />
      {run.missed > 0 ? (
        <Notice tone="warn" title="Some of it is not shown">
          <p>This page was away for too long: {number(run.missed)} messages are no longer kept. The run itself has everything; its charts under Analyze are whole.</p>
        </Notice>
      ) : null}
      <Endings run={run} />
      <Targets run={run} width={Number(width)} advanced={advanced} />
      {run.targets.length > 0 ? (
        <>
          <Tools ended={run.ended !== undefined} advanced={advanced} />
          <LiveCharts run={run} advanced={advanced} span={Number(span)} width={Number(width)} />
        </>
      ) : null}
      <Tokens run={run} />
      {advanced ? (
        <div className="two">
          <Machines run={run} />
          <Log run={run} last={run.log[run.log.length - 1]?.id ?? 0} />
        </div>
      ) : null}
      {run.ended ? <Replay /> : null}
    </>
  );
}

function Waiting(): ReactElement {
  const jobs = useLive((live) => live.jobs);
  const waiting = Object.values(jobs).filter(isOpen);
  if (waiting.length > 0) {
    return (
      <Card>
        <Empty icon="live" title="It begins in a moment">
          <p>What it does stands here as soon as it does something.</p>
        </Empty>
      </Card>
    );
  }
  return (
    <>
      <Card>
        <Empty icon="live" title="Nothing is under way">
          <p>A run that is started from this page is shown here while it goes on: what it sends, how fast answers come, what fails.</p>
          <Link className="button main" href="/launch">
            Start a run
          </Link>
        </Empty>
      </Card>
      <Replay />
    </>
  );
}

export function LivePage(): ReactElement {
  const { run } = useLiveRun();
  const job = useJob();
  const note = !run ? 'The run in progress' : run.ended ? `Ended after ${seconds(run.now)}` : job?.kind === 'replay' ? 'A recorded run, played again' : 'The run in progress';
  return (
    <Page
      title="Live"
      note={note}
      tools={
        <>
          <Connection />
          <AlertSettings />
        </>
      }
    >
      {run ? <Watched run={run} job={job} /> : <Waiting />}
    </Page>
  );
}
