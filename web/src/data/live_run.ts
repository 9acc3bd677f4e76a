// The run that is heard: what the live stream told of it, kept whole though bounded. Messages change it
// in place; pages look at it once a second.
import { useSyncExternalStore } from 'react';
import { Histogram, Recent, Series } from '../base/rings.ts';
import type { Standing } from '../base/live_words.ts';
import type { Summary } from './types.ts';

const TIMELINE = 600;
const RECENT = 400;
const LINES = 400;

export interface Told {
  readonly name: string;
  readonly engine: string;
  readonly model: string;
  readonly url: string;
  readonly version: string;
}

export interface TokenStream {
  readonly request_index: number;
  readonly target: string;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly at_ms: readonly number[];
  readonly tokens: readonly number[];
}

export interface AnswerText {
  readonly request_index: number;
  readonly target: string;
  readonly prompt: string;
  readonly answer: string;
  /** They were longer. */
  readonly cut: boolean;
}

export interface LogLine {
  readonly id: number;
  readonly at: string;
  readonly level: string;
  readonly words: string;
}

export interface Bar {
  readonly start: number;
  readonly end: number;
  readonly ok: boolean;
}

/** One target's figures. Times are seconds since the run's start. */
export class TargetLive {
  done = 0;
  failed = 0;
  sent = 0;
  inFlight = 0;
  playing = false;
  givenUp = false;
  lastDone = -1;
  output = 0;
  readonly errors = new Map<string, number>();
  readonly ttft = new Histogram();
  readonly e2e = new Histogram();
  readonly tbt = new Histogram();
  readonly newestTtft = new Recent(RECENT);
  readonly newestE2e = new Recent(RECENT);
  readonly outcomes = new Recent(100);
  readonly tokens = new Series();
  readonly answers = new Series();
  readonly flying = new Series();
  readonly kv = new Series();
  readonly active = new Series();
  readonly queued = new Series();
  readonly generation = new Series();
  readonly prefix = new Series();
  readonly bars: Bar[] = [];
  stream: TokenStream | undefined;
  /** Of the same request, where the run keeps texts. */
  said: AnswerText | undefined;
  machine: Machine | undefined;

  constructor(readonly told: Told) {}

  get name(): string {
    return this.told.name;
  }

  /** Of the newest hundred. */
  failing(): number {
    return this.outcomes.mean() ?? 0;
  }
}

export interface Machine {
  readonly timestamp: number;
  readonly cpu: number | null;
  readonly memory: number | null;
  readonly gpu: number | null;
  readonly gpu_memory: number | null;
  readonly gpu_power_watts: number | null;
}

export type Ending = 'done' | 'failed' | 'lost';

export class LiveRun {
  id = '';
  workload = '';
  phase = 'probing';
  now = 0;
  expected: number | null = null;
  requests: number | null = null;
  round = 0;
  rounds = 0;
  targets: TargetLive[] = [];
  machine: Machine | undefined;
  summary: Summary['summary'] | undefined;
  problem = '';
  ended: Ending | undefined;
  missed = 0;
  readonly log: LogLine[] = [];
  private lines = 0;
  private counted = -1;

  get done(): number {
    return this.targets.reduce((sum, target) => sum + target.done, 0);
  }

  get failed(): number {
    return this.targets.reduce((sum, target) => sum + target.failed, 0);
  }

  /** Of the whole load, in seconds: as planned, or longer where the rounds until now took longer. */
  length(): number | null {
    if (this.expected === null || this.rounds < 2 || this.phase !== 'execution') return this.expected;
    return Math.max(this.expected, (this.now / (this.round + 1)) * this.rounds);
  }

  standing(): Standing {
    return { now: this.now, expected: this.length(), done: this.done, requests: this.requests };
  }

  target(name: string | null): TargetLive | undefined {
    return this.targets.find((target) => target.name === name);
  }

  say(level: string, words: string, at: string): void {
    this.lines += 1;
    this.log.push({ id: this.lines, at, level, words });
    if (this.log.length > LINES) this.log.splice(0, this.log.length - LINES);
  }

  name(targets: readonly Told[]): void {
    if (targets.length === 0) return;
    this.targets = targets.map((told) => this.target(told.name) ?? new TargetLive(told));
  }

  hearRequests(rows: readonly RequestTold[]): void {
    for (const row of rows) {
      const target = this.target(row.target) ?? this.add(row.target);
      const ok = row.error === null;
      if (ok) target.done += 1;
      else if (row.status === 'dropped' || row.status === 'left') continue;
      else {
        target.failed += 1;
        target.errors.set(row.error, (target.errors.get(row.error) ?? 0) + 1);
      }
      target.outcomes.push(ok ? 0 : 1);
      if (row.sent_s !== null && row.end_s !== null) {
        target.bars.push({ start: row.sent_s, end: row.end_s, ok });
        if (target.bars.length > 2 * TIMELINE) target.bars.splice(0, target.bars.length - TIMELINE);
      }
      if (!ok) continue;
      target.lastDone = Math.max(target.lastDone, row.end_s ?? this.now);
      target.output += row.completion_tokens ?? 0;
      if (row.warmup) continue;
      if (row.ttft_ms !== null) {
        target.ttft.push(row.ttft_ms);
        target.newestTtft.push(row.ttft_ms);
      }
      if (row.e2e_latency_ms !== null) {
        target.e2e.push(row.e2e_latency_ms);
        target.newestE2e.push(row.e2e_latency_ms);
      }
      if (row.tbt_ms !== null) target.tbt.push(row.tbt_ms);
    }
  }

  hearProgress(told: ProgressTold): void {
    this.phase = told.phase;
    this.round = told.round;
    this.rounds = told.rounds;
    // Once the load is over, its clock is told as 0.
    this.now = Math.max(this.now, told.now_s);
    this.expected = told.expected_s;
    if (told.expected_requests !== null) this.requests = told.expected_requests;
    const counts = told.now_s >= this.counted + 0.9;
    if (counts) this.counted = told.now_s;
    told.targets.forEach((one, i) => {
      const target = this.targets[i];
      if (!target) return;
      Object.assign(target, { sent: one.sent, inFlight: one.in_flight, playing: one.playing, givenUp: one.given_up });
      if (!counts || told.phase !== 'execution') return;
      target.tokens.push(told.now_s, one.tokens);
      target.answers.push(told.now_s, target.done);
      target.flying.push(told.now_s, one.in_flight);
    });
  }

  hearEngine(told: EngineTold): void {
    const target = this.target(told.target);
    if (!target) return;
    const keep = (series: Series, value: number | null): void => {
      if (value !== null) series.push(told.timestamp, value);
    };
    keep(target.kv, told.kv_cache_usage);
    keep(target.active, told.active_requests);
    keep(target.queued, told.queued_requests);
    keep(target.generation, told.generation_throughput);
    keep(target.prefix, told.prefix_cache_hit_rate);
  }

  hearMachine(told: Machine & { readonly target: string | null }): void {
    const target = this.target(told.target);
    if (target) target.machine = told;
    else this.machine = told;
  }

  end(how: Ending): void {
    this.ended = how;
    for (const target of this.targets) target.inFlight = 0;
  }

  private add(name: string | null): TargetLive {
    const target = new TargetLive({ name: name ?? 'target', engine: '', model: '', url: '', version: '' });
    this.targets.push(target);
    return target;
  }
}

export interface RequestTold {
  readonly request_index: number;
  readonly target: string | null;
  readonly status: string;
  readonly sent_s: number | null;
  readonly end_s: number | null;
  readonly ttft_ms: number | null;
  readonly e2e_latency_ms: number | null;
  readonly tbt_ms: number | null;
  readonly prompt_tokens: number | null;
  readonly completion_tokens: number | null;
  readonly warmup: boolean;
  readonly error: string | null;
}

interface ProgressTold {
  readonly phase: string;
  readonly round: number;
  readonly rounds: number;
  readonly now_s: number;
  readonly expected_s: number | null;
  readonly expected_requests: number | null;
  readonly targets: readonly { sent: number; in_flight: number; tokens: number; playing: boolean; given_up: boolean }[];
}

interface EngineTold {
  readonly timestamp: number;
  readonly target: string;
  readonly kv_cache_usage: number | null;
  readonly active_requests: number | null;
  readonly queued_requests: number | null;
  readonly generation_throughput: number | null;
  readonly prefix_cache_hit_rate: number | null;
}

export interface Heard {
  readonly type: string;
  readonly seq?: number;
  readonly stream?: string;
  /** Of hello: the number of the newest message. */
  readonly last?: number;
  readonly run_id?: string;
  readonly phase?: string;
  readonly level?: string;
  readonly message?: string;
  readonly timestamp?: string;
  readonly count?: number;
  readonly data?: unknown;
}

let current: LiveRun | undefined;
let version = 0;
let dirty = false;
let timer: ReturnType<typeof setTimeout> | undefined;
const watchers = new Set<() => void>();

function tick(): void {
  timer = undefined;
  if (!dirty) return;
  dirty = false;
  version += 1;
  for (const watcher of watchers) watcher();
}

/** Watchers hear of it within a second; of a change of phase at once. */
function changed(now: boolean): void {
  dirty = true;
  if (watchers.size === 0) return;
  if (now) {
    clearTimeout(timer);
    timer = setTimeout(tick, 0);
  } else {
    timer ??= setTimeout(tick, 1000);
  }
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The run, and a number that is another one once a second while it is told of. */
export function useLiveRun(): { readonly run: LiveRun | undefined; readonly version: number } {
  const seen = useSyncExternalStore(watch, () => version);
  return { run: current, version: seen };
}

// Before it has an id it is called by its job: "job-3".
function runOf(id: string): LiveRun {
  if (current && !current.ended && (current.id === id || current.id.startsWith('job-'))) {
    current.id = id;
    return current;
  }
  current = new LiveRun();
  current.id = id;
  return current;
}

function phaseTold(run: LiveRun, phase: string, data: PhaseData): void {
  run.phase = phase;
  if (data.targets) run.name(data.targets);
  if (data.workload_type) run.workload = data.workload_type;
  if (data.total_requests) run.requests = data.total_requests;
  if (phase === 'done') run.end('done');
}

interface PhaseData {
  readonly targets?: readonly Told[];
  readonly workload_type?: string;
  readonly total_requests?: number | null;
}

/** The program that told of it is another one now: of a run that had not ended no more will come. */
export function loseRun(): void {
  if (!current || current.ended) return;
  current.end('lost');
  changed(true);
}

export function missRun(count: number): void {
  if (!current) return;
  current.missed += count;
  changed(true);
}

export function hearRun(told: Heard): void {
  if (!told.run_id) return;
  const run = runOf(told.run_id);
  switch (told.type) {
    case 'phase':
      phaseTold(run, told.phase ?? '', (told.data ?? {}) as PhaseData);
      break;
    case 'progress':
      run.hearProgress(told.data as ProgressTold);
      break;
    case 'request_complete':
      run.hearRequests(told.data as RequestTold[]);
      break;
    case 'gpu_sample':
      run.hearEngine(told.data as EngineTold);
      break;
    case 'machine_sample':
      run.hearMachine(told.data as Machine & { target: string | null });
      break;
    case 'token_stream': {
      const stream = told.data as TokenStream;
      const target = run.target(stream.target);
      if (target) Object.assign(target, { stream, said: undefined });
      break;
    }
    case 'answer_text': {
      const said = told.data as AnswerText;
      const target = run.target(said.target);
      if (target?.stream?.request_index === said.request_index) target.said = said;
      break;
    }
    case 'log':
      run.say(told.level ?? 'info', told.message ?? '', told.timestamp ?? '');
      break;
    case 'summary':
      run.summary = told.data as Summary['summary'];
      break;
    case 'error':
      run.problem = told.message ?? '';
      run.say('error', run.problem, '');
      run.end('failed');
      break;
    default:
      return;
  }
  changed(['phase', 'summary', 'error'].includes(told.type));
}

/** Seconds since this target's last answer; undefined before the first. */
export function silence(run: LiveRun, target: TargetLive): number | undefined {
  return target.lastDone < 0 ? undefined : Math.max(0, run.now - target.lastDone);
}
