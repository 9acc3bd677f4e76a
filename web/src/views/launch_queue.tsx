// What is under way and what waits: one at a time, as two loads at once would measure each other.
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { percent } from '../base/format.ts';
import { path } from '../base/query.ts';
import type { Tone } from '../base/verdict.ts';
import { send } from '../data/api.ts';
import { isOpen, useLive, type Job } from '../data/live.ts';
import { Button } from '../widgets/controls.tsx';
import { Badge, Card, Trouble } from '../widgets/surfaces.tsx';

const SIGNS: Readonly<Record<Job['state'], { tone: Tone; words: string }>> = {
  waiting: { tone: 'quiet', words: 'waits' },
  running: { tone: 'info', words: 'under way' },
  done: { tone: 'good', words: 'done' },
  failed: { tone: 'bad', words: 'failed' },
  stopped: { tone: 'warn', words: 'stopped' },
};

function Row({ job }: { readonly job: Job }): ReactElement {
  const stop = useMutation({ mutationFn: () => send<Job>('POST', `jobs/${job.id}/stop`, {}) });
  const run = job.runs[job.runs.length - 1];
  const sign = SIGNS[job.state];
  return (
    <li className="queue-row">
      <Badge tone={sign.tone}>{sign.words}</Badge>
      <div className="grow">
        <strong className="wrap">{job.title}</strong>
        <p className="small muted wrap">{[job.kind, job.state === 'running' && job.share !== null ? percent(Math.floor(job.share * 100) / 100) : '', job.problem || job.phase].filter(Boolean).join(' · ')}</p>
      </div>
      <div className="line">
        {job.state === 'running' && job.kind !== 'import' ? (
          <Link className="button little" href="/live">
            Watch it live
          </Link>
        ) : null}
        {job.state === 'done' && run ? (
          <Link className="button little" href={path('/', { run })}>
            See the answer
          </Link>
        ) : null}
        {isOpen(job) ? (
          <Button little disabled={stop.isPending} onPress={() => stop.mutate()}>
            {job.state === 'waiting' ? 'Take out' : 'Stop'}
          </Button>
        ) : null}
      </div>
      {stop.error ? <Trouble error={stop.error} /> : null}
    </li>
  );
}

export function Queue(): ReactElement | null {
  const jobs = useLive((live) => live.jobs);
  // What runs and waits in its order, then what ended last.
  const all = Object.values(jobs);
  const shown = [...all.filter(isOpen), ...all.filter((job) => !isOpen(job)).reverse().slice(0, 5)];
  if (shown.length === 0) return null;
  return (
    <Card title="Queue" note="one after the other, as two at once would measure each other">
      <ul className="queue">
        {shown.map((job) => (
          <Row key={job.id} job={job} />
        ))}
      </ul>
    </Card>
  );
}
