// What is under way, above every page: how far it is, a way to stop it, and the answer at its end.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, type ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { percent } from '../base/format.ts';
import { path } from '../base/query.ts';
import { send } from '../data/api.ts';
import { dismiss, isOpen, listen, useLive, type Job } from '../data/live.ts';
import { Button } from '../widgets/controls.tsx';
import { Icon } from '../widgets/icon.tsx';
import { Trouble } from '../widgets/surfaces.tsx';

const STATES: Record<Job['state'], string> = { waiting: 'waits', running: 'under way', done: 'done', failed: 'failed', stopped: 'stopped' };

const isWatched = (job: Job): boolean => job.state === 'running' && (job.kind === 'run' || job.kind === 'replay');

function Strip({ job }: { readonly job: Job }): ReactElement {
  const stop = useMutation({ mutationFn: () => send<Job>('POST', `jobs/${job.id}/stop`, {}) });
  const open = isOpen(job);
  const run = job.runs[job.runs.length - 1];
  return (
    <section className="job" aria-label={`${job.kind} ${job.title}`}>
      <div className="line between">
        <div className="line" role="status">
          <Icon name={job.state === 'failed' ? 'stop' : open ? 'live' : 'check'} />
          <strong>
            {job.kind} {STATES[job.state]}
          </strong>
          <span className="muted">{[job.title, open ? job.phase : job.problem].filter(Boolean).join(' · ')}</span>
        </div>
        <div className="line">
          {open && job.share !== null ? <span className="num small">{percent(Math.floor(job.share * 100) / 100)}</span> : null}
          {!open && run ? (
            <Link className="button little main" href={path('/', { run })}>
              See the answer
            </Link>
          ) : null}
          {open && isWatched(job) ? (
            <Link className="button little" href="/live">
              Watch it live
            </Link>
          ) : null}
          {open ? (
            <Button little disabled={stop.isPending} onPress={() => stop.mutate()}>
              Stop
            </Button>
          ) : (
            <Button little kind="plain" icon="close" label="Put away" onPress={() => dismiss(job.id)} />
          )}
        </div>
      </div>
      {open ? <progress aria-label="How far it is" max={1} {...(job.share === null ? {} : { value: job.share })} /> : null}
      {stop.error ? <Trouble error={stop.error} /> : null}
    </section>
  );
}

export function JobStrips(): ReactElement | null {
  const client = useQueryClient();
  const jobs = useLive((live) => live.jobs);
  const dismissed = useLive((live) => live.dismissed);
  const [place] = useLocation();
  useEffect(() => listen(client), [client]);
  const shown = Object.values(jobs)
    .filter((job) => !dismissed.includes(job.id))
    // Of files that are only judged the page Runs tells.
    .filter((job) => job.kind !== 'check')
    // The page Live says all of that itself.
    .filter((job) => place !== '/live' || (!isWatched(job) && (isOpen(job) || job.kind === 'import')))
    .slice(-3);
  if (shown.length === 0) return null;
  return (
    <div className="jobs">
      {shown.map((job) => (
        <Strip key={job.id} job={job} />
      ))}
    </div>
  );
}
