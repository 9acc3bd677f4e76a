// What is under way and what waits: one at a time, as two loads at once would measure each other.
import { useMutation, useQuery, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { percent } from '../base/format.ts';
import { path } from '../base/query.ts';
import type { Tone } from '../base/verdict.ts';
import { get, send } from '../data/api.ts';
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

interface Jobs {
  readonly jobs: readonly Job[];
}

type Move = UseMutationResult<Jobs, Error, { id: number; before: number }>;

function useMove(): Move {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, before }: { id: number; before: number }) => send<Jobs>('POST', `jobs/${id}/move`, { before }),
    onSuccess: (told) => client.setQueryData(['jobs'], told),
  });
}

/** Up and down among those that wait. */
function Moves({ job, waiting, move }: { readonly job: Job; readonly waiting: readonly Job[]; readonly move: Move }): ReactElement | null {
  const at = waiting.indexOf(job);
  if (at < 0 || waiting.length < 2) return null;
  const before = (place: number): void => move.mutate({ id: job.id, before: waiting[place]?.id ?? 0 });
  return (
    <>
      <Button kind="plain" little icon="up" label={`${job.title}: earlier`} disabled={at === 0 || move.isPending} onPress={() => before(at - 1)} />
      <Button kind="plain" little icon="down" label={`${job.title}: later`} disabled={at === waiting.length - 1 || move.isPending} onPress={() => before(at + 2)} />
    </>
  );
}

function Row({ job, waiting, move }: { readonly job: Job; readonly waiting: readonly Job[]; readonly move: Move }): ReactElement {
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
        <Moves job={job} waiting={waiting} move={move} />
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
  // The stream tells each job; the list, newest first, their order.
  const order = useQuery({ queryKey: ['jobs'], queryFn: ({ signal }) => get<Jobs>('jobs', {}, signal) }).data?.jobs.map((job) => job.id) ?? [];
  const move = useMove();
  const all = Object.values(jobs);
  const place = (job: Job): number => (order.includes(job.id) ? -order.indexOf(job.id) : 1);
  const waiting = all.filter((job) => job.state === 'waiting').sort((a, b) => place(a) - place(b) || a.id - b.id);
  // What runs and waits in its order, then what ended last.
  const shown = [...all.filter((job) => job.state === 'running'), ...waiting, ...all.filter((job) => !isOpen(job)).reverse().slice(0, 5)];
  if (shown.length === 0) return null;
  return (
    <Card title="Queue" note="one after the other, as two at once would measure each other">
      {move.error ? <Trouble error={move.error} /> : null}
      <ul className="queue" aria-label="Queue">
        {shown.map((job) => (
          <Row key={job.id} job={job} waiting={waiting} move={move} />
        ))}
      </ul>
    </Card>
  );
}
