// The live stream: what jobs do, in every open page; goes on behind the last message after a break.
import type { QueryClient } from '@tanstack/react-query';
import { create } from 'zustand';
import { forgetSession, get } from './api.ts';
import { hearRun, loseRun, missRun, type Heard } from './live_run.ts';

export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly title: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
  readonly phase: string;
  /** From 0 to 1; null where it is not known. */
  readonly share: number | null;
  readonly runs: readonly string[];
  readonly problem: string;
}

export type Connection = 'opening' | 'open' | 'lost';

interface Live {
  readonly connection: Connection;
  readonly jobs: Readonly<Record<number, Job>>;
  /** Ended jobs that the reader has put away. */
  readonly dismissed: readonly number[];
}

export const useLive = create<Live>()(() => ({ connection: 'opening', jobs: {}, dismissed: [] }));

export function dismiss(id: number): void {
  useLive.setState((live) => ({ dismissed: [...live.dismissed, id] }));
}

function tell(job: Job): void {
  useLive.setState((live) => ({ jobs: { ...live.jobs, [job.id]: job } }));
}

export const isOpen = (job: Job): boolean => job.state === 'running' || job.state === 'waiting';

const LONGEST_PAUSE = 10_000;

/** Listens until the returned function is called. */
export function listen(client: QueryClient): () => void {
  let stream = '';
  let seen: number | undefined;
  // What had ended before this page was opened is no news.
  let old = 0;
  let pause = 500;
  let ended = false;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  // The program was started again: it has other numbers, another token, and none of the jobs.
  function startOver(): void {
    seen = undefined;
    forgetSession();
    loseRun();
    useLive.setState(({ jobs }) => ({ jobs: Object.fromEntries(Object.entries(jobs).filter(([, job]) => !isOpen(job))) }));
    void client.invalidateQueries();
  }
  function hear(text: string): void {
    const told = JSON.parse(text) as Heard;
    if (told.type === 'hello') {
      if (stream !== '' && told.stream !== stream) startOver();
      stream = told.stream ?? '';
      if (seen === undefined) old = told.last ?? 0;
    }
    if (told.type === 'missed') missRun(told.count ?? 0);
    if (told.seq !== undefined) seen = told.seq;
    if (told.type !== 'job') {
      hearRun(told);
      return;
    }
    const job = told.data as Job;
    tell(job);
    if (!isOpen(job) && (told.seq ?? 0) <= old) dismiss(job.id);
    if (!isOpen(job)) void client.invalidateQueries({ queryKey: ['runs'] });
    // It is new in the queue, or has another place in it.
    if (job.state === 'waiting') void client.invalidateQueries({ queryKey: ['jobs'] });
  }
  function connect(): void {
    const after = seen === undefined ? '' : `?stream=${stream}&after=${seen}`;
    socket = new WebSocket(`ws${location.protocol.slice(4)}//${location.host}/api/v1/live${after}`);
    socket.onopen = () => {
      pause = 500;
      useLive.setState({ connection: 'open' });
    };
    socket.onmessage = (event) => hear(String(event.data));
    socket.onclose = () => {
      useLive.setState({ connection: 'lost' });
      if (ended) return;
      timer = setTimeout(connect, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
  }
  void get<{ jobs: Job[] }>('jobs')
    .then(({ jobs }) => jobs.filter(isOpen).forEach(tell))
    .catch(() => undefined); // The page says elsewhere that the server does not answer.
  connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket?.close();
  };
}
