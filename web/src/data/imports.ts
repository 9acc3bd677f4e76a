// Files on their way into the library: sent, judged, shown, added. Kept while the page is open.
import { create } from 'zustand';
import { asProblem, Problem, problemOf } from '../base/problem.ts';
import { address, get, send, theSession } from './api.ts';
import { dismiss, isOpen, type Job } from './live.ts';

export interface Finding {
  readonly id: string;
  readonly count: number;
  readonly points: number;
  readonly text: string;
}

export interface PreviewRow {
  readonly index: number;
  readonly sent_s: number | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly ttft_ms: number | null;
  readonly tpot_ms: number | null;
  readonly e2e_ms: number | null;
  readonly status: string;
  readonly user: string;
  readonly flags: string;
}

export interface FoundRun {
  readonly run_id: string | null;
  readonly title: string;
  readonly tool: string;
  readonly targets: readonly string[];
  readonly has_rows: boolean;
  readonly rows_read: number;
  readonly rows_kept: number;
  readonly rows_rejected: number;
  readonly quality: number;
  readonly duration_s: number;
  readonly mean_concurrency: number | null;
  readonly findings: readonly Finding[];
  readonly first_rows: readonly PreviewRow[];
}

interface ImportResult {
  readonly files: readonly { readonly file: string; readonly runs: readonly FoundRun[]; readonly problem: string }[];
}

interface ImportJob extends Job {
  readonly result: ImportResult | null;
}

export type Stage = 'waiting' | 'sending' | 'reading' | 'ready' | 'adding' | 'added' | 'bad';

export interface Incoming {
  readonly key: number;
  readonly name: string;
  readonly bytes: number;
  readonly stage: Stage;
  /** From 0 to 1, while it is sent or read. */
  readonly share: number;
  readonly upload?: string;
  readonly runs: readonly FoundRun[];
  readonly problem?: Problem;
}

interface Imports {
  readonly files: readonly Incoming[];
  /** Rows with faults are kept and flagged. */
  readonly keepInvalid: boolean;
}

export const useImports = create<Imports>()(() => ({ files: [], keepInvalid: false }));

const PREVIEW = 100;
const MOST_BYTES = 500_000_000;
const PAUSE = 250;
let last = 0;

function tell(key: number, changes: Partial<Incoming>): void {
  useImports.setState(({ files }) => ({ files: files.map((one) => (one.key === key ? { ...one, ...changes } : one)) }));
}

const has = (key: number): boolean => useImports.getState().files.some((one) => one.key === key);

/** fetch() does not tell how much was sent. */
async function upload(file: File, told: (share: number) => void): Promise<string> {
  const { token } = await theSession();
  return new Promise((done, failed) => {
    const call = new XMLHttpRequest();
    call.open('POST', address('uploads', { name: file.name }));
    call.setRequestHeader('X-Tokentrial-Token', token);
    call.responseType = 'json';
    call.upload.onprogress = (event) => event.lengthComputable && told(event.loaded / event.total);
    call.onload = () => (call.status < 300 ? done((call.response as { id: string }).id) : failed(problemOf(call.status, call.response)));
    call.onerror = () => failed(new Problem('cut_off', 'The file did not arrive whole.', 'See that the program still runs and that the disk has room, then drop the file again.'));
    call.send(file);
  });
}

async function ended(id: number, told: (share: number) => void): Promise<ImportJob> {
  for (;;) {
    const job = await get<ImportJob>(`jobs/${id}`);
    if (!isOpen(job)) return job;
    told(job.share ?? 0);
    await new Promise((done) => setTimeout(done, PAUSE));
  }
}

async function play(uploaded: string, check: boolean, told: (share: number) => void): Promise<readonly FoundRun[]> {
  const { keepInvalid } = useImports.getState();
  const order = { kind: 'import', uploads: [uploaded], keep_invalid: keepInvalid, ...(check ? { check: true, preview: PREVIEW } : {}) };
  const { id } = await send<Job>('POST', 'jobs', order);
  dismiss(id);
  const job = await ended(id, told);
  const file = job.result?.files[0];
  const why = file?.problem || (job.state === 'done' ? '' : job.problem);
  if (!file || why) throw new Problem('not_imported', why ? `${file?.file ?? 'The file'}: ${why}` : 'The import was stopped.', 'docs/import.md lists what can be read. The other files are not touched by this.');
  return job.result?.files.flatMap((one) => one.runs) ?? [];
}

async function judge(key: number, uploaded: string): Promise<void> {
  tell(key, { stage: 'reading', share: 0 });
  try {
    const runs = await play(uploaded, true, (share) => tell(key, { share }));
    tell(key, { stage: 'ready', share: 1, runs });
  } catch (error) {
    tell(key, { stage: 'bad', problem: asProblem(error) });
    if (uploaded) void send('DELETE', `uploads/${uploaded}`).catch(() => undefined);
  }
}

async function take(key: number, file: File): Promise<void> {
  if (file.size > MOST_BYTES) {
    tell(key, { stage: 'bad', problem: new Problem('too_large', 'The file has more than 500 MB.', 'Import it on the command line, which has no limit: tokentrial import FILE') });
    return;
  }
  tell(key, { stage: 'sending' });
  try {
    const id = await upload(file, (share) => tell(key, { share }));
    if (!has(key)) {
      void send('DELETE', `uploads/${id}`).catch(() => undefined);
      return;
    }
    tell(key, { upload: id });
    await judge(key, id);
  } catch (error) {
    tell(key, { stage: 'bad', problem: asProblem(error) });
  }
}

/** Sends them one after the other; what is wrong with one does not stop the next. */
export async function bring(files: readonly File[]): Promise<void> {
  const added = files.map((file) => ({ file, key: ++last }));
  useImports.setState((old) => ({
    files: [...old.files, ...added.map(({ file, key }) => ({ key, name: file.name, bytes: file.size, stage: 'waiting' as const, share: 0, runs: [] }))],
  }));
  for (const { file, key } of added) if (has(key)) await take(key, file);
}

export async function keepInvalid(keep: boolean): Promise<void> {
  useImports.setState({ keepInvalid: keep });
  for (const one of useImports.getState().files) if (one.stage === 'ready' && one.upload) await judge(one.key, one.upload);
}

export function putAway(key: number): void {
  const one = useImports.getState().files.find((file) => file.key === key);
  useImports.setState(({ files }) => ({ files: files.filter((file) => file.key !== key) }));
  if (one?.upload && one.stage === 'ready') void send('DELETE', `uploads/${one.upload}`).catch(() => undefined);
}

/** Those that can be read become runs. */
export async function addAll(): Promise<void> {
  for (const one of useImports.getState().files) {
    if (one.stage !== 'ready' || !one.upload) continue;
    tell(one.key, { stage: 'adding', share: 0 });
    try {
      const runs = await play(one.upload, false, (share) => tell(one.key, { share }));
      tell(one.key, { stage: 'added', runs: runs.map((run, i) => ({ ...run, first_rows: one.runs[i]?.first_rows ?? [] })) });
    } catch (error) {
      tell(one.key, { stage: 'bad', problem: asProblem(error) });
    }
  }
}
